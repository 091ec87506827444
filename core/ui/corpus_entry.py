"""One entry in the middle of the page: what it is, what may be done with it, and its history."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.corpus import Batch, Stored
from core.curation.checking import Draft
from core.entries import Kind
from core.errors import GembaError
from core.translation import gettext as _
from core.translation import marked, retold
from core.ui import corpus_drafts as drafts
from core.ui import corpus_editor, corpus_history, states, stay
from core.ui import corpus_state as state
from core.ui import corpus_words as words
from core.ui.corpus_editor import Looked
from core.ui.corpus_port import Desk
from core.ui.guard import Visit
from core.ui.text import paragraphs, plain

Act = Callable[[Desk, Sequence[str]], Batch]
_WHY = "corpus.why"

#: Name -> label, icon, what it calls.
ACTS: dict[str, tuple[str, str, Act]] = {
    "approve": (marked("Approve"), "check", lambda d, ids: d.approve(ids, why())),
    "verify": (marked("Verify"), "verified", lambda d, ids: d.verify(ids, why())),
    "reject": (marked("Reject"), "block", lambda d, ids: d.reject(ids, why())),
    "deprecate": (marked("Deprecate"), "archive", lambda d, ids: d.deprecate(ids, why())),
    "restore": (marked("Restore"), "restore", lambda d, ids: d.restore(ids, why())),
    "delete": (marked("Delete"), "delete", lambda d, ids: d.delete(ids, why())),
    "purge": (marked("Delete for good"), "delete_forever", lambda d, ids: d.purge(ids)),
}
_BY_STATUS = {
    "candidate": ("approve", "verify", "reject", "delete"),
    "approved": ("verify", "deprecate", "reject", "delete"),
    "verified": ("approve", "deprecate", "delete"),
    "rejected": ("restore", "delete"),
    "deprecated": ("restore", "delete"),
}


def why() -> str:
    """What was written as the reason of the next act."""
    return str(st.session_state.get(_WHY) or "").strip()


def may(stored: Stored) -> tuple[str, ...]:
    """The acts that an entry in this state takes."""
    if stored.entry.source == "model":
        return ()
    if stored.is_deleted:
        return ("restore",) if stored.live_version is not None else ("restore", "purge")
    names = _BY_STATUS[stored.entry.status]
    return names if stored.entry.kind == "qa" else tuple(n for n in names if n != "verify")


def do(visit: Visit, name: str, ids: Sequence[str]) -> None:
    """That act on these entries, all or none; in a callback."""
    act = ACTS[name][2]
    if state.batch_done(visit, lambda d: act(d, ids)) is not None:
        st.session_state[_WHY] = ""
        if name == "purge":
            state.put_entry("")


def draw(visit: Visit, desk: Desk) -> None:
    """The open entry, or what to do when none is."""
    name = state.entry()
    if name in (state.NEW_QUESTION, state.NEW_NOTE):
        _new(visit, desk, name)
        return
    if not name:
        states.say(
            states.Look("school", "gray", marked("No entry is open")),
            _("Choose one of the list to read it, change it and see its rows."),
        )
        return
    try:
        stored = desk.get(name)
    except GembaError as error:
        states.say(
            states.Look("search_off", "gray", marked("Not here")),
            retold(error),
            then=_("It may have been deleted for good. Choose another one of the list."),
        )
        return
    st.markdown(f"#### {plain(words.name(stored.entry))}", anchors=False)
    st.markdown(words.badges(stored))
    st.caption(words.origin(stored))
    labels = {"entry": _("Entry"), "history": _("History")}
    tabs = stay.tabs(labels, key=f"corpus.entry_tab.{name}")
    if tabs["entry"].open:
        with tabs["entry"]:
            _contents(visit, desk, stored)
    if tabs["history"].open:
        with tabs["history"]:
            corpus_history.of_entry(visit, desk, stored)


def _contents(visit: Visit, desk: Desk, stored: Stored) -> None:
    entry = stored.entry
    if entry.source == "model" or stored.is_deleted:
        st.caption(
            _("It was deleted. Restore it to change it.")
            if stored.is_deleted
            else _("It comes from the semantic model and changes with that file.")
        )
        _acts(visit, stored, None)
        read(stored)
        return
    target = entry.id
    _stale(visit, stored, target)
    corpus_editor.draw(
        visit,
        desk,
        target,
        Draft.of(entry),
        above=lambda looked: _acts(visit, stored, looked),
        below=lambda looked: _saving(visit, stored, target, looked),
    )


def read(stored: Stored) -> None:
    """The contents, not to be changed."""
    entry = stored.entry
    if entry.title:
        st.markdown(f"**{plain(entry.title)}**")
    st.markdown(paragraphs(entry.text))
    if entry.sql:
        st.code(entry.sql, language="sql", wrap_lines=True)
    if entry.paraphrases:
        st.caption(_("Other wordings: ") + plain("; ".join(entry.paraphrases)))


def _saving(visit: Visit, stored: Stored, target: str, looked: Looked) -> None:
    """Save what is typed, or let it be."""
    is_dirty = drafts.is_dirty(target)

    def save() -> None:
        draft = drafts.typed(target)
        if state.batch_done(visit, lambda d: d.save(draft, why())) is not None:
            drafts.discard(target)
            st.session_state[_WHY] = ""

    with st.container(horizontal=True):
        st.button(
            _("Save"),
            key=f"corpus.save.{target}",
            type="primary" if is_dirty else "secondary",
            icon=":material/save:",
            disabled=not is_dirty or not looked.may_save,
            on_click=save,
        )
        st.button(
            _("Discard"),
            key=f"corpus.discard.{target}",
            type="tertiary",
            icon=":material/undo:",
            disabled=not is_dirty,
            on_click=drafts.discard,
            args=(target,),
        )
    if is_dirty and stored.entry.status == "verified":
        st.caption(
            _("With another question or SQL it is approved only, until it is verified again.")
        )


def _acts(visit: Visit, stored: Stored, looked: Looked | None) -> None:
    names = may(stored)
    if not names:
        return
    is_dirty = drafts.is_dirty(stored.entry.id)
    is_verified = stored.entry.status == "verified"
    _why_field()
    with st.container(horizontal=True, gap="small"):
        for name in names:
            label, icon = ACTS[name][:2]
            blocked = looked is not None and (
                (name == "verify" and not looked.may_verify)
                or (name == "approve" and not looked.may_save)
            )
            why_not = _("A problem stands against it.") if blocked else None
            why_not = _("Save or discard what you typed first.") if is_dirty else why_not
            if name == "approve" and is_verified:
                label = marked("Approve only")
            if name == "purge":
                _purge(visit, stored)
                continue
            st.button(
                _(label),
                key=f"corpus.act.{name}",
                type="primary"
                if name == names[0] and name in ("approve", "verify") and not is_verified
                else "secondary",
                icon=f":material/{icon}:",
                disabled=why_not is not None,
                help=why_not,
                on_click=do,
                args=(visit, name, [stored.entry.id]),
            )


def _purge(visit: Visit, stored: Stored) -> None:
    """Behind one more press: it cannot be undone."""
    sure = st.popover(_("Delete for good"), icon=":material/delete_forever:", key="corpus.purge")
    with sure:
        st.markdown(_("The entry and its history are removed. Only the audit log keeps them."))
        st.button(
            _("Delete for good"),
            key="corpus.act.purge",
            icon=":material/delete_forever:",
            on_click=do,
            args=(visit, "purge", [stored.entry.id]),
        )


def _why_field() -> None:
    st.text_input(
        _("Why"),
        key=_WHY,
        placeholder=_("Why, in a few words (kept in the history)"),
        label_visibility="collapsed",
    )


def _stale(visit: Visit, stored: Stored, target: str) -> None:
    """Somebody else changed the entry while this was typed: what, and how to go on."""
    start = drafts.start_of(target)
    if start is None or not drafts.is_dirty(target) or start.base == stored.entry.version:
        return
    with st.container(border=True, key="corpus-stale"):
        states.heading(states.Look("sync_problem", "orange", marked("Changed meanwhile")))
        st.markdown(
            _("{name} changed this entry on {day}. What you typed is kept below.").format(
                name=plain(stored.changed_by), day=plain(words.when(stored.changed_at))
            )
        )
        try:
            changes = state.desk(visit).difference(target, start.base, stored.entry.version)
        except GembaError as error:
            st.caption(plain(retold(error)))
            changes = ()
        if changes:
            st.table(words.difference(changes), border="horizontal", hide_index=True)
        with st.container(horizontal=True):
            st.button(
                _("Save mine over it"),
                key=f"corpus.rebase.{target}",
                icon=":material/edit:",
                help=_("Nothing is saved yet: look at it once more, then press Save."),
                on_click=drafts.rebase,
                args=(target, stored.entry.version),
            )
            st.button(
                _("Take theirs"),
                key=f"corpus.take.{target}",
                type="tertiary",
                icon=":material/undo:",
                on_click=drafts.discard,
                args=(target,),
            )


def _new(visit: Visit, desk: Desk, target: str) -> None:
    """A draft that is no entry yet."""
    kind: Kind = "qa" if target == state.NEW_QUESTION else "doc"
    st.markdown("#### " + (_("New question") if kind == "qa" else _("New note")), anchors=False)

    def add() -> None:
        draft = drafts.typed(target)
        batch = state.batch_done(visit, lambda d: d.save(draft, why()), _("Added as a candidate."))
        if batch is not None and batch.changes:
            drafts.discard(target)
            st.session_state[_WHY] = ""
            state.put_entry(batch.changes[0].id)

    def drop() -> None:
        drafts.discard(target)
        state.put_entry("")

    def buttons(looked: Looked) -> None:
        with st.container(horizontal=True):
            st.button(
                _("Add"),
                key=f"corpus.add.{target}",
                type="primary",
                icon=":material/add:",
                disabled=not looked.may_save,
                on_click=add,
            )
            st.button(
                _("Discard"),
                key=f"corpus.drop.{target}",
                type="tertiary",
                icon=":material/close:",
                on_click=drop,
            )

    start = drafts.start_of(target) or Draft(kind, "")
    corpus_editor.draw(visit, desk, target, start, above=lambda _: None, below=buttons)
