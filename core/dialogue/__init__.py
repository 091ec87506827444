"""A conversation: what a question wants of the answer before it, and the query that it makes."""
