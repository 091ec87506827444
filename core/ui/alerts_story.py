"""One alert's story: what it is, the curve, what happened in time order, what to do next."""

from __future__ import annotations

import time
from typing import Final

import streamlit as st

from core.alert_desk.clocks import to_local
from core.alert_desk.story import Moment, Story, why_gone
from core.alert_desk.words import amount, happened_words, name_of, subject
from core.alerting.alert import Alert
from core.alerting.data_alerts import is_of_data
from core.alerting.lifecycle import Event
from core.errors import GembaError
from core.semantic.model import SemanticModel
from core.thresholds.limits import limit_unit, shown
from core.thresholds.record import KINDS, STATISTICS, Threshold
from core.translation import gettext as _
from core.translation import language, marked
from core.ui import (
    alerts_acts,
    alerts_curve,
    alerts_state,
    alerts_words,
    chat,
    guard,
    links,
    states,
)
from core.ui.conversations import Conversation
from core.ui.guard import Visit
from core.ui.text import moment, paragraphs, plain

_WIDTH: Final = 1_100
#: Where an alert says that the page is to lead to its question.
TO_CHAT: Final = "alerts.to_chat"
_KEPT = "alerts.story"
#: Seconds for which what was read around an alert is shown again.
_FRESH_S: Final = 60
_SIGNS: Final = {
    Event.RAISE: "notification_important",
    Event.RETURN: "check",
    Event.LATCH: "lock",
    Event.REALARM: "notifications_active",
    Event.ACKNOWLEDGE: "done_all",
    Event.RESET: "restart_alt",
    Event.SHELVE: "snooze",
    Event.UNSHELVE: "undo",
    Event.SUPPRESS: "stacks",
    Event.UNSUPPRESS: "undo",
    Event.OUT_OF_SERVICE: "build",
    Event.INTO_SERVICE: "undo",
}


def draw(visit: Visit, alert_id: str) -> None:
    """The story, or that there is none."""
    with st.container(horizontal_alignment="center"), st.container(width=_WIDTH):
        st.button(
            _("All alerts"), key="alerts.back", icon=":material/arrow_back:", type="tertiary",
            on_click=alerts_state.open_alert, args=("",),
        )  # fmt: skip
        note = alerts_state.take_note()
        if note:
            st.warning(plain(note), icon=":material/info:")
        try:
            story = _story(visit, alert_id)
        except GembaError as error:
            states.say(states.FAILED, str(error))
            return
        if story is None:
            _lead(visit, alert_id)
            states.say(
                states.Look("link_off", "gray", marked("This alert is not there")),
                _("There is no such alert in your plants and the data that you have chosen."),
            )
            return
        alerts_state.open_alert(story.alert.id)
        model = visit.parts.services.model(story.alert.model)
        _page(visit, story, model)


def _lead(visit: Visit, alert_id: str) -> None:
    """Where a link leads to an alert of other data than are chosen, choose those."""
    name = visit.parts.services.alerts.model_of(alert_id, visit.user)
    if name and name != visit.model and name in guard.models(visit.parts, visit.user):
        guard.want_model(name)
        st.rerun()


def _story(visit: Visit, alert_id: str) -> Story | None:
    """Read anew when the alert changed, or after a while."""
    desk = visit.parts.services.alerts
    alert = desk.alert(alert_id, visit.user, visit.model)
    if alert is None:
        return None
    key = (alert.id, alert.revision, visit.user, language())
    kept = st.session_state.get(_KEPT)
    if kept is not None and kept[0] == key and time.monotonic() - kept[2] < _FRESH_S:
        found = kept[1]
        assert isinstance(found, Story)
        return found
    with st.spinner(_("Reading the data"), show_time=False):
        made = desk.story(alert_id, visit.user, visit.model)
    st.session_state[_KEPT] = (key, made, time.monotonic())
    return made


def _page(visit: Visit, story: Story, model: SemanticModel) -> None:
    alert, zone = story.alert, story.zone
    place = alert.asset or alert.plant
    st.markdown(f"## {plain(place)} \u2002{plain(subject(alert, model))}", anchors=False)
    with st.container(gap=None):
        reading = alerts_words.reading(alert, model, story.now, zone)
        st.markdown(f"{alerts_words.sign(alert)} \u2002{reading}")
        st.markdown(f":small[:gray[{alerts_words.standing(alert, zone)}]]")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        alerts_acts.buttons(visit, alert, is_whole=True)
        _ask(visit, story)
    if story.threshold is not None and story.threshold.action:
        head = _("What to do")
        st.markdown(f"**{head}**  \n{paragraphs(story.threshold.action)}")
    if story.curve is not None:
        alerts_curve.draw(story)
    for lack in story.lacks:
        st.markdown(f":yellow[:material/warning:] {plain(lack)}")
    _group(story, model)
    st.markdown("#### " + _("What happened"), anchors=False)
    with st.container(gap="xsmall", key="alert-moments"):
        for one in story.moments:
            _moment(one, story, model)
    if story.left_out:
        names = ", ".join(story.left_out)
        more = _("There is more around this time: {names}. Ask in the chat to see all of it.")
        st.caption(plain(more.format(names=names)))
    times = _("Times are the plant's own ({zone}).").format(zone=zone)
    st.caption(plain(times))
    _why(story, model)


# -- asking -------------------------------------------------------------------------------------


def _ask(visit: Visit, story: Story) -> None:
    if not story.question or links.to("ask") is None:
        return

    def ask() -> None:
        if not visit.holds:
            return
        conversation = Conversation(visit.user.name)
        visit.parts.conversations.ask(
            visit.parts.services, visit.user, story.question, conversation, model=story.alert.model
        )
        chat.open_conversation(conversation.id)
        alerts_state.open_alert("")
        st.session_state[TO_CHAT] = True

    st.button(
        _("Ask about it"), key="alert.ask", icon=":material/forum:", type="tertiary",
        help=plain(story.question), on_click=ask,
    )  # fmt: skip


# -- in time order ------------------------------------------------------------------------------


def _moment(one: Moment, story: Story, model: SemanticModel) -> None:
    if one.entry is None:
        ended = ""
        if one.until is not None:
            ended = " · " + _("until {moment}").format(moment=moment(one.until, now=one.at))
        text = f"{one.what}: {one.text}" if one.text else one.what
        line = f"{_at(one)} :material/radio_button_unchecked: {plain(text + ended)}"
        st.markdown(f":small[:gray[{line}]]")
        return
    entry = one.entry
    said = happened_words(entry.event)
    parts = [f"**{plain(said)}**"]
    if entry.value is not None:
        parts.append(plain(amount(story.alert, entry.value, model)))
    if entry.until is not None:
        until = moment(to_local(entry.until, story.zone))
        parts.append(plain(_("until {moment}").format(moment=until)))
    if entry.by:
        parts.append(plain(_("by {who}").format(who=entry.by)))
    if entry.reason and entry.event is not Event.SUPPRESS:
        parts.append(plain(f"“{entry.reason}”"))
    st.markdown(f":small[{_at(one)}] :material/{_SIGNS[entry.event]}: {' · '.join(parts)}")


def _at(one: Moment) -> str:
    return plain(moment(one.at))


# -- groups -------------------------------------------------------------------------------------


def _group(story: Story, model: SemanticModel) -> None:
    if story.parent is not None:
        _link(story.parent, model, _("This alert stands for it: {name}"))
    if story.under:
        st.markdown("#### " + _("It stands for"), anchors=False)
        for alert in story.under:
            _link(alert, model, "{name}")


def _link(alert: Alert, model: SemanticModel, words: str) -> None:
    st.button(
        plain(words.format(name=name_of(alert, model))), key=f"alert.to.{alert.id}",
        type="tertiary", icon=":material/chevron_right:", on_click=alerts_state.open_alert,
        args=(alert.id,),
    )  # fmt: skip


# -- why ----------------------------------------------------------------------------------------


def _why(story: Story, model: SemanticModel) -> None:
    st.markdown("#### " + _("Why it was raised"), anchors=False)
    gone = why_gone(story)
    if gone:
        st.markdown(plain(gone))
        return
    threshold = story.threshold
    if is_of_data(story.alert.pair):
        st.markdown(plain(story.alert.note))
        what = _(
            "It is about the data themselves; who administers sees them on the page Data quality."
        )
        st.caption(plain(what))
        return
    if threshold is None:
        rule = _(
            "A rule made one alert of many that have one cause. Those that it stands for are "
            "listed above."
        )
        st.markdown(plain(rule))
        return
    st.markdown("\n".join(f"- {plain(line)}" for line in _lines(threshold, story, model)))


def _lines(threshold: Threshold, story: Story, model: SemanticModel) -> list[str]:
    """The version that raised it: limits, times, place, source, who answers for it."""
    unit = threshold.unit or limit_unit(threshold.kind, _own_unit(threshold.measure, model))
    limits = [shown(v, unit) for v in (threshold.low, threshold.high) if v is not None]
    said = _(KINDS[threshold.kind].words)
    found = [f"{said}: {' – '.join(limits)}" if limits else said]
    more = []
    if threshold.deadband:
        more.append(_("deadband {value}").format(value=shown(threshold.deadband, unit)))
    if threshold.on_delay_min:
        more.append(_("for {n} min before it counts").format(n=threshold.on_delay_min))
    if threshold.window_min:
        statistic = _(STATISTICS[threshold.statistic])
        more.append(
            _("{statistic} over {n} min").format(statistic=statistic, n=threshold.window_min)
        )
    if more:
        found.append(", ".join(more))
    if threshold.scope.at:
        place = ", ".join(value for _level, value in threshold.scope.at)
        found.append(_("Holds for {place}").format(place=place))
    if threshold.source.text:
        found.append(_("Source: {source}").format(source=threshold.source.text))
    found.append(_version(threshold, story))
    return found


def _version(threshold: Threshold, story: Story) -> str:
    if not threshold.version:
        return _("A limit of the data's own description; no threshold was published for it.")
    said = _("Version {n}").format(n=threshold.version)
    if threshold.valid_from is not None:
        begun = moment(to_local(threshold.valid_from, story.zone))
        said += ", " + _("valid from {moment}").format(moment=begun)
    if threshold.author:
        said += ", " + _("by {who}").format(who=threshold.author)
    if story.in_force is not None:
        said += ". " + _("By now version {n} is published.").format(n=story.in_force.version)
    return said


def _own_unit(measure: str, model: SemanticModel) -> str:
    if measure in model.metrics:
        return model.metrics[measure].unit or ""
    column = model.tables[model.watch.table].columns.get(measure) if model.watch else None
    return (column.unit or "") if column is not None else ""
