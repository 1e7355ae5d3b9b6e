"""The browser rig shows a page."""

import pytest


@pytest.mark.browser
def test_the_browser_shows_a_page(page):
    page.set_content("<h1>Hello</h1>")

    assert page.get_by_role("heading").inner_text() == "Hello"
