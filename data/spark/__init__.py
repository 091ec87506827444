"""Spark jobs for a plant whose data stand in dimension tables."""
