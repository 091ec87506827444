"""The list of entries: search, filters, pages, and acts on those that are chosen."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from core.corpus import Page, Search, Stored
from core.entries import KINDS, STATUSES
from core.translation import gettext as _
from core.translation import marked
from core.ui import corpus_entry, corpus_lists, states
from core.ui import corpus_state as state
from core.ui import corpus_words as words
from core.ui.corpus_port import Desk
from core.ui.guard import Visit
from core.ui.text import number, plain

#: Entries on a page of the list.
STEP = 25
Use = Literal["", "never", "used", "most"]
_USES: Mapping[Use, str] = {
    "": marked("Used or not"),
    "used": marked("Used"),
    "never": marked("Never used"),
    "most": marked("Most used first"),
}
Shelf = Literal["", "staged", "deleted"]
_SHELVES: Mapping[Shelf, str] = {
    "": marked("In the corpus"),
    "staged": marked("Not published"),
    "deleted": marked("Deleted"),
}
Sort = Literal["changed", "created", "question", "hits", "status"]
_SORTS: Mapping[Sort, str] = {
    "changed": marked("Newest change first"),
    "created": marked("Newest first"),
    "question": marked("By text"),
    "status": marked("By status"),
}
_FIND, _PAGE, _CHOSEN = "corpus.find", "corpus.page", "corpus.chosen"
_KIND, _STATUS, _PLANT, _AUTHOR, _USE, _SHELF, _SORT = (
    f"corpus.filter.{name}"
    for name in ("kind", "status", "plant", "author", "use", "shelf", "sort")
)
_FILTERS = (_FIND, _KIND, _STATUS, _PLANT, _AUTHOR, _USE, _SHELF)


def search(model: str) -> Search:
    """What the filters say; the page of the list is not part of it."""
    get = st.session_state.get
    shelf = get(_SHELF) or ""
    sort: Sort = get(_SORT) or "changed"
    return Search(
        model,
        text=str(get(_FIND) or ""),
        kind=get(_KIND) or None,
        plant=str(get(_PLANT) or ""),
        status=get(_STATUS) or None,
        author=str(get(_AUTHOR) or ""),
        use=get(_USE) or "",
        staged=shelf == "staged",
        deleted=shelf == "deleted",
        sort=sort,
        ascending=sort in ("question", "status"),
        limit=STEP,
    )


def is_filtered() -> bool:
    """Whether the list leaves something out."""
    return any(st.session_state.get(key) for key in _FILTERS)


def clear_filters() -> None:
    """The whole list again; in a callback."""
    for key in (*_FILTERS, _PAGE):
        st.session_state[key] = "" if key == _FIND else 1 if key == _PAGE else ""


def draw(visit: Visit, desk: Desk) -> None:
    """The list with what stands above and below it."""
    _new_buttons()
    _filters(desk)
    wanted = search(desk.model)
    offset = STEP * (max(1, int(st.session_state.get(_PAGE) or 1)) - 1)
    page = desk.page(_at(wanted, offset))
    if not page.items and page.total:
        st.session_state[_PAGE] = 1
        page = desk.page(wanted)
    _by_status(page)
    if not page.items:
        _nothing()
        return
    chosen = _chosen(page.items)
    _bulk(visit, page.items, chosen)
    with corpus_lists.frame(len(page.items), "corpus-list"):
        for stored in page.items:
            _row(stored)
    pages = -(-page.total // STEP)
    if pages > 1:
        st.pagination(pages, key=_PAGE, max_visible_pages=5, persist_state="session")


def _at(wanted: Search, offset: int) -> Search:
    return dataclasses.replace(wanted, offset=offset)


def _new_buttons() -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Add a question"),
            key="corpus.new_question",
            icon=":material/add:",
            on_click=state.open_entry,
            args=(state.NEW_QUESTION,),
        )
        st.button(
            _("Add a note"),
            key="corpus.new_note",
            icon=":material/add:",
            on_click=state.open_entry,
            args=(state.NEW_NOTE,),
        )


def _first_page() -> None:
    st.session_state[_PAGE] = 1


def _choice(label: str, key: str, options: Mapping[Any, str]) -> None:
    st.selectbox(
        label,
        list(options),
        format_func=lambda name: options.get(name, str(name)),
        key=key,
        on_change=_first_page,
        persist_state="session",
    )


def _in_words(options: Mapping[Any, str]) -> Mapping[Any, str]:
    """Options of a table, in the reader's language."""
    return {name: _(text) for name, text in options.items()}


def _filters(desk: Desk) -> None:
    st.text_input(
        _("Find"),
        placeholder=_("Find by words"),
        icon=":material/search:",
        label_visibility="collapsed",
        live=True,
        key=_FIND,
        on_change=_first_page,
        persist_state="session",
    )
    is_open = st.expander(
        _("Filters (some are set)") if is_filtered() else _("Filters"),
        icon=":material/filter_list:",
        type="compact",
        key="corpus.filters",
    )
    with is_open:
        authors = {"": _("Anybody")} | {name: name for name in desk.authors()}
        plants = {"": _("Any plant")} | {name: name for name in desk.plants}
        left, right = st.columns(2)
        with left:
            _choice(_("Type"), _KIND, {"": _("All types")} | {k: _(words.KINDS[k]) for k in KINDS})
            _choice(_("Plant"), _PLANT, plants)
            _choice(_("Use"), _USE, _in_words(_USES))
        with right:
            _choice(
                _("Status"),
                _STATUS,
                {"": _("Any status")} | {s: _(words.STATUSES[s]) for s in STATUSES},
            )
            _choice(_("Author"), _AUTHOR, authors)
            _choice(_("Where"), _SHELF, _in_words(_SHELVES))
        _choice(_("Order"), _SORT, _in_words(_SORTS))
        st.button(
            _("Clear filters"),
            key="corpus.clear",
            type="tertiary",
            icon=":material/filter_list_off:",
            on_click=clear_filters,
        )


def _by_status(page: Page) -> None:
    """How many, and how many of each status."""
    parts = [
        f"{_(words.STATUSES[s])} {number(n, 0)}"
        for s in STATUSES
        if (n := page.by_status.get(s, 0))
    ]
    st.caption(plain(" · ".join([words.entries(page.total), *parts])))


def _nothing() -> None:
    if is_filtered():
        states.say(
            states.Look("filter_list_off", "gray", marked("No entry fits")),
            _("Take a word away or clear the filters."),
        )
        st.button(
            _("Clear filters"),
            key="corpus.clear_empty",
            icon=":material/filter_list_off:",
            on_click=clear_filters,
        )
        return
    states.say(
        states.Look("school", "gray", marked("The corpus is empty")),
        _("Add the first question with its SQL, or bring entries in from a file (Files)."),
    )


def _key(stored: Stored) -> str:
    return f"{_CHOSEN}.{stored.entry.id}"


def _chosen(items: Sequence[Stored]) -> list[Stored]:
    return [stored for stored in items if st.session_state.get(_key(stored))]


def _choose(items: Sequence[Stored], chosen: bool) -> None:
    for stored in items:
        st.session_state[_key(stored)] = chosen


def _bulk(visit: Visit, items: Sequence[Stored], chosen: Sequence[Stored]) -> None:
    """Choose all of the page; and what all chosen ones take."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        is_all = len(chosen) == len(items)
        st.button(
            _("Choose none") if is_all else _("Choose all"),
            key="corpus.choose_all",
            type="tertiary",
            icon=":material/check_box:" if is_all else ":material/check_box_outline_blank:",
            on_click=_choose,
            args=(items, not is_all),
        )
        if not chosen:
            return
        st.caption(_("{n} chosen").format(n=len(chosen)), width="content")
        names = [
            name
            for name in corpus_entry.ACTS
            if name != "purge" and all(name in corpus_entry.may(stored) for stored in chosen)
        ]
        ids = [stored.entry.id for stored in chosen]

        def go(name: str) -> None:
            before = state.stamp()
            corpus_entry.do(visit, name, ids)
            if state.stamp() != before:
                _choose(chosen, False)

        for name in names:
            label, icon = corpus_entry.ACTS[name][:2]
            st.button(
                _(label),
                key=f"corpus.bulk.{name}",
                icon=f":material/{icon}:",
                on_click=go,
                args=(name,),
            )
    if not names:
        st.caption(_("No act fits all that are chosen."))
    elif len(ids) > 1:
        st.caption(_("All of them or, when one cannot be, none."))


def _row(stored: Stored) -> None:
    entry = stored.entry
    is_open = state.entry() == entry.id
    with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="top"):
        st.checkbox(
            _("Choose: {question}").format(question=plain(words.short(entry.text, 60))),
            key=_key(stored),
            label_visibility="collapsed",
        )
        with st.container(gap=None, width="stretch"):
            st.button(
                f"**{plain(words.name(entry))}**" if is_open else plain(words.name(entry)),
                key=f"corpus.open.{entry.id}",
                type="tertiary",
                icon=f":material/{words.KIND_ICONS[entry.kind]}:",
                on_click=state.open_entry,
                args=(entry.id,),
                wrap=False,
            )
            st.caption(words.line(stored))
