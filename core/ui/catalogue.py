"""What can I ask?: everything that a question can name, searchable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from core.translation import gettext as _
from core.translation import language, marked, speaking
from core.types import User
from core.ui.guard import Visit
from core.ui.port import Services
from core.ui.text import number, plain

_KINDS = (
    ("metric", marked("Figures with a definition"), "functions"),
    ("measure", marked("Measured columns"), "sensors"),
    ("dimension", marked("What to split and filter by"), "category"),
    ("value", marked("Values"), "label"),
)
_SHOWN_VALUES = 40


def draw(visit: Visit) -> None:
    """The page."""
    st.markdown("# " + _("What can I ask?"), anchors=False)
    st.caption(
        _(
            "Name any of these in a question, by their label or a synonym, in any order: "
            "a figure, what to split it by, which values, and when."
        )
    )
    rows = _rows(visit.parts.services, visit.user, visit.model, language())
    find = st.text_input(
        _("Find"),
        placeholder=_("Find a figure, a column, a value or a synonym"),
        icon=":material/search:",
        label_visibility="collapsed",
        live=True,
        key="catalogue.find",
    )
    found = matching(rows, find or "")
    names = [kind for kind, *_rest in _KINDS if any(row.get("kind") == kind for row in found)]
    if not names:
        st.caption(_("Nothing has that name. Try a shorter or another word."))
        return
    for kind, title, icon in _KINDS:
        mine = [row for row in found if row.get("kind") == kind]
        if not mine:
            continue
        st.markdown(f"### :material/{icon}: {_(title)} :gray[:small[{len(mine)}]]", anchors=False)
        _section(kind, mine)


@st.cache_data(max_entries=512, ttl=600, show_spinner=False, hash_funcs={User: hash})
def _rows(
    _services: Services, user: User, model: str | None, language: str
) -> Sequence[Mapping[str, Any]]:
    """What this person can name. It depends on their plants, so the person is part of the key; and
    on their language."""
    with speaking(language):
        return list(_services.catalogue(user, model))


def matching(rows: Iterable[Mapping[str, Any]], text: str) -> list[Mapping[str, Any]]:
    """The rows that hold every word of `text` in a label, synonym or description."""
    words = text.casefold().split()
    return [row for row in rows if all(word in _haystack(row) for word in words)]


def _haystack(row: Mapping[str, Any]) -> str:
    parts = [row.get("label"), row.get("description"), row.get("of"), *_synonyms(row)]
    return " ".join(str(part) for part in parts if part).casefold()


def _synonyms(row: Mapping[str, Any]) -> tuple[str, ...]:
    given = row.get("synonyms") or ()
    if isinstance(given, str):
        return tuple(word.strip() for word in given.split(",") if word.strip())
    return tuple(str(word) for word in given)


def _section(kind: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if kind == "value":
        _values(rows)
        return
    table: dict[str, list[str]] = {
        _("Name"): [f"**{plain(row.get('label', ''))}**" for row in rows]
    }
    if any(row.get("unit") for row in rows):
        table[_("Unit")] = [plain(row.get("unit") or "") for row in rows]
    table[_("Also called")] = [plain(", ".join(_synonyms(row))) for row in rows]
    table[_("What it is")] = [plain(row.get("description") or "") for row in rows]
    st.table(table, border="horizontal", hide_index=True)


def _values(rows: Sequence[Mapping[str, Any]]) -> None:
    """Values by the column that holds them, the longest lists cut."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault(str(row.get("description") or _("Other")), []).append(str(row["label"]))
    cells = []
    for values in groups.values():
        shown = ", ".join(plain(value) for value in sorted(values)[:_SHOWN_VALUES])
        more = len(values) - _SHOWN_VALUES
        rest = _("and {n} more; search to see them").format(n=number(more, 0))
        cells.append(f"{shown} :gray[{rest}]" if more > 0 else shown)
    table = {_("Of"): [f"**{plain(name)}**" for name in groups], _("Values"): cells}
    st.table(table, border="horizontal", hide_index=True)
