"""The publish gate: what is staged, the check of the golden questions, what went live before."""

from __future__ import annotations

import streamlit as st

from core.corpus import LiveChange, Publish
from core.curation.desk import Tested
from core.curation.gate import Change, Effect, GateReport, Side
from core.translation import gettext as _
from core.translation import marked, ngettext, pgettext
from core.ui import corpus_lists, states
from core.ui import corpus_state as state
from core.ui import corpus_words as words
from core.ui.corpus_port import Desk
from core.ui.gate_runs import GateRun
from core.ui.guard import Visit
from core.ui.text import number, plain

_POLL_S = 0.5
_STEP = 20
_SHOWN, _LOOK_AT, _SURE = "corpus.gate_shown", "corpus.gate_at", "corpus.gate_sure"
_MOST_STAGED = 100
_SAID_CHARS = 240
_EFFECTS: dict[Effect, tuple[str, str]] = {
    "worse": (":orange[:material/trending_down:]", marked("Worse")),
    "other": (":gray[:material/change_history:]", marked("Different")),
    "better": (":gray[:material/trending_up:]", marked("Better")),
}
_WAYS = {
    "verified": marked(", by a verified question"),
    "parser": marked(", by the parser"),
    "model": marked(", by the model"),
}
_OUTCOMES = {
    "right": marked("Right"),
    "wrong": marked("Wrong"),
    "missed": marked("Missed"),
    "asked": marked("Asked back"),
    "failed": marked("No answer"),
}


def draw(visit: Visit, desk: Desk) -> None:
    """The view."""
    staged = desk.staged()
    run = visit.parts.gate_runs.get(visit.user, desk.model)
    if run is not None and run.is_running:
        _running(run)
        _staged(staged)
        return
    left, right = st.columns((4, 8), gap="medium")
    with left:
        _staged(staged)
        _publishes(visit, desk)
    with right:
        _gate(visit, staged, run)


# -- what is staged --------------------------------------------------------------------------------


def _staged(staged: tuple[LiveChange, ...]) -> None:
    title = _("Staged")
    title += f" :gray[:small[{number(len(staged), 0)}]]" if staged else ""
    st.markdown(f"##### {title}", anchors=False)
    if not staged:
        st.caption(
            _("What is live is what the corpus says. Approve or change an entry to stage it.")
        )
        return
    for change in staged[:_MOST_STAGED]:
        entry = change.after or change.before
        if entry is None:
            continue
        what = _("Goes live") if change.before is None else _("Is changed")
        what = _("Is taken away") if change.after is None else what
        with st.expander(
            f"{plain(words.name(entry))} :gray[{what}]", key=f"corpus.staged.{change.id}"
        ):
            differs = words.between(change.before, change.after)
            if differs:
                st.table(words.difference(differs), border="horizontal", hide_index=True)
            st.button(
                _("Open it"),
                key=f"corpus.staged_open.{change.id}",
                type="tertiary",
                icon=":material/open_in_full:",
                on_click=state.open_entry,
                args=(change.id,),
            )
    if len(staged) > _MOST_STAGED:
        st.caption(words.more(len(staged) - _MOST_STAGED))


# -- the check -------------------------------------------------------------------------------------


def _begin(visit: Visit) -> None:
    def start(desk: Desk) -> GateRun:
        return visit.parts.gate_runs.start(visit.user, desk.model, desk.gate)

    state.act(visit, start)
    for key in (_SHOWN, _LOOK_AT, _SURE):
        st.session_state.pop(key, None)


def _running(run: GateRun) -> None:
    @st.fragment(run_every=_POLL_S, key="corpus.gate")
    def follow() -> None:
        if not run.is_running:
            st.rerun()
        done = _("{n} of {total} golden questions").format(
            n=number(run.finished, 0), total=number(run.questions, 0)
        )
        with st.container(border=True, key="corpus-gate-running"):
            st.progress(run.share(), text=plain(done if run.questions else _("Starting")))
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(
                    _("{n} s. It goes on when you leave this page.").format(
                        n=number(run.seconds(), 0)
                    ),
                    width="stretch",
                )
                if st.button(_("Stop"), key="corpus.gate_stop", icon=":material/stop:"):
                    run.cancel.set()
                    st.rerun()

    follow()


def _gate(visit: Visit, staged: tuple[LiveChange, ...], run: GateRun | None) -> None:
    st.markdown("##### " + _("Check before publishing"), anchors=False)
    report = run.report if run is not None else None
    if run is not None and run.is_stopped:
        states.say(states.STOPPED, _("You stopped the check. Nothing was published."))
    elif run is not None and run.problem:
        states.say(states.Look("cloud_off", "orange", marked("Not checked")), run.problem)
    elif report is None:
        st.markdown(
            _(
                "The golden questions are asked over the corpus as it is live and as it would be. "
                "What they answer otherwise stands here, worst first."
            )
        )
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Check again") if run is not None else _("Run the check"),
            key="corpus.gate_start",
            type="secondary" if report is not None else "primary",
            icon=":material/fact_check:",
            disabled=not staged,
            help=None if staged else _("Nothing is staged."),
            on_click=_begin,
            args=(visit,),
        )
        if run is not None and run.tested is not None and staged:
            _publish(visit, run.tested, len(staged))
    if report is not None:
        _report(report)


def _publish(visit: Visit, tested: Tested, count: int) -> None:
    worse = tested.report.counts()["worse"]

    def publish() -> None:
        done = state.act(visit, lambda d: d.publish(tested))
        if done is None:
            return
        visit.parts.gate_runs.forget(visit.user, done.model)
        st.session_state.pop(_SURE, None)
        told = _("Published as number {n}: {entries}.")
        state.say(state.Note(told.format(n=done.number, entries=words.entries(done.changes))))

    label = ngettext("Publish {n} entry", "Publish {n} entries", count)
    ask = st.popover(
        label.format(n=number(count, 0)),
        icon=":material/publish:",
        type="primary",
        key="corpus.publish_ask",
    )
    with ask:
        st.markdown(
            ngettext(
                "{n} entry goes live for everybody, at once. It can be rolled back.",
                "{n} entries go live for everybody, at once. It can be rolled back.",
                count,
            ).format(n=number(count, 0))
        )
        if worse:
            st.markdown(
                ":orange[:material/warning:] "
                + ngettext(
                    "{n} golden question would be answered worse.",
                    "{n} golden questions would be answered worse.",
                    worse,
                ).format(n=number(worse, 0))
            )
            st.checkbox(_("I have looked at them"), key=_SURE)
        st.button(
            _("Publish"),
            key="corpus.publish",
            type="primary",
            icon=":material/publish:",
            disabled=bool(worse) and not st.session_state.get(_SURE),
            on_click=publish,
        )


def _report(report: GateReport) -> None:
    counts = report.counts()
    st.table(
        {
            ngettext("Of {n} question", "Of {n} questions", report.questions).format(
                n=number(report.questions, 0)
            ): ["**" + _("Right") + "**", "**" + _("Wrong") + "**"],
            _("Live"): [number(report.right_before, 0), number(report.wrong_before, 0)],
            _("Staged"): [number(report.right_after, 0), number(report.wrong_after, 0)],
            pgettext("difference", "Change"): [
                _signed(report.right_after - report.right_before),
                _signed(report.wrong_after - report.wrong_before),
            ],
        },
        border="horizontal",
        hide_index=True,
    )
    if not report.changes:
        st.markdown(
            ":material/check: " + _("Every golden question gets the answer that it gets now.")
        )
        return
    said = " · ".join(
        f"{_(look[1])} {number(counts[effect], 0)}" for effect, look in _EFFECTS.items()
    )
    st.markdown("##### " + _("Answers that change, worst first"), anchors=False)
    st.caption(plain(said))
    most = int(st.session_state.get(_SHOWN, _STEP))
    shown = report.changes[:most]
    st.table(
        {
            "": [_effect(c.effect) for c in shown],
            _("Question"): [plain(words.short(c.question, _SAID_CHARS)) for c in shown],
            _("Now"): [_side(c.before) for c in shown],
            _("After"): [_side(c.after) for c in shown],
        },
        border="horizontal",
        hide_index=True,
    )
    if len(report.changes) > most:
        corpus_lists.more(
            _SHOWN,
            most + _STEP,
            key="corpus.gate_more",
            label=_("Show more of {n}").format(n=number(len(report.changes), 0)),
        )
    _look_at(shown)


def _look_at(shown: tuple[Change, ...]) -> None:
    """One change with both statements."""
    by_id = {change.id: change for change in shown}
    chosen = st.selectbox(
        _("Look at one"),
        ["", *by_id],
        format_func=lambda name: words.short(by_id[name].question) if name else _("None"),
        key=_LOOK_AT,
    )
    change = by_id.get(chosen or "")
    if change is None:
        return
    for column, title, side in zip(
        st.columns(2), (_("Now"), _("After")), (change.before, change.after), strict=True
    ):
        with column:
            st.markdown(f"**{title}**: {_side(side)}")
            if side.reason:
                st.caption(plain(side.reason))
            if side.sql:
                st.code(side.sql, language="sql", wrap_lines=True)


def _effect(effect: Effect) -> str:
    look, label = _EFFECTS[effect]
    return f"{look} {_(label)}"


def _side(side: Side) -> str:
    outcome = _(_OUTCOMES.get(str(side.outcome.value), str(side.outcome.value)))
    way = _(_WAYS.get(side.source, ""))
    return f"**{plain(outcome)}**{plain(way)}: {plain(words.short(side.said, _SAID_CHARS))}"


def _signed(value: int) -> str:
    return plain(f"+{value}") if value > 0 else number(value, 0)


# -- what was published ----------------------------------------------------------------------------


def _publishes(visit: Visit, desk: Desk) -> None:
    st.markdown("##### " + _("Published"), anchors=False)
    found = desk.publishes()
    if not found:
        st.caption(_("Nothing was published yet."))
    for at, publish in enumerate(found):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f"**{publish.number}** · {_what(publish)}  \n"
                f":gray[:small[{plain(publish.by)} · {plain(words.when(publish.at))}]]",
                width="stretch",
            )
            if at:
                _rollback(visit, publish.number, live=found[0].number)
            else:
                st.caption(_("Live now"), width="content")


def _what(publish: Publish) -> str:
    done = _(words.DONE.get(publish.action, publish.action))
    if publish.back_to is not None:
        done = _("Rolled back to {n}").format(n=publish.back_to)
    return plain(f"{done}: {words.entries(publish.changes)}")


def _rollback(visit: Visit, number_: int, *, live: int) -> None:
    def go() -> None:
        done = state.act(visit, lambda d: d.rollback(number_))
        if done is not None:
            told = _("What was live as number {n} is live again.").format(n=number_)
            state.say(state.Note(told))

    # With another one live it is another element, and closed.
    key = f"corpus.back_ask.{number_}.{live}"
    ask = st.popover(_("Roll back"), type="tertiary", icon=":material/history:", key=key)
    with ask:
        st.markdown(
            _(
                "What was live as number {n} goes live again, for everybody. "
                "The entries keep what they say now, as staged changes."
            ).format(n=number_)
        )
        st.button(
            _("Roll back to {n}").format(n=number_),
            key=f"corpus.back.{number_}",
            type="primary",
            icon=":material/history:",
            on_click=go,
        )
