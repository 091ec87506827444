"""The demo plant: a deterministic half year of three fictional factories (see STORIES.md)."""
