"""Gemba: plain-language questions to a plant's data, answered on the plant's own machines."""

#: As in pyproject.toml.
VERSION = "0.1.0"
