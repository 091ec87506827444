"""What was done, when and by whom: to one entry, and to the whole corpus; with undo."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.corpus import Batch, Stored, Version
from core.errors import GembaError
from core.translation import gettext as _
from core.translation import marked, retold
from core.ui import corpus_lists, states
from core.ui import corpus_state as state
from core.ui import corpus_words as words
from core.ui.corpus_port import Desk
from core.ui.guard import Visit
from core.ui.text import plain

_STEP = 25
_SHOWN, _OPEN = "corpus.acts_shown", "corpus.act_open"
_MOST_ACTS = 500
_MOST_CHANGES = 50


def of_entry(visit: Visit, desk: Desk, stored: Stored) -> None:
    """The versions of an entry, newest first, and what differs between two of them."""
    try:
        versions = sorted(desk.history(stored.entry.id), key=lambda v: -v.entry.version)
    except GembaError as error:
        st.caption(plain(retold(error)))
        return
    if len(versions) > 1:
        _compare(desk, stored.entry.id, versions)
    for version in versions:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            done = _(words.DONE.get(version.action, version.action))
            deleted = " · " + _("deleted") if version.is_deleted else ""
            status = _(words.STATUSES[version.entry.status])
            st.markdown(
                f"**{version.entry.version}** · {plain(done)} · {plain(status + deleted)}  \n"
                f":gray[:small[{_who(version.by, words.when(version.at), version.note)}]]",
                width="stretch",
            )
            if version.action not in ("seed", "publish", "rollback"):
                st.button(
                    _("Undo"),
                    key=f"corpus.undo.{version.batch}",
                    type="tertiary",
                    icon=":material/undo:",
                    on_click=state.undo,
                    args=(visit, version.batch),
                )


def _compare(desk: Desk, entry: str, versions: Sequence[Version]) -> None:
    """The difference of two versions, the last two at first."""
    numbers = [version.entry.version for version in versions]
    with st.container(horizontal=True):
        before = st.selectbox(_("Before"), numbers[1:], key=f"corpus.before.{entry}", width=110)
        after = st.selectbox(_("After"), numbers, key=f"corpus.after.{entry}", width=110)
    try:
        changes = desk.difference(entry, before or numbers[-1], after or numbers[0])
    except GembaError as error:
        st.caption(plain(retold(error)))
        return
    if changes:
        st.table(words.difference(changes), border="horizontal", hide_index=True)
    else:
        st.caption(_("Nothing differs between these two."))


# -- the acts of all -------------------------------------------------------------------------------


def acts(visit: Visit, desk: Desk) -> None:
    """Every act on the corpus, newest first."""
    most = int(st.session_state.get(_SHOWN, _STEP))
    found = desk.batches(min(most + 1, _MOST_ACTS))
    if not found:
        states.say(
            states.Look("history", "gray", marked("Nothing was done yet")),
            _("Each act on the corpus stands here with who, when and what, and can be undone."),
        )
        return
    listed, opened = st.columns((5, 6), gap="medium")
    chosen = int(st.session_state.get(_OPEN, 0))
    with listed:
        for batch in found[:most]:
            _act_line(visit, batch, is_open=batch.id == chosen)
        if len(found) > most:
            corpus_lists.more(_SHOWN, most + _STEP, key="corpus.acts_more")
    with opened:
        if not chosen:
            st.caption(_("Choose an act to see what it changed."))
            return
        try:
            _changes(desk.batch(chosen))
        except GembaError as error:
            st.caption(plain(retold(error)))


def _act_line(visit: Visit, batch: Batch, *, is_open: bool) -> None:
    done = _(words.DONE.get(batch.action, batch.action))
    if batch.undoes is not None:
        done += _(": act {n}").format(n=batch.undoes)
    with st.container(
        horizontal=True, vertical_alignment="top", gap="small", wrap=False, border=is_open
    ):
        with st.container(gap=None, width="stretch"):
            st.button(
                plain(f"{batch.id}. {done}"),
                key=f"corpus.act_of.{batch.id}",
                type="tertiary",
                icon=":material/chevron_right:",
                on_click=st.session_state.__setitem__,
                args=(_OPEN, batch.id),
                wrap=False,
            )
            st.caption(_who(batch.by, words.when(batch.at), batch.note))
        if batch.action not in ("seed", "publish", "rollback", "purge"):
            st.button(
                _("Undo"),
                key=f"corpus.undo_act.{batch.id}",
                type="tertiary",
                icon=":material/undo:",
                on_click=state.undo,
                args=(visit, batch.id),
            )


def _changes(batch: Batch) -> None:
    """What an act did to each of its entries, field by field."""
    done = _(words.DONE.get(batch.action, batch.action))
    st.markdown(f"#### {batch.id}. {plain(done)}", anchors=False)
    st.caption(_who(batch.by, words.when(batch.at), batch.note))
    for change in batch.changes[:_MOST_CHANGES]:
        with st.container(border=True, key=f"corpus-change-{batch.id}-{change.id}"):
            st.button(
                plain(words.name(change.after)),
                key=f"corpus.changed.{batch.id}.{change.id}",
                type="tertiary",
                icon=":material/open_in_full:",
                on_click=state.open_entry,
                args=(change.id,),
                wrap=False,
            )
            if change.is_deleted or change.was_deleted:
                st.caption(_("Deleted") if change.is_deleted else _("Brought back"))
            differs = words.between(change.before, change.after)
            if differs:
                st.table(words.difference(differs), border="horizontal", hide_index=True)
    left = len(batch.changes) - _MOST_CHANGES
    if left > 0:
        st.caption(words.more(left))
    if not batch.changes:
        st.caption(_("No entry was changed by it."))


def _who(by: str, at: str, note: str) -> str:
    return plain(" · ".join([by, at, *([note] if note else [])]))
