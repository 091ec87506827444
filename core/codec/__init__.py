"""Frozen dataclasses as JSON text and back, with nothing lost and nothing guessed.

    {"gemba": 1, "type": "SemanticQuery", "value": {"model": "plant", ...}}

The declared types lead, both ways. What JSON has no word for is an object of one key:

    {"$date": "2026-01-01"}    {"$datetime": "2026-01-01T06:00:00"}    {"$seconds": [days, s, µs]}
    {"$float": "nan" | "inf" | "-inf"}    {"$utf8": "ed a0 80"}, a text with half a character

so that a text of digits stays a text, a date a date, 1 an int and 1.0 a float. Text of an older
version, which lacks a field, is read where that field has a default. Everything else that is not
as declared raises CodecError: a key too many or twice, another type, another version, a depth or
a number that cannot be read.
"""

from core.codec.text import VERSION, from_json, to_json

__all__ = ["VERSION", "from_json", "to_json"]
