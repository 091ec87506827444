"""Data that ships with Gemba: semantic models, lexicons and the demo plant."""
