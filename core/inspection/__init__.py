"""What can be said of a statement without running it: findings, an explanation, a layout."""
