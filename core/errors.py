"""Every error of Gemba, sorted by what happens next.

    GembaError
    ├── UserFixable      the person who asks can mend it: shown as a message with a way on
    ├── ModelFixable     a generator can mend it: goes back to generation with a hint
    ├── Refused          governance says no: shown with the rule and what would be allowed
    │   ├── OverBudget   it would read more rows than the role may: shown with both
    │   ├── UnknownCost  the engine does not say how much it would read
    │   └── RateLimited  more was asked in a while than may be: shown with how long to wait
    ├── Unavailable      a part is down or late: a degraded answer, try again later
    │   └── CodecError   what was kept cannot be read, or a value cannot be kept
    └── ConfigError      the operator must mend a setting or a file: the app does not start
        ├── SettingsError
        └── ModelError   a semantic model's file, with file and line

A message is one or two plain sentences: what happened, and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class GembaError(Exception):
    """Root of all errors raised on purpose. `str(error)` is fit to be shown to a user."""

    exit_code = 1


class UserFixable(GembaError):
    """The question or input cannot be used as it is; the message says what to change."""


class ModelFixable(GembaError):
    """Generated SQL failed in a way that a hint can mend.

    Attributes:
        hint: what to tell the generator; never shown to the user.
    """

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class Refused(GembaError):
    """Governance refuses.

    Attributes:
        rule: identifier of the rule, such as ``Q2``.
        offending: the text that the rule objects to.
        allowed: what would be allowed instead.
    """

    exit_code = 3

    def __init__(self, message: str, *, rule: str, offending: str = "", allowed: str = "") -> None:
        super().__init__(message)
        self.rule = rule
        self.offending = offending
        self.allowed = allowed


class OverBudget(Refused):
    """A query would read more rows than its user may, and was not run.

    Attributes:
        rows: rows that it would read.
        budget: rows that it may.
    """

    def __init__(self, message: str, *, rows: int, budget: int) -> None:
        super().__init__(message, rule="BUDGET")
        self.rows = rows
        self.budget = budget


class UnknownCost(Refused):
    """The engine does not say how much a query would read, so a budget could not be kept.

    Attributes:
        tables: those without a figure.
    """

    def __init__(self, message: str, *, tables: tuple[str, ...]) -> None:
        super().__init__(message, rule="BUDGET")
        self.tables = tables


class RateLimited(Refused):
    """A person, or all of a tenant, asked more often than they may.

    Attributes:
        retry_after_s: seconds until a question is taken again.
    """

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__(message, rule="RATE")
        self.retry_after_s = retry_after_s


class Unavailable(GembaError):
    """A part (store, model server, state) cannot be reached or ran out of time."""


class QueryTimeout(Unavailable):
    """A query reached its deadline and was ended."""


class CodecError(Unavailable):
    """Text that was kept is not what it should be, or a value has no form as text."""


class QueryCancelled(UserFixable):
    """The user pressed Stop; the query was ended."""


class ConfigError(GembaError):
    """A setting or a file of the installation is wrong; the message names it."""

    exit_code = 2


class SettingsError(ConfigError):
    """A setting is unknown, missing or malformed."""


class ModelError(ConfigError):
    """A semantic model's file is wrong; the message begins with ``file:line:``."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``' Did you mean 'x'?'`` for the nearest known word, or an empty string."""
    near = nearest(word, known)
    return f" Did you mean {near!r}?" if near else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is nearest; empty where none is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return near[0] if near else ""
