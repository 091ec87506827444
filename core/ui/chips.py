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
from core.translation import gettext as _
from core.translation import marked
from core.types import Answer, Chip
from core.ui import spoken
from core.ui.text import plain

NAMES: Final = {
    "measure": marked("Measure"),
    "by": marked("By"),
    "where": marked("Where"),
    "when": marked("When"),
    "compare": marked("Compare"),
    "top": marked("Top"),
    "readings": marked("Readings"),
}
#: Called with what a change is called and the changes.
Change = Callable[[str, tuple[Edit, ...]], None]
#: Gives the offers for an answer.
Offers = Callable[[], Choices | None]
_MOST_TOP: Final = 1_000


def text_row(chips: Sequence[Chip]) -> str:
    """The chips as a line of small labels, in Markdown."""
    return " ".join(f":gray-badge[{_(NAMES[c.kind])} · **{plain(c.label)}**]" for c in chips)


def draw(answer: Answer, offers: Offers, change: Change, *, key: str) -> None:
    """The chips as buttons that open; as labels where no query says what the answer is."""
    query = answer.plan
    if query is None:
        st.markdown(text_row(answer.chips))
        return
    kinds = _grouped(answer.chips, query)
    with st.container(horizontal=True, gap="xsmall", key=f"chips-{key}"):
        for kind, label in kinds:
            name = _(NAMES[kind])
            named = f":small[{name} · **{plain(label)}**]"
            shown = st.popover(
                named if label else f":small[{name}]",
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
                    st.caption(_("This part cannot be changed here; ask for it in words."))
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
        st.caption(_("These are rows. Pick a figure to count or measure them."))
    _pick(_("Show instead"), found.figures, change, f"figure.{key}", _("Measure"))
    if query.kind == "aggregate":
        _pick(_("Show too"), found.further, change, f"further.{key}", _("Also"))
    if found.shown_in:
        _pick(_("In the unit"), found.shown_in, change, f"unit.{key}", _("In"))


def _by(query: SemanticQuery, found: Choices, change: Change, key: str) -> None:
    names = {dimension: label for label, dimension in found.splits.items()}
    now = [names[d] for d in query.dimensions if d in names]
    with st.form(f"by.{key}", border=False):
        wanted = st.multiselect(
            _("Split by"), list(found.splits), default=now, max_selections=3, key=f"split.{key}"
        )
        if not st.form_submit_button(_("Apply"), icon=":material/check:"):
            return
    dimensions: tuple[Dimension, ...] = tuple(found.splits[label] for label in wanted)
    if wanted == now:
        return
    edit: Edit = Split(dimensions, "set") if dimensions else Unsplit()
    called = ", ".join(wanted) or _("nothing")
    change(_("By: {what}").format(what=called), (edit,))


def _where(_query: SemanticQuery, found: Choices, change: Change, key: str) -> None:
    columns = {c.label: c for c in found.columns}
    chosen = [c for c in found.columns if c.chosen]
    further = [label for label, c in columns.items() if not c.chosen]
    added = st.selectbox(
        _("Add a condition on"), further, index=None, key=f"add.{key}", placeholder=_("Column")
    )
    shown = [*chosen, *([columns[added]] if added else [])]
    if not shown:
        return
    with st.form(f"where.{key}", border=False):
        picks: list[tuple[Column, tuple[str, ...]]] = []
        for column in shown:
            values = st.multiselect(
                column.label,
                column.values,
                default=list(column.chosen),
                key=f"{column.name}.{key}",
            )
            picks.append((column, tuple(values)))
        if not st.form_submit_button(_("Apply"), icon=":material/check:"):
            return
    edits: list[Edit] = []
    said: list[str] = []
    for column, wanted in picks:
        if wanted == column.chosen:
            continue
        choice = ", ".join(wanted) or _("all")
        said.append(_("{part}: {choice}").format(part=column.label, choice=choice))
        if wanted:
            edits.append(Where((picked(column.name, wanted),), "only"))
        else:
            edits.append(Anywhere((column.name,), exact=True))
    if edits:
        change("; ".join(said), tuple(edits))


def _when(query: SemanticQuery, found: Choices, change: Change, key: str) -> None:
    _pick(_("Time"), found.windows, change, f"window.{key}", _("When"))
    window = query.time
    start = window.start.date() if window is not None and window.start else None
    end = window.end if window is not None else None
    last = (end - dt.timedelta(microseconds=1)).date() if end else None
    with st.form(f"when.{key}", border=False):
        label = _("Or these days, both included")
        given: list[dt.date | dt.datetime | str | Literal["today"] | None] = []
        given += [start, last] if start and last else []
        days = st.date_input(label, value=given, key=f"days.{key}", format=spoken.date_format())
        if not st.form_submit_button(_("Apply"), icon=":material/check:"):
            return
    if len(days) != 2:
        st.caption(_("Pick a first and a last day."))
        return
    first, final = days
    begin = dt.datetime.combine(first, dt.time())
    until = dt.datetime.combine(final, dt.time()) + dt.timedelta(days=1)
    phrase = (
        f"{first:%Y-%m-%d} to {final:%Y-%m-%d}"  # in the parser's words: a board reads it again
    )
    words = _("{first} to {last}").format(first=f"{first:%Y-%m-%d}", last=f"{final:%Y-%m-%d}")
    change(_("When: {words}").format(words=words), (When(TimeWindow(begin, until, phrase=phrase)),))


def _compare(_query: SemanticQuery, found: Choices, change: Change, key: str) -> None:
    if not found.comparisons:
        st.caption(_("Name a time first; then it can be set against another one."))
    _pick(_("Set against"), found.comparisons, change, f"against.{key}", _("Compare with"))


def _top(query: SemanticQuery, _found: Choices, change: Change, key: str) -> None:
    is_place = query.skip > 0 and query.limit == 1
    with st.form(f"top.{key}", border=False):
        now = query.skip + 1 if is_place else query.limit or 10
        label = _("Show the place") if is_place else _("Show the first")
        count = int(st.number_input(label, 1, _MOST_TOP, value=now, key=f"first.{key}"))
        lowest = st.toggle(
            _("Lowest first"),
            value=bool(query.order) and not query.order[0].descending,
            key=f"lowest.{key}",
        )
        if st.form_submit_button(_("Apply"), icon=":material/check:"):
            order = tuple(
                Order(o.by, o.index, not lowest, o.column) if i == 0 else o
                for i, o in enumerate(query.order)
            )
            said = _("Lowest {n}") if lowest else _("Top {n}")
            ranked = Ranked(order, count, query.per_group)
            if is_place:
                said = _("Place {n}, lowest first") if lowest else _("Place {n}")
                ranked = Ranked(order, 1, query.per_group, count - 1)
            change(said.format(n=count), (ranked,))
    if query.limit is not None and st.button(_("Show all"), key=f"all.{key}"):
        change(_("Show all"), (All(),))


def _readings(_query: SemanticQuery, found: Choices, change: Change, key: str) -> None:
    _pick(_("Which readings count"), found.readings, change, f"readings.{key}", _("Readings"))


def _pick(label: str, offers: Sequence[Choice], change: Change, key: str, called: str) -> None:
    """One offer of several; picking it is the change."""
    by_label = {c.label: c for c in offers}
    wanted = st.selectbox(label, list(by_label), index=None, key=key, placeholder=_("Pick"))
    if wanted is not None:
        change(_("{part}: {choice}").format(part=called, choice=wanted), by_label[wanted].edits)


_DRAW: Final = {
    "measure": _measure,
    "by": _by,
    "where": _where,
    "when": _when,
    "compare": _compare,
    "top": _top,
    "readings": _readings,
}
