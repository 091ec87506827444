"""What a statement may be made of: an allow-list of sqlglot's node classes and of functions.

Default refuse: a class that is not here, an argument that its class does not list, or a word in
an argument that is not among the words given, is refused. A block-list would let through what a
parser's next release adds (SECURITY.md, rules Q3 and Q4).
"""

from __future__ import annotations

from sqlglot import exp

from core.governance.allowed.functions import FUNCTIONS, NAMED_FUNCTIONS, function_names
from core.governance.allowed.not_offered import WHY_NOT
from core.governance.allowed.rule import NodeRule
from core.governance.allowed.syntax import SYNTAX
from core.governance.allowed.values import PSEUDONYM_SALT

__all__ = [
    "FUNCTIONS",
    "NAMED_FUNCTIONS",
    "NODES",
    "PSEUDONYM_SALT",
    "WHY_NOT",
    "NodeRule",
    "function_names",
]

#: Every class that may stand in a tree, `Anonymous` apart.
NODES: dict[type[exp.Expr], NodeRule] = {**SYNTAX, **FUNCTIONS}
