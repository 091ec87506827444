"""A statement as written beside as run, with signs for what governance did to each line."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.inspection.layout import Line, Mark
from core.inspection.report import Report
from core.translation import gettext as _
from core.ui import code

#: Characters of a line of a pane; longer ones go on below, so that both panes stay level.
WIDTH = 58
#: From so many lines on, the panes wait to be opened.
LONG = 60
#: Characters shown of a text that is refused; governance takes fewer.
_MOST_CHARS = 20_000
_GUTTER = " │ "
_IN_ONE = "inspect.in_one"
_SIGNS: dict[Mark, tuple[str, str]] = {
    "same": (" ", " "),
    "added": (" ", "+"),
    "changed": ("~", "~"),
    "removed": ("-", " "),
}


def draw(report: Report) -> None:
    """Two panes, one below the other where the window is narrow; one pane for what is refused."""
    if not report.lines:
        _alone(report)
        return
    title = _("As written, and as run")
    is_short = len(report.lines) < LONG
    with st.expander(title, icon=":material/compare:", expanded=is_short):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(legend(report.lines), width="stretch")
            in_one = st.toggle(_("In one text"), value=_is_phone(), key=_IN_ONE)
        if in_one:
            code.sql(merged(report.lines), wrap_lines=True)
            return
        names = (_("As written"), _("As run"))
        for column, name, text in zip(st.columns(2), names, panes(report.lines), strict=True):
            with column:
                st.caption(name)
                code.sql(text)


def _is_phone() -> bool:
    """Whether the browser calls itself one of a phone; the switch says otherwise if it is not."""
    return "Mobi" in str(st.context.headers.get("User-Agent", ""))


def _alone(report: Report) -> None:
    text = report.sql.strip("\n")[:_MOST_CHARS]
    with st.expander(_("As written"), icon=":material/code:", expanded=text.count("\n") < LONG):
        code.sql(numbered(text), wrap_lines=True)


def numbered(text: str) -> str:
    """A text with the number of each line before it: Streamlit's own numbers are too faint."""
    lines = text.split("\n")
    width = len(str(len(lines)))
    return "\n".join(f"{n:>{width}}{_GUTTER}{line}".rstrip() for n, line in enumerate(lines, 1))


def legend(lines: Sequence[Line]) -> str:
    """What the signs in the gutter mean, of those that are there; for Markdown."""
    words = {"added": _("\\+ added"), "changed": _("\\~ changed"), "removed": _("\\- taken out")}
    used = {line.mark for line in lines}
    said = " · ".join(text for mark, text in words.items() if mark in used)
    return (
        _("By governance: {signs}").format(signs=said) if said else _("It is run as it is written.")
    )


def merged(lines: Sequence[Line]) -> str:
    """Both texts as one: what was taken out or changed before what stands in its place."""
    rows: list[str] = []
    for line in lines:
        if line.mark == "same":
            rows.append(f" {_GUTTER}{line.run}")
            continue
        rows += [f"-{_GUTTER}{line.written}"] if line.written is not None else []
        rows += [f"+{_GUTTER}{line.run}"] if line.run is not None else []
    return "\n".join(rows)


def panes(lines: Sequence[Line], width: int = WIDTH) -> tuple[str, str]:
    """Both texts with a sign before each line, equally long: line n of the one stands beside line
    n of the other."""
    left: list[str] = []
    right: list[str] = []
    for line in lines:
        signs = _SIGNS[line.mark]
        halves = [
            _rows(text, sign, width)
            for text, sign in zip((line.written, line.run), signs, strict=True)
        ]
        most = max(map(len, halves))
        for side, rows in zip((left, right), halves, strict=True):
            side += [*rows, *[" " + _GUTTER.rstrip()] * (most - len(rows))]
    return "\n".join(left), "\n".join(right)


def _rows(text: str | None, sign: str, width: int) -> list[str]:
    if text is None:
        return []
    return [f"{sign}{_GUTTER}{part}".rstrip() for part in _folded(text, width)]


def _folded(line: str, width: int) -> list[str]:
    """A line in parts of at most `width` characters, cut at blanks where there are some, the later
    ones further in."""
    parts: list[str] = []
    indent = line[: len(line) - len(line.lstrip())][: width // 2]
    rest = line
    while len(rest) > width:
        head = len(rest) - len(rest.lstrip())
        cut = rest.rfind(" ", head + 1, width + 1)
        cut = cut if cut > head else width
        parts.append(rest[:cut])
        rest = f"{indent}    {rest[cut:].lstrip()}"
    return [*parts, rest]
