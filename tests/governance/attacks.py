"""Attack statements in families: those kept as files, and those that are products.

must-refuse: attacks by their form; governance accepts none. must-not-leak: harmless readings exist;
what governance lets through is run, and no answer may depend on what its asker may not see.

A file holds `# title:`, `# kind:` and any number of `# place:` lines, then a fragment a line; with
places each fragment stands in each of them. `⏎` is a line break, `\\u{202e}` a character.
"""

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from tests.governance import harmless, products

FOLDER = Path(__file__).resolve().parent.parent / "sql" / "governance" / "attacks"
Kind = Literal["must-refuse", "must-not-leak"]
KINDS: dict[str, Kind] = {"must-refuse": "must-refuse", "must-not-leak": "must-not-leak"}
_CODE_POINT = re.compile(r"\\u\{([0-9a-f]{4,6})\}")


@dataclass(frozen=True)
class Family:
    name: str
    kind: Kind
    statements: tuple[str, ...]


@cache
def families() -> tuple[Family, ...]:
    """Every family, its statements distinct, in an order that stays."""
    found = [read(path) for path in sorted(FOLDER.glob("*.txt"))]
    found += [Family(n, "must-refuse", _distinct(s)) for n, s in products.families().items()]
    found += [Family(n, "must-not-leak", _distinct(s)) for n, s in harmless.families().items()]
    return tuple(found)


def of_kind(kind: Kind) -> tuple[Family, ...]:
    return tuple(f for f in families() if f.kind == kind)


def count() -> int:
    """Distinct statements of all families together."""
    return len({s for f in families() for s in f.statements})


def read(path: Path) -> Family:
    kind: str = ""
    places, fragments = [], []
    for line in path.read_text("utf-8").split("\n"):
        if line.startswith("# kind: "):
            kind = line.removeprefix("# kind: ").strip()
        elif line.startswith("# place: "):
            places.append(line.removeprefix("# place: "))
        elif line.strip() and not line.startswith("# title: "):
            fragments.append(line)
    assert kind in KINDS, path
    texts = [_plain(f) for f in fragments]
    if places:
        texts = [_plain(p).format(t) for p, t in itertools.product(places, texts)]
    return Family(path.stem, KINDS[kind], _distinct(texts))


def _plain(line: str) -> str:
    return _CODE_POINT.sub(lambda m: chr(int(m[1], 16)), line).replace("⏎", "\n")


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
