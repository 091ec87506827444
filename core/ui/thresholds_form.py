"""The fields of a threshold, with what is wrong at each of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import streamlit as st

from core.errors import UserFixable
from core.semantic.units import display_unit
from core.threshold_desk.bench import Bench
from core.thresholds.acts import Change
from core.thresholds.finding import Finding
from core.thresholds.limits import limit_unit
from core.thresholds.record import (
    FIELDS,
    KINDS,
    SEVERITIES,
    STATISTICS,
    Kind,
    Scope,
    Severity,
    Source,
    Statistic,
    Threshold,
)
from core.translation import gettext as _
from core.translation import marked
from core.ui import thresholds_state as state
from core.ui import thresholds_words as words
from core.ui.guard import Visit
from core.ui.text import plain

_TIMES = ("on_delay_min", "off_delay_min", "window_min")
_SOURCE = {
    "standard": marked("Standard or reason"),
    "part": marked("Part"),
    "group": marked("Group"),
    "support": marked("Support"),
    "note": marked("Remark on the source"),
}
_WIDTH = 150


@dataclass(frozen=True)
class _Fields:
    """Where the widgets of one draft are, and what was found at them."""

    bench: Bench
    one: Threshold
    key: str
    findings: Sequence[Finding]

    def at(self, field: str) -> str:
        return f"thresholds.f.{self.key}.{field}"

    def show(self, *fields: str) -> None:
        """What is wrong at these fields, beneath them."""
        for finding in self.findings:
            name = finding.field
            if name in fields or name.split(".")[0] in fields:
                colour, icon = (
                    ("red", "error") if finding.severity == "error" else ("orange", "warning")
                )
                st.markdown(f":{colour}[:material/{icon}: {plain(finding.text)}]")


def draw(visit: Visit, bench: Bench, one: Threshold, key: str) -> Threshold:
    """The form of a draft, or of the next version of what is published. The draft with the measure
    and kind that are chosen."""
    is_slot_free = one.status in ("draft", "pending") and one.version <= 1
    if is_slot_free:
        one = _slot(bench, one, key)
    note = state.note()
    found = note.findings if note is not None and note.findings else ()
    if not found and one.id:
        found = bench.check(one) if one.status in ("draft", "pending") else ()
    fields = _Fields(bench, one, f"{key}.{one.kind}", found)
    with st.form(f"thresholds.form.{key}.{one.kind}", border=False, enter_to_submit=False):
        fields.show("scope", "measure", "kind", "per", "model", "ends")
        _limits(fields)
        _times(fields)
        _rest(fields)
        st.form_submit_button(
            _("Keep as draft"),
            icon=":material/save:",
            type="primary",
            on_click=_keep,
            args=(visit, fields),
        )
    return one


def read_only(one: Threshold) -> None:
    """What is not in its sentence, for who may not change it."""
    if one.action:
        st.markdown(plain(_("What to do: {text}").format(text=one.action)))
    if one.note:
        st.caption(plain(one.note))
    weight = _("Weight in the risk score: {n}").format(n=f"{one.weight:g}")
    st.caption(plain(weight))


def _slot(bench: Bench, one: Threshold, key: str) -> Threshold:
    """Place, measure and kind, while they may still be chosen: other fields hang on the kind."""
    one = _placed(bench, one, key)

    def choice(field: str, values: Sequence[str], called: Callable[[str], str], at: str) -> str:
        now = getattr(one, field)
        index = values.index(now) if now in values else 0
        return str(
            st.selectbox(
                _label(field),
                values,
                index=index,
                format_func=called,
                key=f"thresholds.f.{key}.{at}",
                width=240,
            )
        )

    with st.container(horizontal=True, gap="small"):
        measure = choice("measure", list(bench.measures), partial(words.measure, bench), "measure")
        kind = cast(Kind, choice("kind", list(KINDS), lambda name: _(_kind(name)), "kind"))
        places = bench.places_of(measure)
        per = ""
        if places != ("",):
            per = choice("per", places, partial(words.whole, bench), f"{measure}.per")
    return replace(one, measure=measure, kind=kind, per=per)


def _kind(name: str) -> str:
    return KINDS[cast(Kind, name)].words


def _placed(bench: Bench, one: Threshold, key: str) -> Threshold:
    """The draft at the place that is chosen level by level; each offers what the ones before it
    leave."""
    named = dict(one.scope.at)
    at = Scope()
    with st.container(horizontal=True, gap="small"):
        for level in bench.grounds.levels:
            # What another left is kept on show, with what is wrong about it beneath.
            own = [named[level]] if level in named else []
            values = ["", *sorted({*bench.values(level, at), *own})]
            chosen = st.selectbox(
                words.level(bench, level),
                values,
                index=values.index(named.get(level, "")),
                format_func=partial(_value, bench, level),
                key=f"thresholds.f.{key}.at.{level}",
                width=_WIDTH,
            )
            if chosen:
                at = Scope((*at.at, (level, str(chosen))))
    return replace(one, scope=bench.known.node(at))


def _value(bench: Bench, level: str, value: str) -> str:
    return words.value(bench, level, value) if value else _("All")


def _limits(fields: _Fields) -> None:
    one, rule = fields.one, KINDS[fields.one.kind]
    own = limit_unit(one.kind, words.unit_of(fields.bench, one))
    with st.container(horizontal=True, gap="small"):
        for side in ("low", "high"):
            if side in rule.sides:
                _number(fields, side)
        st.text_input(
            _label("unit"),
            one.unit,
            placeholder=display_unit(own),
            key=fields.at("unit"),
            width=_WIDTH,
        )
        if "deadband" in rule.takes:
            _number(fields, "deadband")
        severities = list(SEVERITIES)
        st.selectbox(
            _label("severity"),
            severities,
            index=severities.index(one.severity),
            format_func=lambda name: _(SEVERITIES[name]),
            key=fields.at("severity"),
            width=_WIDTH,
        )
    fields.show("low", "high", "unit", "deadband", "severity")


def _times(fields: _Fields) -> None:
    one, takes = fields.one, KINDS[fields.one.kind].takes
    with st.container(horizontal=True, gap="small"):
        for field in _TIMES:
            if field in takes:
                _whole(fields, field)
        if "statistic" in takes:
            statistics = list(STATISTICS)
            st.selectbox(
                _label("statistic"),
                statistics,
                index=statistics.index(one.statistic),
                format_func=lambda name: _(STATISTICS[name]),
                key=fields.at("statistic"),
                width=_WIDTH,
            )
        if "baseline_days" in takes:
            _whole(fields, "baseline_days", unit=_("days"))
        _whole(fields, "realarm_min")
    fields.show(*_TIMES, "statistic", "baseline_days", "realarm_min")


def _rest(fields: _Fields) -> None:
    one = fields.one
    st.text_area(_label("action"), one.action, key=fields.at("action"), height=80)
    fields.show("action")
    with st.container(horizontal=True, gap="small"):
        for name, label in _SOURCE.items():
            st.text_input(
                _(label), getattr(one.source, name), key=fields.at(f"source.{name}"), width=200
            )
    fields.show("source")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        _number(fields, "weight")
        st.text_input(
            _("Valid from (UTC)"),
            f"{one.valid_from:%Y-%m-%d %H:%M}"
            if one.valid_from is not None and _ahead(one)
            else "",
            placeholder=_("from when it is published"),
            key=fields.at("valid_from"),
            width=220,
        )
        st.checkbox(_label("latch"), one.latch, key=fields.at("latch"))
    fields.show("weight", "valid_from", "latch")
    st.text_input(_label("note"), one.note, key=fields.at("note"))
    fields.show("note")


def _ahead(one: Threshold) -> bool:
    """Whether its moment is still a choice: that of a published version is none for the next."""
    return one.status in ("draft", "pending")


def _number(fields: _Fields, field: str) -> None:
    st.number_input(
        _label(field),
        value=getattr(fields.one, field),
        step=None,
        format="%g",
        key=fields.at(field),
        width=_WIDTH,
    )


def _whole(fields: _Fields, field: str, unit: str = "") -> None:
    st.number_input(
        f"{_label(field)} ({unit or 'min'})",
        value=getattr(fields.one, field),
        min_value=0,
        step=1,
        key=fields.at(field),
        width=_WIDTH,
    )


def _label(field: str) -> str:
    return _(FIELDS[field])


# -- what was typed --------------------------------------------------------------------------------


def _keep(visit: Visit, fields: _Fields) -> None:
    """Keep what is in the fields as a draft."""

    def do(bench: Bench) -> tuple[Change, ...]:
        return bench.save(_typed(fields))

    changes = state.act(visit, "saved", do)
    if changes and changes[0].after is not None:
        state.open_one(changes[0].after.id)


def _typed(fields: _Fields) -> Threshold:
    """The draft with what is typed; fields that its kind does not have are empty."""
    one, rule = fields.one, KINDS[fields.one.kind]

    def read(field: str, without: Any = None) -> Any:
        found = st.session_state.get(fields.at(field))
        return without if found is None else found

    source = Source(*(str(read(f"source.{name}", "")) for name in _SOURCE))
    return replace(
        one,
        low=read("low") if "low" in rule.sides else None,
        high=read("high") if "high" in rule.sides else None,
        unit=str(read("unit", "")),
        deadband=float(read("deadband", 0.0)) if "deadband" in rule.takes else 0.0,
        severity=cast(Severity, read("severity", one.severity)),
        on_delay_min=int(read("on_delay_min", 0)) if "on_delay_min" in rule.takes else 0,
        off_delay_min=int(read("off_delay_min", 0)) if "off_delay_min" in rule.takes else 0,
        window_min=int(read("window_min", 0)) if "window_min" in rule.takes else 0,
        statistic=cast(Statistic, read("statistic", "mean")),
        baseline_days=read("baseline_days") if "baseline_days" in rule.takes else None,
        realarm_min=read("realarm_min"),
        weight=float(read("weight", 0.0)),
        latch=bool(read("latch", False)),
        action=str(read("action", "")),
        source=source,
        note=str(read("note", "")),
        valid_from=moment_of(str(read("valid_from", ""))),
    )


def moment_of(text: str) -> dt.datetime | None:
    """A day and time as typed; None for none. Raises UserFixable for what is no such moment."""
    if not text.strip():
        return None
    for form in ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%d.%m.%Y %H:%M", "%Y-%m-%d"):
        try:
            return dt.datetime.strptime(text.strip(), form)
        except ValueError:
            continue
    raise UserFixable(
        _("{text!r} is no time. Write it as 2026-06-30 14:05, in UTC.").format(text=text.strip())
    )
