"""What a mend is."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

Mend = Callable[[exp.Expr], exp.Expr]  # the node itself, changed or not, or what takes its place
