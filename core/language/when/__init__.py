"""Time phrases by kind; `core.language.time_phrases` puts them together."""
