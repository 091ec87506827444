"""A statement taken apart: its SELECTs, the tables that they read, what its conditions mean."""
