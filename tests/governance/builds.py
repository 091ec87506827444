"""What governance decides on a sample of all, as one digest, and sqlglot's classes as a list.

`python -m tests.governance.builds` prints the build of sqlglot that is in use and the digest, so
that the compiled build and the one in Python can be compared; with `classes`, the list that
tests/sql/governance/sqlglot_classes.txt keeps."""

import hashlib
import itertools
import sys

import sqlglot.parser
from sqlglot import exp

from core.governance.allowed import NODES
from core.governance.govern import inspect
from tests.governance import attacks, mill
from tests.governance.queries import Queries

_EACH = 27
_QUERIES = 60


def build() -> str:
    """`so` for the compiled build, `py` for the one in Python."""
    return str(sqlglot.parser.__file__).rsplit(".", 1)[-1]


def digest() -> str:
    """Decisions and texts; the words of a refusal may differ where a parser error is told."""
    found = hashlib.sha256()
    texts = itertools.chain(*(f.statements for f in attacks.families()))
    sample = itertools.islice(texts, 0, None, _EACH)
    for sql in (*sample, *(Queries(seed).query() for seed in range(_QUERIES))):
        inspection = inspect(sql, mill.NORTH, mill.POLICY, mill.MODEL)
        governed, refusal = inspection.governed, inspection.refusal
        said = governed.sql if governed is not None else refusal.rule if refusal else "?"
        found.update(f"{sql}\0{said}\0".encode("utf-8", "replace"))
    return found.hexdigest()


def classes() -> list[str]:
    """Each class of a node with its arguments; `+` stands before those on the allow-list."""
    found = {
        cls for cls in vars(exp).values() if isinstance(cls, type) and issubclass(cls, exp.Expr)
    }
    return sorted(
        f"{'+' if cls in NODES else ' '} {cls.__name__}: {' '.join(sorted(cls.arg_types))}".rstrip()
        for cls in found
    )


if __name__ == "__main__":
    if sys.argv[1:] == ["classes"]:
        print("\n".join(classes()))
    else:
        print(build(), digest())
