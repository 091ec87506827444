"""Sizes beyond which a statement is refused (rules Q1 and Q11). Characters, counts, levels."""

from __future__ import annotations

TEXT_BYTES = 16 * 1024
TOKENS = 4_000
PAREN_DEPTH = 40  # brackets and CASE inside one another, counted before parsing
TYPE_CALLS = 4  # `date(date(...` inside one another: the parser doubles its work at each level
PREFIX_RUN = 8  # NOT, + and - in a row
TREE_DEPTH = 40  # levels of the tree; a chain of one operator counts once
JOINS = 8  # in one SELECT
JOINS_TOTAL = 16
SET_OPERATIONS = 20
CTES = 20
SELECTS = 40
IN_ITEMS = 1_000
COLUMNS = 200  # in one SELECT list
STRING = 4_096
NUMBER_DIGITS = 40
IDENTIFIER = 128
PAD = 10_000
REPEATED = 10_000  # characters that REPEAT may give
PATTERN = 256
WINDOW_OFFSET = 10_000
