"""One turn on the page: the question, and its answer in the order that a reader needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

from core.corpus import REASONS
from core.dialogue.edits import Edit
from core.translation import gettext as _
from core.translation import marked
from core.types import Answer, Clarification, Option
from core.ui import (
    answer_tabs,
    answer_way,
    chart_panel,
    chips,
    export,
    links,
    pin,
    rows_again,
    states,
    verified_badge,
)
from core.ui.conversations import Turn
from core.ui.guard import Visit
from core.ui.text import cut, moment, number, paragraphs, percent, plain, scope, seconds

Asker = Callable[[str], None]
#: Called with what a change is called, the changes, and the answer that they are made to.
Changer = Callable[[str, tuple[Edit, ...], str], None]

#: Below this share of Good readings the badge warns.
ENOUGH_GOOD = 0.9
#: Findings shown under the picture.
_FACTS = 3
_REDRAW = "answer_card.redraw"
#: How an answer came to be: icon and label.
_SOURCES = {
    "verified": ("verified", marked("Verified")),
    "parser": ("rule", marked("Parser")),
    "model": ("neurology", marked("Model")),
    "cache": ("bolt", marked("Cached")),
    "sql": ("code", marked("SQL")),
}


def redraw_page() -> None:
    """Have the card that was pressed run the whole page and not itself alone."""
    st.session_state[_REDRAW] = True


def redrawn() -> None:
    """The whole page is running."""
    st.session_state.pop(_REDRAW, None)


def question_line(turn: Turn) -> None:
    """The question as it was asked."""
    st.markdown(f"#### {plain(cut(turn.question, 400))}", anchors=False)


def draw(visit: Visit, turn: Turn, ask: Asker, change: Changer | None = None) -> None:
    """The whole card; runs again on its own when something inside it is pressed. An answer to SQL
    has no question above it. ask: called with the question to ask it again or another one. change:
    called when a chip is changed; without it the chips are labels."""

    @st.fragment(key=f"card.{turn.id}")
    def card() -> None:
        if st.session_state.get(_REDRAW):
            st.rerun()
        answer = turn.answer
        if answer is None:
            return
        if answer.question:
            question_line(turn)
        with st.container(border=True, key=f"answer-{turn.id}"):
            match answer.status:
                case "answered":
                    _answered(visit, turn, answer, ask, change)
                case "clarify":
                    _clarify(turn, answer, ask)
                case "refused":
                    _refused(answer)
                case "empty":
                    _empty(visit, turn, answer, ask)
                case "failed":
                    _failed(turn, answer, ask)
        _follow_ups(turn, answer, ask)

    card()


def draw_short(visit: Visit, turn: Turn, ask: Asker, change: Changer | None = None) -> None:
    """An earlier turn: question and headline; the rest when it is opened."""
    key = f"shown.{turn.id}"
    if st.session_state.get(key):
        draw(visit, turn, ask, change)
        return
    answer = turn.answer
    said = (answer.headline or answer.message) if answer is not None else _ended(turn)
    with st.container(horizontal=True, vertical_alignment="top", wrap=False):
        with st.container():
            st.markdown(f"**{plain(turn.question)}**  \n:gray[{plain(cut(said))}]")
        if answer is not None:
            st.button(
                _("Show"),
                key=f"show.{turn.id}",
                type="tertiary",
                icon=":material/expand_more:",
                on_click=st.session_state.__setitem__,
                args=(key, True),
            )


def _ended(turn: Turn) -> str:
    """What became of a turn that has no answer."""
    if turn.job.is_running:  # in another process; that its worker is gone is seen by looking
        return _("Still being worked on.")
    return turn.job.gone or (_("Ended before it was done.") if turn.job.is_lost else _("Stopped."))


def badges(answer: Answer) -> str:
    """The badge row, always in the same order: source, cached, quality, age, scope, cut."""
    parts: list[str] = []
    if answer.source:
        icon, label = _SOURCES[answer.source]
        label = _(label)
        if answer.verified is not None:
            label = verified_badge.label(answer.verified)
        elif answer.source == "model" and answer.made is not None and answer.made.model:
            label = f"{label} {answer.made.model}"
        colour = "blue" if answer.source == "verified" else "gray"
        parts.append(_badge(colour, icon, label))
    if answer.result is not None and answer.result.read_at is not None:
        parts.append(
            _badge(
                "gray",
                "bolt",
                _("cached {moment} UTC").format(moment=moment(answer.result.read_at)),
            )
        )
    quality = answer.quality
    if quality is not None and quality.good is not None:
        enough = quality.good >= ENOUGH_GOOD
        parts.append(
            _badge(
                "gray" if enough else "yellow",
                "sensors" if enough else "warning",
                _("{percent} Good").format(percent=percent(quality.good)),
            )
        )
    if quality is not None and quality.data_to is not None:
        parts.append(
            _badge("gray", "schedule", _("data to {moment}").format(moment=moment(quality.data_to)))
        )
    parts.append(_badge("gray", "location_on", scope(answer.user)))
    if answer.result is not None and answer.result.truncated:
        rows = number(answer.result.row_count, 0)
        parts.append(_badge("orange", "content_cut", _("cut at {n} rows").format(n=rows)))
    return " ".join(parts)


def mark_unknown(question: str, unknown: tuple[str, ...]) -> str:
    """The question in Markdown with the words that were not understood marked."""
    spans: list[tuple[int, int]] = []
    lower = question.casefold()
    for word in unknown:
        at = lower.find(word.casefold())
        if word and at >= 0:
            spans.append((at, at + len(word)))
    out, last = [], 0
    for start, end in sorted(spans):
        if start < last:
            continue
        out += [_kept(question[last:start]), f":orange-background[{plain(question[start:end])}]"]
        last = end
    return "".join([*out, _kept(question[last:])])


def _kept(text: str) -> str:
    """Escaped, with the spaces at both ends that `plain` would take away."""
    head = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() and text.strip() else ""
    return head + plain(text) + tail


def _badge(colour: str, icon: str, label: str) -> str:
    return f":{colour}-badge[:material/{icon}: {plain(label)}]"


def _answered(visit: Visit, turn: Turn, answer: Answer, ask: Asker, change: Changer | None) -> None:
    st.markdown(f"### {plain(answer.headline or answer.message)}", anchors=False)
    # A doubt stands by the figure that it is about.
    doubts = [f":yellow[:material/warning:] {plain(d)}" for d in dict.fromkeys(answer.doubts)]
    st.markdown("\n\n".join([badges(answer), "  \n".join(doubts)]))
    verified_badge.draw(visit, turn, answer, ask)
    drawn = chart_panel.draw(visit, turn, answer)
    rows_again.draw(visit, turn)
    facts = [f"- {plain(f.text)}" for f in answer.facts if f.kind != "headline"][:_FACTS]
    if answer.narration:
        told = " ".join(map(plain, answer.narration))
        facts = [f":gray[:material/{_SOURCES['model'][0]}:] {told}"]
    notes = [*answer.notes, *([answer.quality.note] if answer.quality else [])]
    if turn.chart_edits:
        of_chart = answer.chart.note if answer.chart else ""
        notes = [drawn, *(note for note in notes if note != of_chart)]
    quiet = [note for note in dict.fromkeys(notes) if note and note not in answer.doubts]
    said = [f":small[:gray[{plain(note)}]]" for note in quiet]
    if facts:
        st.markdown("\n".join(facts))
    if answer.chips:
        _chips(visit, turn, answer, change)
    # one element: each one costs a rerun half a millisecond
    if said:
        st.markdown("  \n".join(said))
    answer_tabs.draw(visit, answer, key=turn.id)
    _actions(visit, turn, answer, ask)


def _chips(visit: Visit, turn: Turn, answer: Answer, change: Changer | None) -> None:
    """How the question was understood; each part opens to what it could be instead."""
    if change is None:
        st.markdown(chips.text_row(answer.chips))
        return

    def changed(called: str, edits: tuple[Edit, ...]) -> None:
        change(called, edits, answer.id)
        st.rerun()

    services, user = visit.parts.services, visit.user
    chips.draw(answer, lambda: services.choices(answer, user), changed, key=turn.id)


def _clarify(turn: Turn, answer: Answer, ask: Asker) -> None:
    asked = answer.clarification or Clarification(answer.message)
    states.title("help", "gray", asked.question or _("What do you mean?"))
    if asked.unknown_words:
        marked_words = mark_unknown(answer.question, asked.unknown_words)
        st.markdown(_("Not understood: {words}").format(words=marked_words))
    if answer.chips:
        understood = _("Understood")
        st.markdown(f":gray[:small[{understood}]] {chips.text_row(answer.chips)}")
    elif answer.message and answer.message != asked.question:
        st.markdown(paragraphs(answer.message))
    for note in answer.notes:
        st.caption(plain(note))
    for index, option in enumerate(asked.options):
        _option(turn, index, option, ask)
    if not asked.options:
        st.caption(_("Put it in other words, or see everything that can be asked."))
    _attempts(answer)


def _option(turn: Turn, index: int, option: Option, ask: Asker) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            plain(option.label),
            key=f"option.{turn.id}.{index}",
            icon=":material/arrow_forward:",
            on_click=ask,
            args=(option.question,),
        )
        if option.chips:
            st.markdown(chips.text_row(option.chips), width="content")


def _attempts(answer: Answer) -> None:
    """What a model tried on a question that has no answer."""
    made = answer.made
    if made is not None and (made.attempts or made.sorting is not None):
        with st.expander(_("What the language model tried"), icon=":material/neurology:"):
            answer_way.tried(made)


def _refused(answer: Answer) -> None:
    # Notes first: they say whose query it is that the message turns down.
    states.say(states.REFUSED, "\n\n".join([*answer.notes, answer.message or answer.headline]))
    said = [_("Rule {rule}.").format(rule=answer.rule)] if answer.rule else []
    said.append(_("Nothing was read. Your plants: {plants}.").format(plants=scope(answer.user)))
    st.caption(plain(" ".join(said)))
    _attempts(answer)


def _empty(visit: Visit, turn: Turn, answer: Answer, ask: Asker) -> None:
    look = states.EMPTIES[answer.empty] if answer.empty else states.NOTHING
    states.say(look, answer.message or answer.headline)
    st.markdown(badges(answer))
    if answer.chips:
        st.markdown(chips.text_row(answer.chips))
    for note in answer.notes:
        st.caption(plain(note))
    if answer.sql:
        answer_tabs.draw(visit, answer, key=turn.id)
    _actions(visit, turn, answer, ask)


def _failed(turn: Turn, answer: Answer, ask: Asker) -> None:
    states.say(states.FAILED, answer.message or answer.headline)
    if answer.chips:
        st.markdown(chips.text_row(answer.chips))
    for note in answer.notes:
        st.caption(plain(note))
    st.button(
        _("Ask again") if answer.question else _("Run again"),
        key=f"again.{turn.id}",
        icon=":material/refresh:",
        on_click=ask,
        args=(turn.question,),
    )


def _actions(visit: Visit, turn: Turn, answer: Answer, ask: Asker) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if answer.question:
            _thumbs(visit, turn, answer)
        if answer.result is not None and answer.result.row_count:
            export.buttons(visit, answer, key=turn.id)
        pin.action(visit, answer, key=turn.id)
        st.button(
            _("Run again"),
            key=f"again.{turn.id}",
            type="tertiary",
            icon=":material/refresh:",
            on_click=ask,
            args=(turn.question,),
        )
        inspector = links.to("inspect")
        if inspector is not None and answer.question and answer.sql:
            st.page_link(
                inspector,
                label=_("Inspect SQL"),
                icon=":material/data_object:",
                query_params={"answer": answer.id},
            )
        st.caption(plain(seconds(turn.job.elapsed_ms)), width="content")


def _thumbs(visit: Visit, turn: Turn, answer: Answer) -> None:
    if turn.verdict:
        icon = "thumb_up" if turn.verdict == "up" else "thumb_down"
        noted = _("Noted, thank you")
        st.markdown(f":gray[:material/{icon}: {noted}]", width="content")
        return

    def judge(verdict: Literal["up", "down"]) -> None:
        if not visit.holds:
            return
        state = st.session_state
        reason = str(state.get(f"reason.{turn.id}") or "") if verdict == "down" else ""
        text = str(state.get(f"text.{turn.id}") or "") if verdict == "down" else ""
        visit.parts.services.feedback(answer.id, visit.user, verdict, reason, text)
        visit.parts.services.conversations.judged(visit.user, turn.id, verdict)
        turn.verdict = verdict

    st.button(
        _("Right"),
        key=f"up.{turn.id}",
        type="tertiary",
        icon=":material/thumb_up:",
        on_click=judge,
        args=("up",),
    )
    wrong = st.popover(
        _("Wrong"),
        icon=":material/thumb_down:",
        type="tertiary",
        key=f"wrong.{turn.id}",
        on_change="rerun",
    )
    if not wrong.open:
        return
    with wrong, st.form(f"down.{turn.id}", border=False):
        st.radio(
            _("What is wrong?"),
            REASONS,
            format_func=lambda reason: _(REASONS[reason]),
            key=f"reason.{turn.id}",
        )
        st.text_area(_("What would be right?"), max_chars=1_000, key=f"text.{turn.id}", height=80)
        st.form_submit_button(_("Send"), on_click=judge, args=("down",))


def _follow_ups(turn: Turn, answer: Answer, ask: Asker) -> None:
    if not answer.suggestions:
        return
    with st.container(horizontal=True, gap="small"):
        for index, question in enumerate(answer.suggestions[:3]):
            st.button(
                plain(question),
                key=f"next.{turn.id}.{index}",
                type="secondary",
                icon=":material/subdirectory_arrow_right:",
                on_click=ask,
                args=(question,),
            )
