"""A statement on several lines, and two statements side by side.

The text is written from the tree that governance reads, so that a laid out statement means what
the typed one means: `NVL` stands as `COALESCE`, `MEDIAN(x)` as `PERCENTILE_CONT(x, 0.5)`. A text
that governance cannot read is left as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from sqlglot import exp
from sqlglot.errors import SqlglotError

from core.governance.decisions import Refusal
from core.governance.dialect import canonical, parse, tokenize, write
from core.governance.reading import read

#: Lists that are longer than this are broken; a line may be somewhat wider than that.
_LIST_WIDTH = 76
_LINE_WIDTH = 100
_STEP = "  "
# Below this share of equal characters two lines are not one line that was changed.
_LIKENESS = 0.6

Mark = Literal["same", "added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of two panes. written: as the author wrote it, run: as it is run; None where the
    pane has no line there. mark: what happened from the one to the other."""

    mark: Mark
    written: str | None
    run: str | None


def pretty(sql: str) -> str:
    """The statement on several lines of about 100 characters, as StarRocks reads it.

    Comments are kept, as `/* ... */` beside the part that they followed. A text that cannot be
    read comes back as it is, without blanks at the ends of its lines. Laying it out again
    changes nothing.
    """
    try:
        tree = read(sql)
        text = laid_out(tree, comments=True)
        if read(text) == tree:
            return text
        return laid_out(tree)
    except (Refusal, SqlglotError, RecursionError):
        return _as_typed(sql)


def laid_out(tree: exp.Expr, *, comments: bool = False) -> str:
    """A tree on several lines; raises UnsupportedError when a part cannot be written."""
    return spent(tree.copy(), comments=comments)


def spent(tree: exp.Expr, *, comments: bool = False) -> str:
    """The same of a tree that is not needed any more, which writing it may change: copying a wide
    one takes longer than writing it."""
    literals = tree.find_all(exp.Literal)
    has_lines = any(literal.is_string and "\n" in literal.name for literal in literals)
    text = write(tree, width=_LIST_WIDTH, comments=comments)
    if has_lines:
        return text  # a line may begin within a text, which no blank may be added to
    return "\n".join(broken for line in text.split("\n") for broken in _broken(line))


def side_by_side(written: str, governed_sql: str) -> tuple[Line, ...]:
    """Two panes, line by line: what governance added, replaced and left.

    Comments are not shown: they are not run. Lines that differ by the comma behind them only are
    the same.
    """
    return _aligned(_plain_lines(written), _governed_lines(governed_sql))


def _plain_lines(sql: str) -> list[str]:
    try:
        return spent(read(sql)).split("\n")
    except (Refusal, SqlglotError, RecursionError):
        return _as_typed(sql).split("\n")


def _governed_lines(sql: str) -> list[str]:
    """Lines of what governance wrote, which may be longer than what an author may send."""
    try:
        trees = parse(tokenize(sql), sql)
        if len(trees) == 1 and trees[0] is not None:
            return spent(canonical(trees[0])).split("\n")
    except (SqlglotError, RecursionError):
        pass
    return _as_typed(sql).split("\n")


def _as_typed(sql: str) -> str:
    lines = [line.expandtabs(4).rstrip() for line in sql.strip("\n").splitlines()]
    return "\n".join(lines).strip("\n")


# -- long lines ----------------------------------------------------------------------------------

_QUOTED = re.compile(r"'(?:[^'\\]|''|\\.)*'|\"(?:[^\"\\]|\"\"|\\.)*\"|`[^`]*`|/\*.*?\*/")


def _broken(line: str) -> list[str]:
    """A line that is too wide, broken behind commas and before AND and OR outside quotes."""
    if len(line) <= _LINE_WIDTH:
        return [line]
    indent = line[: len(line) - len(line.lstrip())] + _STEP
    lines: list[str] = []
    rest = line
    while len(rest) > _LINE_WIDTH:
        cut = _last_break(rest)
        if cut is None:
            break
        lines.append(rest[:cut].rstrip())
        rest = indent + rest[cut:].lstrip()
    return [*lines, rest]


def _last_break(line: str) -> int | None:
    """Where to break a line: the last place within the width, else the first one beyond it."""
    covered = _QUOTED.sub(lambda m: "\x00" * len(m.group()), line)
    first = len(line) - len(line.lstrip()) + 1
    places = [m.end() for m in re.finditer(r",(?= )", covered)]
    places += [m.start() for m in re.finditer(r"(?<= )(?:AND|OR|OVER|THEN|WHEN|ELSE) ", covered)]
    places += [m.start() for m in re.finditer(r"(?<= )[-+*/] ", covered)]
    places = sorted(p for p in places if p > first + len(_STEP))
    within = [p for p in places if p <= _LINE_WIDTH]
    return within[-1] if within else next(iter(places), None)


# -- two panes -----------------------------------------------------------------------------------


def _aligned(left: Sequence[str], right: Sequence[str]) -> tuple[Line, ...]:
    matcher = SequenceMatcher(None, [_key(x) for x in left], [_key(x) for x in right], False)
    lines: list[Line] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            lines += [Line("same", x, y) for x, y in zip(left[a:b], right[c:d], strict=True)]
        else:
            lines += _replaced(left[a:b], right[c:d])
    return tuple(lines)


def _key(line: str) -> str:
    return line.removesuffix(",")


def _replaced(left: Sequence[str], right: Sequence[str]) -> list[Line]:
    """Lines that differ, those that are one line changed side by side."""
    lines: list[Line] = []
    at = 0
    for line in left:
        twin = next((i for i in range(at, len(right)) if _is_change(line, right[i])), None)
        if twin is None:
            lines.append(Line("removed", line, None))
            continue
        lines += [Line("added", None, new) for new in right[at:twin]]
        lines.append(Line("changed", line, right[twin]))
        at = twin + 1
    return lines + [Line("added", None, new) for new in right[at:]]


_STAR = re.compile(r"\s*(?:\S+\.)?\*,?")
_CLAUSE = re.compile(r"\s*(?:LEFT |RIGHT |FULL |INNER |CROSS )?(?:FROM|JOIN|LIMIT|WHERE|HAVING)\b")


def _is_change(old: str, new: str) -> bool:
    """Whether the second line is the first one rewritten: as deep, and of the same clause or much
    alike."""
    if _depth(old) != _depth(new):
        return False
    if _STAR.fullmatch(old):
        return True
    clause = _CLAUSE.match(old)
    if clause:
        return new.startswith(clause.group())
    return SequenceMatcher(None, _key(old), _key(new), False).ratio() >= _LIKENESS


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
