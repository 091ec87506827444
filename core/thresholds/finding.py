"""What a check found: the field, what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from core.errors import UserFixable


@dataclass(frozen=True, slots=True)
class Finding:
    """field: of Threshold; a level of the scope as `scope.<level>`, a part of the source as
    `source.<part>`. text: what is wrong and what to do. An error stops it from being published; a
    warning does not."""

    field: str
    text: str
    severity: Literal["error", "warning"] = "error"


class Unfit(UserFixable):
    """A threshold cannot be used as it is.

    Attributes:
        findings: by the threshold's id, all that was found.
    """

    def __init__(self, message: str, findings: dict[str, tuple[Finding, ...]]) -> None:
        super().__init__(message)
        self.findings = findings


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that stop a threshold."""
    return tuple(one for one in findings if one.severity == "error")
