"""Deterministic sample sales of three fictional retailers over two years (see STORIES.md)."""
