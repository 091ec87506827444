"""The chat page: first screen, turns, and the line to type in."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.assistant.talk import Change
from core.dialogue.edits import Edit
from core.errors import Unavailable
from core.translation import gettext as _
from core.translation import language, speaking
from core.types import User
from core.ui import answer_card, conversation_menu, guard, links, states, working
from core.ui.conversations import Conversation, Turn
from core.ui.guard import Visit
from core.ui.port import Services
from core.ui.text import plain

#: Longer questions are answered with a refusal by the services; the field stops here.
MOST_CHARS = 2_000
_WIDTH = 1_020
#: Seconds between two looks at whether the conversation has a turn that is not on the page.
_LOOK_S = 3.0
_PARAM = "c"
_OPEN = "chat.open"
_NOTE = "chat.note"
_ICONS = (
    (
        ("trend", "daily", "weekly", "hourly", "over time", "by day", "by hour", "per day"),
        "show_chart",
    ),
    (("compare", " vs ", "versus", "against"), "compare_arrows"),
    (("share", "percent", "pareto"), "donut_small"),
    (("how many", "how much", "what is", "what was", "total"), "tag"),
    (("list", "show", "when"), "table_rows"),
)


def opened() -> str:
    """Id of the conversation on the page; empty for a new one."""
    if _OPEN not in st.session_state:
        st.session_state[_OPEN] = st.query_params.get(_PARAM, "")
    return str(st.session_state[_OPEN])


def open_conversation(conversation_id: str) -> None:
    """Show that conversation on the next run; an empty id begins a new one."""
    st.session_state[_OPEN] = conversation_id
    st.session_state.pop(_NOTE, None)


def draw(visit: Visit) -> None:
    """The page."""
    answer_card.redrawn()
    conversation = _conversation(visit)
    is_ours = _is_of_data(visit, conversation)
    with st.container(horizontal_alignment="center"), st.container(width=_WIDTH):
        if conversation.turns:
            conversation_menu.draw(visit, conversation, lambda: open_conversation(""))
            if not is_ours:
                st.info(
                    _(
                        "This conversation is about data that are not there any more, or that "
                        "your role may not use. Begin a new one to ask."
                    ),
                    icon=":material/database_off:",
                )
            _turns(visit, conversation)
            _follow(visit, conversation)
        else:
            _first_screen(visit, conversation)
        note = st.session_state.pop(_NOTE, "")
        if note:
            st.caption(f":material/info: {plain(note)}")
    if conversation.turns and is_ours:
        with st.bottom, st.container(horizontal_alignment="center"), st.container(width=_WIDTH):
            _input(visit, conversation)


def _is_of_data(visit: Visit, conversation: Conversation) -> bool:
    """Whether the conversation can go on with the chosen data. One of other data has them chosen,
    and the page runs again."""
    if not conversation.model or conversation.model == visit.data:
        return True
    if conversation.model not in guard.models(visit.parts, visit.user):
        return False
    guard.want_model(conversation.model)
    return st.rerun()


def _turns(visit: Visit, conversation: Conversation) -> None:
    """The newest turn in full at the top, so that it is seen without scrolling; the others as
    lines that open."""
    *earlier, newest = conversation.turns
    ask, change = _asker(visit, conversation), _changer(visit, conversation)
    for turn in earlier[-1:]:
        if len(earlier) > 1:
            with st.expander(
                _("{n} earlier").format(n=len(earlier) - 1),
                key=f"earlier.{conversation.id}",
                type="compact",
            ):
                for old in earlier[:-1]:
                    answer_card.draw_short(visit, old, ask, change)
        answer_card.draw_short(visit, turn, ask, change)
    _draw_turn(visit, conversation, newest)


def _follow(visit: Visit, conversation: Conversation) -> None:
    """Run the page again when the conversation has a turn that is not on it: another window's or
    another process's. A turn that is on it is followed by its own line while it runs."""
    drawn = frozenset(turn.id for turn in conversation.turns)

    @st.fragment(run_every=_LOOK_S, key=f"follow.{conversation.id}")
    def look() -> None:
        try:
            newest = visit.parts.services.conversations.newest(visit.user, conversation.id)
        except Unavailable:
            return  # the next look tells
        if newest and newest not in drawn:
            st.rerun()

    look()


def _conversation(visit: Visit) -> Conversation:
    found = visit.parts.conversations.get(visit.parts.services, visit.user, opened())
    if found is None:
        kept = st.session_state.get("chat.blank")
        found = kept if isinstance(kept, Conversation) and not kept.turns else None
        if found is None or found.owner != visit.user.name:
            found = Conversation(visit.user.name)
            st.session_state["chat.blank"] = found
    address = found.id if found.turns else ""
    if address and st.query_params.get(_PARAM) != address:
        st.query_params[_PARAM] = address
    elif not address and _PARAM in st.query_params:
        del st.query_params[_PARAM]
    return found


def _asker(visit: Visit, conversation: Conversation) -> Callable[[str], None]:
    """What a button calls to ask something in this conversation."""

    def ask(question: str) -> None:
        _begin(visit, conversation, question, None)

    return ask


def _changer(visit: Visit, conversation: Conversation) -> answer_card.Changer:
    """What a changed chip calls: the change is the conversation's next turn."""

    def change(called: str, edits: tuple[Edit, ...], of: str) -> None:
        _begin(visit, conversation, called, Change(of, edits))

    return change


def _begin(visit: Visit, conversation: Conversation, question: str, change: Change | None) -> None:
    text = " ".join(question.split())
    if not text or not visit.holds:
        return
    turn = visit.parts.conversations.ask(
        visit.parts.services, visit.user, text, conversation, model=visit.model, change=change
    )
    answer_card.redraw_page()
    if turn is None:
        st.session_state[_NOTE] = _("One question is still running. Stop it or wait for it.")
    else:
        st.session_state[_OPEN] = conversation.id


def _input(visit: Visit, conversation: Conversation) -> None:
    ask = _asker(visit, conversation)

    def submitted() -> None:
        ask(str(st.session_state.get("chat.input") or ""))

    blank = _("Ask about your plant") if _is_default(visit) else _("Ask about these data")
    st.chat_input(
        blank if not conversation.turns else _("Ask a follow-up or something new"),
        key="chat.input",
        max_chars=MOST_CHARS,
        on_submit=submitted,
    )


def _is_default(visit: Visit) -> bool:
    """Whether the data are those that the installation is for."""
    return visit.data in ("", visit.parts.services.settings.model)


def _first_screen(visit: Visit, conversation: Conversation) -> None:
    st.space("large")
    title = _("What is happening in your plant?")
    if not _is_default(visit):
        title = _("What do you want to know of {data}?").format(
            data=plain(guard.label(visit.parts, visit.data))
        )
    st.markdown(f"# {title}", anchors=False)
    with st.container():
        _input(visit, conversation)
    ask = _asker(visit, conversation)
    suggested = _suggested(visit.parts.services, visit.user, visit.model, language())
    if suggested:
        st.caption(_("For example"))
        with st.container(horizontal=True, gap="small"):
            for index, question in enumerate(suggested):
                st.button(
                    plain(question),
                    key=f"chat.suggest.{index}",
                    icon=f":material/{_icon(question)}:",
                    on_click=ask,
                    args=(question,),
                )
    link = links.to("catalogue")
    if link is not None:
        st.page_link(link, label=_("Everything that you can ask"), icon=":material/menu_book:")


@st.cache_data(max_entries=512, ttl=600, show_spinner=False, hash_funcs={User: hash})
def _suggested(
    _services: Services, user: User, model: str | None, language: str
) -> tuple[str, ...]:
    """Six at most. They depend on the person's plants, so the person is part of the key; and on
    their language."""
    with speaking(language):
        return _services.suggestions(user, model)[:6]


def _icon(question: str) -> str:
    """The shape that this question's answer will probably have."""
    lower = f" {question.casefold()} "
    return next(
        (icon for words, icon in _ICONS if any(word in lower for word in words)), "bar_chart"
    )


def _draw_turn(visit: Visit, conversation: Conversation, turn: Turn) -> None:
    if turn.job.is_running or not turn.job.was_shown:
        turn.job.was_shown = True
        working.draw(turn, lambda: answer_card.question_line(turn))
        return
    without = _without_answer(turn)
    if without is None:
        answer_card.draw(visit, turn, _asker(visit, conversation), _changer(visit, conversation))
        return
    answer_card.question_line(turn)
    with st.container(border=True):
        states.say(*without)
        _again(visit, conversation, turn)


def _without_answer(turn: Turn) -> tuple[states.Look, str] | None:
    """What to say of a turn that is over and has no answer; None of one that has."""
    if turn.job.is_lost:
        return states.STOPPED, (
            _(
                "The process that worked on this question ended before it was done. Nothing was "
                "answered."
            )
        )
    if turn.job.is_stopped:
        return states.STOPPED, _("You stopped this question. Nothing was answered.")
    return (states.GONE, turn.job.gone) if turn.job.gone else None


def _again(visit: Visit, conversation: Conversation, turn: Turn) -> None:
    st.button(
        _("Ask again"),
        key=f"again.{turn.id}",
        icon=":material/refresh:",
        on_click=_asker(visit, conversation),
        args=(turn.question,),
    )
