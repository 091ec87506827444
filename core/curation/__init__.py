"""What admins do with the corpus: check an entry, see what a change would do, publish it."""
