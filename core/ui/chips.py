"""The chips under an answer, each of which opens to what it could be instead.

What is picked is asked as the conversation's next turn; nothing is computed here. A chip's offers
are drawn when it is opened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final, Literal

import streamlit as st

from core.dialogue.choices import Choice, Choices, Column, picked
from core.dialogue.edits import All, Anywhere, Edit, Ranked, Split, Unsplit, When, Where
from core.semantic.query import Dimension, Order, SemanticQuery, TimeWindow
from core.types import Answer, Chip
from core.ui.text import plain

NAMES: Final = {
    "measure": "Measure",
    "by": "By",
    "where": "Where",
    "when": "When",
    "compare": "Compare",
    "top": "Top",
    "readings": "Readings",
}
#: Called with what a change is called and the changes.
Change = Callable[[str, tuple[Edit, ...]], None]
#: Gives the offers for an answer.
Offers = Callable[[], Choices | None]
_MOST_TOP: Final = 1_000


def text_row(chips: Sequence[Chip]) -> str:
    """The chips as a line of small labels, in Markdown."""
    return " ".join(f":gray-badge[{NAMES[c.kind]} · **{plain(c.label)}**]" for c in chips)


def draw(answer: Answer, offers: Offers, change: Change, *, key: str) -> None:
    """The chips as buttons that open; as labels where no query says what the answer is."""
    query = answer.plan
    if query is None:
        st.markdown(text_row(answer.chips))
        return
    kinds = _grouped(answer.chips, query)
    with st.container(horizontal=True, gap="xsmall", key=f"chips-{key}"):
        for kind, label in kinds:
            named = f":small[{NAMES[kind]} · **{plain(label)}**]"
            shown = st.popover(
                named if label else f":small[{NAMES[kind]}]",
                key=f"chip.{kind}.{key}",
                type="secondary" if label else "tertiary",
                icon=None if label else ":material/add:",
                on_change="rerun",
            )
            if not shown.open:
                continue
            with shown:
                found = offers()
                if found is None:
                    st.caption("This part cannot be changed here; ask for it in words.")
                    continue
                _DRAW[kind](query, found, change, f"{kind}.{key}")


def _grouped(chips: Sequence[Chip], query: SemanticQuery) -> list[tuple[str, str]]:
    """A button a kind: several chips of a kind are one, and what there is none of (no label) can be
    added."""
    is_aggregate = query.kind == "aggregate"
    can = {
        "by": is_aggregate,
        "where": True,
        "compare": is_aggregate and query.time is not None,
        "top": bool(query.dimensions and query.order),
    }
    found: list[tuple[str, str]] = []
    for kind in NAMES:
        labels = [c.label for c in chips if c.kind == kind]
        if labels or can.get(kind, False):
            found.append((kind, ", ".join(labels)))
    return found


def _measure(query: SemanticQuery, found: Choices, change: Change, key: str) -> None:
    if query.kind == "records":
        st.caption("These are rows. Pick a figure to count or measure them.")
    _pick("Show instead", found.figures, change, f"figure.{key}", "Measure")
    if query.kind == "aggregate":
        _pick("Show too", found.further, change, f"further.{key}", "Also")
    if found.shown_in:
        _pick("In the unit", found.shown_in, change, f"unit.{key}", "In")


def _by(query: SemanticQuery, found: Choices, change: Change, key: str) -> None:
    names = {dimension: label for label, dimension in found.splits.items()}
    now = [names[d] for d in query.dimensions if d in names]
    with st.form(f"by.{key}", border=False):
        wanted = st.multiselect("Split by", list(found.splits), default=now, max_selections=3)
        if not st.form_submit_button("Apply", icon=":material/check:"):
            return
    dimensions: tuple[Dimension, ...] = tuple(found.splits[label] for label in wanted)
    if wanted == now:
        return
    edit: Edit = Split(dimensions, "set") if dimensions else Unsplit()
    change(f"By: {', '.join(wanted) or 'nothing'}", (edit,))


def _where(_query: SemanticQuery, found: Choices, change: Change, key: str) -> None:
    columns = {c.label: c for c in found.columns}
    chosen = [c for c in found.columns if c.chosen]
    further = [label for label, c in columns.items() if not c.chosen]
    added = st.selectbox(
        "Add a condition on", further, index=None, key=f"add.{key}", placeholder="Column"
    )
    shown = [*chosen, *([columns[added]] if added else [])]
    if not shown:
        return
    with st.form(f"where.{key}", border=False):
        picks: list[tuple[Column, tuple[str, ...]]] = []
        for column in shown:
            values = st.multiselect(column.label, column.values, default=list(column.chosen))
            picks.append((column, tuple(values)))
        if not st.form_submit_button("Apply", icon=":material/check:"):
            return
    edits: list[Edit] = []
    said: list[str] = []
    for column, wanted in picks:
        if wanted == column.chosen:
            continue
        said.append(f"{column.label}: {', '.join(wanted) or 'all'}")
        if wanted:
            edits.append(Where((picked(column.name, wanted),), "only"))
        else:
            edits.append(Anywhere((column.name,), exact=True))
    if edits:
        change("; ".join(said), tuple(edits))


def _when(query: SemanticQuery, found: Choices, change: Change, key: str) -> None:
    _pick("Time", found.windows, change, f"window.{key}", "When")
    window = query.time
    start = window.start.date() if window is not None and window.start else None
    end = window.end if window is not None else None
    last = (end - dt.timedelta(microseconds=1)).date() if end else None
    with st.form(f"when.{key}", border=False):
        label = "Or these days, both included"
        given: list[dt.date | dt.datetime | str | Literal["today"] | None] = []
        given += [start, last] if start and last else []
        days = st.date_input(label, value=given)
        if not st.form_submit_button("Apply", icon=":material/check:"):
            return
    if len(days) != 2:
        st.caption("Pick a first and a last day.")
        return
    first, final = days
    begin = dt.datetime.combine(first, dt.time())
    until = dt.datetime.combine(final, dt.time()) + dt.timedelta(days=1)
    words = f"{first:%Y-%m-%d} to {final:%Y-%m-%d}"
    change(f"When: {words}", (When(TimeWindow(begin, until, phrase=words)),))


def _compare(_query: SemanticQuery, found: Choices, change: Change, key: str) -> None:
    if not found.comparisons:
        st.caption("Name a time first; then it can be set against another one.")
    _pick("Set against", found.comparisons, change, f"against.{key}", "Compare with")


def _top(query: SemanticQuery, _found: Choices, change: Change, key: str) -> None:
    with st.form(f"top.{key}", border=False):
        count = st.number_input("Show the first", 1, _MOST_TOP, value=query.limit or 10)
        lowest = st.toggle(
            "Lowest first", value=bool(query.order) and not query.order[0].descending
        )
        if st.form_submit_button("Apply", icon=":material/check:"):
            order = tuple(
                Order(o.by, o.index, not lowest, o.column) if i == 0 else o
                for i, o in enumerate(query.order)
            )
            which = "Lowest" if lowest else "Top"
            change(f"{which} {count}", (Ranked(order, int(count), query.per_group),))
    if query.limit is not None and st.button("Show all", key=f"all.{key}"):
        change("Show all", (All(),))


def _readings(_query: SemanticQuery, found: Choices, change: Change, key: str) -> None:
    _pick("Which readings count", found.readings, change, f"readings.{key}", "Readings")


def _pick(label: str, offers: Sequence[Choice], change: Change, key: str, called: str) -> None:
    """One offer of several; picking it is the change."""
    by_label = {c.label: c for c in offers}
    wanted = st.selectbox(label, list(by_label), index=None, key=key, placeholder="Pick")
    if wanted is not None:
        change(f"{called}: {wanted}", by_label[wanted].edits)


_DRAW: Final = {
    "measure": _measure,
    "by": _by,
    "where": _where,
    "when": _when,
    "compare": _compare,
    "top": _top,
    "readings": _readings,
}
