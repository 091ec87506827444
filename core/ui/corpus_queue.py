"""The review queue: what people reported, what use suggests, and questions that are there twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.corpus import REASONS, Case
from core.corpus.case import CASE_KINDS, CaseState
from core.curation.checking import Draft
from core.curation.suggesting import Suggestion
from core.errors import GembaError
from core.translation import gettext as _
from core.translation import marked, ngettext, retold
from core.ui import corpus_drafts as drafts
from core.ui import corpus_entry, corpus_lists, states
from core.ui import corpus_state as state
from core.ui import corpus_words as words
from core.ui.corpus_port import Desk
from core.ui.guard import Visit
from core.ui.text import number, plain

_STEP = 25
_KIND, _REASON, _STATE, _SHOWN = (
    f"corpus.queue.{name}" for name in ("kind", "reason", "state", "shown")
)
_CHOSEN, _WHY = "corpus.queue.chosen", "corpus.queue.why"


def draw(visit: Visit, desk: Desk) -> None:
    """The list on the left."""
    waiting = desk.waiting()
    st.segmented_control(
        _("Review"),
        list(state.WORKS),
        format_func=lambda name: _work_label(name, waiting),
        default="cases" if state.WORK not in st.session_state else None,
        required=True,
        key=state.WORK,
        on_change=state.moved,
        label_visibility="collapsed",
        persist_state="session",
        wrap=True,
    )
    match state.work():
        case "suggested":
            _suggested(desk)
        case "twins":
            _twins(desk)
        case _:
            _cases(visit, desk, waiting)


def _work_label(name: str, waiting: Mapping[str, int]) -> str:
    total = sum(waiting.values())
    label = _(state.WORKS[name])
    return f"{label} {number(total, 0)}" if name == "cases" else label


# -- reports ---------------------------------------------------------------------------------------


def _cases(visit: Visit, desk: Desk, waiting: Mapping[str, int]) -> None:
    _filters(waiting)
    most = int(st.session_state.get(_SHOWN, _STEP))
    wanted: CaseState = st.session_state.get(_STATE) or "open"
    found = desk.queue(
        kind=st.session_state.get(_KIND) or None,
        reason=str(st.session_state.get(_REASON) or ""),
        state=wanted,
        limit=most + 1,
    )
    if not found:
        _no_cases(is_open=wanted == "open")
        return
    listed = found[:most]
    if wanted == "open":
        _bulk(visit, listed)
    with corpus_lists.frame(len(listed), "corpus-queue"):
        for case in listed:
            _row(case)
        if len(found) > most:
            corpus_lists.more(_SHOWN, most + _STEP, key="corpus.queue_more")


def _filters(waiting: Mapping[str, int]) -> None:
    kinds = {"": _("All kinds {n}").format(n=number(sum(waiting.values()), 0))} | {
        kind: f"{_(words.CASES[kind])} {number(waiting.get(kind, 0), 0)}" for kind in CASE_KINDS
    }
    reasons = {"": _("Any reason")} | {reason: _(text) for reason, text in REASONS.items()}
    _choice(_("Kind"), _KIND, kinds)
    with st.container(horizontal=True, gap="small"):
        _choice(_("Reason"), _REASON, reasons)
        _choice(_("State"), _STATE, {name: _(text) for name, text in words.STATES.items()})


def _choice(label: str, key: str, options: Mapping[str, str]) -> None:
    st.selectbox(
        label,
        list(options),
        format_func=lambda name: options.get(name, str(name)),
        key=key,
        label_visibility="collapsed",
        persist_state="session",
    )


def _no_cases(*, is_open: bool) -> None:
    if not is_open or st.session_state.get(_KIND) or st.session_state.get(_REASON):
        states.say(
            states.Look("filter_list_off", "gray", marked("No report fits")),
            _("Choose another kind or state."),
        )
        return
    states.say(
        states.Look("inbox", "gray", marked("Nothing needs you")),
        _(
            "Thumbs, corrections, saved SQL and questions without an answer come here. "
            "Meanwhile look at what use suggests."
        ),
    )


def _key(case: Case) -> str:
    return f"{_CHOSEN}.{case.id}"


def _bulk(visit: Visit, listed: Sequence[Case]) -> None:
    chosen = [case for case in listed if st.session_state.get(_key(case))]
    if not chosen:
        st.caption(_("Most asked first"))
        return

    def reject() -> None:
        ids = [case.id for case in chosen]
        why = str(st.session_state.get(_WHY) or "").strip()
        if state.batch_done(visit, lambda d: d.dismiss(ids, why)) is not None:
            for case in chosen:
                st.session_state[_key(case)] = False
            st.session_state[_WHY] = ""

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(_("{n} chosen").format(n=len(chosen)), width="content")
        st.button(_("Reject"), key="corpus.queue_reject", icon=":material/block:", on_click=reject)
        st.text_input(_("Why"), key=_WHY, placeholder=_("Why"), label_visibility="collapsed")


def _row(case: Case) -> None:
    asked = words.asked(case.asked) if case.asked else _("not counted")
    said = [_(words.CASES.get(case.kind, case.kind))]
    said += [_(REASONS[case.reason])] if case.reason in REASONS else []
    said += [asked, words.people(case.people)]
    title = plain(words.short(case.question) or _("A statement without a question"))
    with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="top"):
        if case.state == "open":
            st.checkbox(
                _("Choose: {question}").format(question=plain(words.short(case.question, 60))),
                key=_key(case),
                label_visibility="collapsed",
            )
        with st.container(gap=None, width="stretch"):
            st.button(
                f"**{title}**" if case.id == state.case() else title,
                key=f"corpus.case.{case.id}",
                type="tertiary",
                icon=f":material/{words.CASE_ICONS.get(case.kind, 'inbox')}:",
                on_click=state.open_case,
                args=(case.id,),
                wrap=False,
            )
            st.caption(plain(" · ".join(said)))


# -- suggestions -----------------------------------------------------------------------------------


def _suggested(desk: Desk) -> None:
    """Questions of real use that are worth an entry."""
    found = desk.suggestions()
    if not found:
        states.say(
            states.Look("insights", "gray", marked("Nothing to suggest yet")),
            _("Questions that are asked often and answered well come here."),
        )
        return
    st.caption(_("Asked often, not in the corpus yet"))
    with corpus_lists.frame(len(found), "corpus-suggested"):
        for index, suggestion in enumerate(found):
            _suggestion(index, suggestion)


def _suggestion(index: int, suggestion: Suggestion) -> None:
    def begin() -> None:
        draft = Draft("qa", suggestion.question, sql=suggestion.sql)
        drafts.put(state.NEW_QUESTION, draft)
        state.open_entry(state.NEW_QUESTION)

    ups = ngettext("{n} thumb up", "{n} thumbs up", suggestion.ups)
    said = [
        words.asked(suggestion.times),
        _("by {people}").format(people=words.people(suggestion.people)),
        *([ups.format(n=number(suggestion.ups, 0))] if suggestion.ups else []),
        *([suggestion.why] if suggestion.why else []),
    ]
    with st.container(gap=None):
        st.button(
            plain(words.short(suggestion.question)),
            key=f"corpus.suggested.{index}",
            type="tertiary",
            icon=":material/add:",
            on_click=begin,
            wrap=False,
            help=_("Opens it as a new question, to be checked and added."),
        )
        st.caption(plain(" · ".join(said)))


# -- the same question twice -----------------------------------------------------------------------


def _twins(desk: Desk) -> None:
    """Groups of entries that ask the same, those that contradict first."""
    found = sorted(desk.twins(), key=lambda g: g.kind != "conflict")
    if not found:
        states.say(
            states.Look("done_all", "gray", marked("No question is there twice")),
            _("Entries that ask the same come here: to be merged, or to be decided between."),
        )
        return
    with corpus_lists.frame(len(found), "corpus-twins"):
        for index, group in enumerate(found):
            is_conflict = group.kind == "conflict"
            try:
                title = words.name(desk.get(group.ids[0]).entry)
            except GembaError:
                title = group.why
            kind = _("Conflict") if is_conflict else _("Duplicate")
            kind = f":orange[:material/warning:] {kind}" if is_conflict else kind
            with st.container(gap=None):
                st.button(
                    f"**{plain(title)}**" if group.ids == state.group() else plain(title),
                    key=f"corpus.group.{index}",
                    type="tertiary",
                    icon=":material/call_split:" if is_conflict else ":material/content_copy:",
                    on_click=state.open_group,
                    args=(group.ids,),
                    wrap=False,
                )
                st.caption(f"{kind} · {plain(words.entries(len(group.ids)))}")


def draw_group(visit: Visit, desk: Desk) -> None:
    """The chosen group's entries beside one another, each to be kept alone."""
    ids = state.group()
    if not ids:
        states.say(
            states.Look("splitscreen_right", "gray", marked("None is open")),
            _("Choose a question of the list to see its entries together."),
        )
        return
    found = []
    for name in ids:
        try:
            found.append(desk.get(name))
        except GembaError as error:
            st.caption(plain(retold(error)))
    there = [stored for stored in found if not stored.is_deleted]
    if len(there) < 2:
        states.say(
            states.Look("done_all", "gray", marked("Decided")),
            _("Nothing is there twice any more."),
        )

    def keep(kept: str) -> None:
        others = [stored.entry.id for stored in there if stored.entry.id != kept]
        state.batch_done(visit, lambda d: d.merge(kept, others))

    for stored in there:
        entry = stored.entry
        with st.container(border=True, key=f"corpus-together-{entry.id}"):
            st.markdown(f"##### {plain(words.name(entry))}", anchors=False)
            st.markdown(words.badges(stored))
            st.caption(words.origin(stored))
            if entry.sql:
                st.code(entry.sql, language="sql", wrap_lines=True)
            if entry.paraphrases:
                st.caption(_("Other wordings: ") + plain("; ".join(entry.paraphrases)))
            with st.container(horizontal=True, gap="small"):
                if len(there) > 1:
                    st.button(
                        _("Keep this one"),
                        key=f"corpus.keep.{entry.id}",
                        icon=":material/merge:",
                        help=_("The other wordings go into it, the other entries are put away."),
                        on_click=keep,
                        args=(entry.id,),
                    )
                for act in ("reject", "deprecate"):
                    if act in corpus_entry.may(stored):
                        label, icon = corpus_entry.ACTS[act][:2]
                        st.button(
                            _(label),
                            key=f"corpus.group_{act}.{entry.id}",
                            type="tertiary",
                            icon=f":material/{icon}:",
                            on_click=corpus_entry.do,
                            args=(visit, act, [entry.id]),
                        )
                st.button(
                    _("Open it"),
                    key=f"corpus.group_open.{entry.id}",
                    type="tertiary",
                    icon=":material/open_in_full:",
                    on_click=state.open_entry,
                    args=(entry.id,),
                )
