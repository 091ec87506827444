"""An answer's passport: what it was made from, kept for good, and what is different since."""
