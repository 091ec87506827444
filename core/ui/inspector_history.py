"""Queries that people ran, and questions that they saved, each opening its SQL in the editor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from core.corpus import SavedQuestion
from core.corpus.text import MAX_QUESTION
from core.errors import GembaError
from core.history import KEPT, Run
from core.translation import gettext as _
from core.translation import marked, ngettext, retold
from core.ui import guard
from core.ui import inspector_state as state
from core.ui.guard import Visit
from core.ui.text import moment, number, plain, seconds

#: Rows on the page before "Show more", and added by it.
_STEP = 25
_EXAMPLES = 3
_SHOWN_KEY, _EVERYONE, _FIND = "inspect.shown", "inspect.everyone", "inspect.find"
_TITLE_CHARS = 110
_REVIEWED = {
    "open": marked("candidate, awaits review"),
    "accepted": marked("accepted"),
    "fixed": marked("accepted with changes"),
    "rejected": marked("not taken"),
}
_ENDS = {
    "answered": "",
    "empty": marked("no rows"),
    "refused": marked("refused"),
    "failed": marked("failed"),
}


def runs(visit: Visit) -> None:
    """The history, newest first; for who administers, of all who want it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        find = st.text_input(
            _("Find"),
            placeholder=_("Find by words of the question or the SQL"),
            icon=":material/search:",
            label_visibility="collapsed",
            live=True,
            key=_FIND,
        )
        everyone = False
        if _administers(visit):
            everyone = st.toggle(_("Everyone's"), key=_EVERYONE)
    services = visit.parts.services
    found = services.history(visit.user, everyone=everyone, limit=KEPT)
    shown = matching(found, find or "")
    if not found:
        st.caption(_("Nothing here yet. What you ask or run stands here, with its SQL."))
    elif not shown:
        st.caption(_("No query has these words. Try fewer or others."))
    most = int(st.session_state.get(_SHOWN_KEY, _STEP))
    for run in shown[:most]:
        _row(visit, run, with_user=everyone)
    if len(shown) > most:
        st.button(
            _("Show more of {n}").format(n=number(len(shown), 0)),
            key="inspect.more",
            icon=":material/expand_more:",
            on_click=st.session_state.__setitem__,
            args=(_SHOWN_KEY, most + _STEP),
        )


def matching(found: Iterable[Run], text: str) -> list[Run]:
    """The runs that hold every word of `text` in their question, SQL or person."""
    words = text.casefold().split()
    return [
        run
        for run in found
        if all(word in f"{run.question} {run.sql} {run.user}".casefold() for word in words)
    ]


def title(run: Run) -> str:
    """What a run is called: its question, or the beginning of its SQL; not for Markdown."""
    text = " ".join((run.question or run.sql or _("Nothing was run")).split())
    if len(text) <= _TITLE_CHARS:
        return text
    cut = text.rfind(" ", _TITLE_CHARS // 2, _TITLE_CHARS)
    return text[: cut if cut > 0 else _TITLE_CHARS] + " …"


def figures(run: Run, *, with_user: bool = False) -> str:
    """When, by whom, how many rows, how long and what was read; for Markdown."""
    said = [moment(run.at) + " UTC"]
    if with_user:
        said.append(run.user)
    rows = ngettext("{n} row", "{n} rows", run.rows).format(n=number(run.rows, 0))
    said.append(_(_ENDS.get(run.status, run.status)) or rows)
    said.append(seconds(run.elapsed_ms))
    if run.read_rows is not None:
        read = ngettext("read {n} row", "read {n} rows", run.read_rows)
        said.append(read.format(n=number(run.read_rows, 0)))
    return plain(" · ".join(said))


def _row(visit: Visit, run: Run, *, with_user: bool) -> None:
    icon = "forum" if run.kind == "question" else "code"
    with st.container(gap=None):
        st.button(
            plain(title(run)),
            key=f"inspect.open.{run.answer_id}",
            type="tertiary",
            icon=f":material/{icon}:",
            disabled=not run.sql,
            on_click=state.show,
            args=(run, guard.models(visit.parts, visit.user)),
            wrap=False,
        )
        st.caption(figures(run, with_user=with_user))


def _administers(visit: Visit) -> bool:
    role = visit.parts.services.policy.role(visit.user)
    return role is not None and role.administers


# -- first use -----------------------------------------------------------------------------------


def examples(visit: Visit) -> None:
    """Something to begin with: SQL that this person ran, or questions that have some."""
    st.markdown("##### " + _("See what a query may do before it runs"), anchors=False)
    st.caption(
        _(
            "Which rules hold, what is added for your plants, what it would read, what could be "
            "better. Or begin with one of these:"
        )
    )
    mine = _recent(visit.parts.services.history(visit.user, limit=50))
    for run in mine:
        st.button(
            plain(title(run)),
            key=f"inspect.example.{run.answer_id}",
            icon=":material/history:",
            on_click=state.show,
            args=(run, guard.models(visit.parts, visit.user)),
            wrap=False,
        )
    if mine:
        return
    for index, question in enumerate(
        visit.parts.services.suggestions(visit.user, visit.model)[:_EXAMPLES]
    ):
        st.button(
            plain(question),
            key=f"inspect.suggest.{index}",
            icon=":material/forum:",
            on_click=_ask,
            args=(visit, question),
            help=_("Asks this, and opens its SQL here."),
        )


def _recent(found: Sequence[Run]) -> list[Run]:
    """The newest runs with SQL that gave rows, each SQL once."""
    by_sql: dict[str, Run] = {}
    for run in found:
        if run.sql and run.status == "answered":
            by_sql.setdefault(run.sql, run)
    return list(by_sql.values())[:_EXAMPLES]


def _ask(visit: Visit, question: str) -> None:
    if not visit.holds:
        return
    parts = visit.parts
    run = parts.sql_runs.ask(parts.services, visit.user, question, model=visit.model)
    if run is None:
        state.say(_("Your other queries are still running. Stop one or wait for it."))
    else:
        state.follow(run.id, opens=True)


# -- questions for the corpus ----------------------------------------------------------------------


def save_form(visit: Visit) -> None:
    """Save the SQL in the editor as the answer to a question."""
    form = st.popover(
        _("Save as question"),
        icon=":material/bookmark_add:",
        type="tertiary",
        key="inspect.save",
        on_change="rerun",
    )
    if not form.open:
        return

    def save() -> None:
        if not visit.holds:
            return
        try:
            saved = visit.parts.services.save_question(
                str(st.session_state.get("inspect.question") or ""),
                state.sql(),
                visit.user,
                model=visit.model,
            )
        except GembaError as error:
            state.say(retold(error))
            return
        st.session_state["inspect.save"] = False
        text = _("Saved: “{question}” is a candidate and waits for somebody's review.")
        state.say(text.format(question=saved.question))

    with form, st.form("inspect.save_form", border=False):
        st.text_input(
            _("Which question does this SQL answer?"),
            key="inspect.question",
            max_chars=MAX_QUESTION,
        )
        st.caption(
            _("It becomes a candidate for the corpus. Nothing is answered by it before review.")
        )
        st.form_submit_button(_("Save"), on_click=save)


def saved(visit: Visit) -> None:
    """The saved questions, newest first."""
    everyone = _administers(visit) and st.toggle(_("Everyone's"), key="inspect.everyone_saved")
    found = visit.parts.services.saved_questions(visit.user, everyone=everyone)
    if not found:
        st.caption(
            _("Nothing saved yet. Inspect a query, then save it with the question that it answers.")
        )
    for index, question in enumerate(found):
        _saved_row(index, question, with_author=everyone)


def _saved_row(index: int, saved_question: SavedQuestion, *, with_author: bool) -> None:
    def open_it() -> None:
        state.put(saved_question.sql)
        state.open_editor()

    said = [moment(saved_question.at) + " UTC", *[saved_question.author] * with_author]
    with st.container(gap=None):
        st.button(
            plain(saved_question.question),
            key=f"inspect.saved.{index}",
            type="tertiary",
            icon=":material/bookmark:",
            on_click=open_it,
            wrap=False,
        )
        st.caption(plain(" · ".join([*said, _(_REVIEWED[saved_question.status])])))
