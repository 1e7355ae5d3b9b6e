"""Views, forms and urls, by subject."""
