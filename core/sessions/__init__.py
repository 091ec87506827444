"""What a conversation keeps between its turns, rows that were read before, and how often one may
ask: in a Redis, or in this process where there is none."""
