"""What an engineer should know about a statement before relying on its figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["warning", "advice"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. code: the rule's name; warning: the figures may be wrong or the read
    far too large, advice: it works and could be better or clearer.

    message: what and why, with the names concerned. offending: the text it is about. fix: what
    applying the fix does, "" when there is none. fixed_sql: the whole statement with this one
    fix applied, None when there is none.
    """

    code: str
    severity: Severity
    message: str
    offending: str
    fix: str = ""
    fixed_sql: str | None = None
