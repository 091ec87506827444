"""Decides which SQL may run, and rewrites it so that it reads only what its user may see."""
