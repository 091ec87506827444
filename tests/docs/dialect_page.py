"""Writes the tables of docs/starrocks-dialect.md from the suite and from the allow-list:
`python -m tests.docs.dialect_page`."""

import re

from core.governance.allowed import WHY_NOT, function_names
from tests.execution.test_dialect import ROWS
from tests.scaffold.tree import ROOT

PAGE = ROOT / "docs" / "starrocks-dialect.md"
_BLOCK = re.compile(r"(<!-- from the suite: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_MEANING = {
    "same": "StarRocks' value; numbers to the 9th digit",
    "near": "StarRocks' value to the 6th digit",
    "stopped": "the engine ends the query and says why",
    "refused": "governance refuses the statement and says why",
}


def _outcomes() -> str:
    kinds = [row[3].partition(":")[0] for row in ROWS]
    kinds = [k if k in _MEANING else "refused" for k in kinds]
    lines = ["| outcome | statements | what it means |", "|---|---|---|"]
    lines += [
        f"| {kind} | {kinds.count(kind)} | {meaning} |"
        for kind, meaning in _MEANING.items()
        if kind in kinds
    ]
    return "\n".join([*lines, f"| all | {len(kinds)} | |"])


def _offered() -> str:
    names = [f"`{name}`" for name in function_names() if name != "MD5"]
    return ", ".join(names)


def _refused() -> str:
    reasons: dict[tuple[str, str], list[str]] = {}
    for name, reason in WHY_NOT.items():
        reasons.setdefault(reason, []).append(name)
    lines = ["| function | why not | instead |", "|---|---|---|"]
    lines += [
        f"| {', '.join(f'`{n}`' for n in sorted(names))} | {why} | {instead} |"
        for (why, instead), names in reasons.items()
    ]
    return "\n".join(lines)


def _stopped() -> str:
    rows = [row for row in ROWS if row[3].startswith("stopped")]
    lines = ["| statement | StarRocks | here |", "|---|---|---|"]
    lines += [f"| `{sql}` | {value} | {why[9:]} |" for _, sql, value, why, _ in rows]
    return "\n".join(lines)


_TABLES = {"outcomes": _outcomes, "offered": _offered, "refused": _refused, "stopped": _stopped}


def page(text: str) -> str:
    """The page with its tables as the code has them."""
    return _BLOCK.sub(lambda m: f"{m[1]}{_TABLES[m[2]]()}\n{m[3]}", text)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
