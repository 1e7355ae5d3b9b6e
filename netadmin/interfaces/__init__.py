"""The text of interfaces(5): parse it, edit it, render it, and lose nothing."""
