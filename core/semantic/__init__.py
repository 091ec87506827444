"""What a database means: the semantic model and queries over it."""
