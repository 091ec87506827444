"""Whether a figure drifts: the answer to a question about it (docs/statistics.md)."""
