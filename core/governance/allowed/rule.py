"""What one node class may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

Check = Callable[[exp.Expr], str]  # a reason to refuse, or an empty text


@dataclass(frozen=True, slots=True)
class NodeRule:
    """args: arguments that may be filled. words: argument -> texts it may hold (in capitals).
    check: looks at the node's values. function: its name, when it is a function."""

    args: frozenset[str]
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    check: Check | None = None
    function: str = ""
