"""What a language model is told, and what is made of its reply."""
