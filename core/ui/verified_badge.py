"""What stands behind a verified answer: whose pair it is, and its parts that may be changed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from core.translation import gettext as _
from core.translation import language, speaking
from core.types import Answer, Parameter, User, Verified
from core.ui import links, spoken
from core.ui.conversations import Turn
from core.ui.guard import Visit
from core.ui.port import Services
from core.ui.text import date, plain

Asker = Callable[[str], None]

_MOST_ROWS = 10_000
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Part:
    """An editable parameter at its place [start, end) in the question."""

    parameter: Parameter
    start: int
    end: int


def label(verified: Verified) -> str:
    """`Verified by Admin on 18 Jun 2026`; not for Markdown."""
    on = date(verified.on) if verified.on is not None else ""
    if verified.by and on:
        return _("Verified by {name} on {day}").format(name=verified.by, day=on)
    if verified.by:
        return _("Verified by {name}").format(name=verified.by)
    return _("Verified on {day}").format(day=on) if on else _("Verified")


def draw(visit: Visit, turn: Turn, answer: Answer, ask: Asker) -> None:
    """A button that opens the pair and its parameters; nothing for another answer."""
    verified = answer.verified
    if verified is None:
        return
    shown = st.popover(
        _("The verified question"),
        icon=":material/verified:",
        type="tertiary",
        key=f"verified.{turn.id}",
        on_change="rerun",
    )
    if not shown.open:
        return
    with shown:
        st.markdown(f"**{plain(verified.question)}**")
        text = _("{verified}. Your words stand in the places of its own.")
        st.caption(plain(text.format(verified=label(verified))))
        _fixed(verified)
        parts = places(answer.question, verified.parameters)
        if parts:
            _form(visit, turn, answer, parts, ask)
        corpus = links.to("corpus")
        if corpus is not None:
            st.page_link(
                corpus,
                label=_("Open in the corpus"),
                icon=":material/school:",
                query_params={"entry": verified.entry},
            )


def places(question: str, parameters: tuple[Parameter, ...]) -> tuple[Part, ...]:
    """The editable parameters whose words stand in the question, each at a place of its own."""
    found: list[Part] = []
    lower = question.casefold()
    at = 0
    for parameter in parameters:
        phrase = parameter.phrase.casefold()
        start = lower.find(phrase, at) if phrase and len(lower) == len(question) else -1
        if start < 0:
            continue
        at = start + len(phrase)
        if parameter.editable:
            found.append(Part(parameter, start, at))
    return tuple(found)


def rewritten(question: str, changes: Mapping[Part, str]) -> str:
    """The question with other words in those places."""
    for part in sorted(changes, key=lambda p: -p.start):
        question = question[: part.start] + changes[part] + question[part.end :]
    return question


def window_words(first: dt.date, last: dt.date) -> str:
    """A window as words of a question; both days belong to it."""
    return f"from {_day(first)} to {_day(last)}" if first != last else f"on {_day(first)}"


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _fixed(verified: Verified) -> None:
    """What is part of the answer and cannot be another."""
    said = [f"{p.label}: {p.phrase}" for p in verified.parameters if not p.editable]
    if said:
        st.caption(_("Not to be changed here: {parts}").format(parts=plain("; ".join(said))))


def _form(visit: Visit, turn: Turn, answer: Answer, parts: tuple[Part, ...], ask: Asker) -> None:
    keys = {part: f"verified.{turn.id}.{at}" for at, part in enumerate(parts)}

    def again() -> None:
        changes: dict[Part, str] = {}
        for part, key in keys.items():
            said = _said(part.parameter, st.session_state.get(key))
            if said is not None:
                changes[part] = said
        if changes:
            ask(rewritten(answer.question, changes))

    with st.form(f"verified.form.{turn.id}", border=False):
        for part, key in keys.items():
            _field(visit, part.parameter, key)
        st.form_submit_button(_("Ask again with these"), icon=":material/refresh:", on_click=again)


def _field(visit: Visit, parameter: Parameter, key: str) -> None:
    if parameter.kind == "number":
        is_rows = parameter.role == "limit"
        now = next((v for v in parameter.values if isinstance(v, int | float)), 1.0)
        if is_rows:
            st.number_input(
                parameter.label, min_value=1, max_value=_MOST_ROWS, value=int(now), key=key
            )
        else:
            st.number_input(parameter.label, value=float(now), key=key)
    elif parameter.kind == "window":
        st.date_input(
            parameter.label,
            value=list(_days(parameter)),
            key=key,
            format=spoken.date_format(),
        )
    else:
        now_text = [v for v in parameter.values if isinstance(v, str)]
        known = _values(visit.parts.services, visit.user, visit.model, language()).get(
            parameter.label, ()
        )
        options = list(dict.fromkeys((*now_text, *known)))
        st.selectbox(parameter.label, options, key=key)


def _days(parameter: Parameter) -> tuple[dt.date, ...]:
    """First and last day of a window; nothing for an open one."""
    edges = [v for v in parameter.values if isinstance(v, dt.datetime)]
    if len(edges) != 2:
        return ()
    last = edges[1] - dt.timedelta(microseconds=1)
    return (edges[0].date(), max(edges[0], last).date())


def _said(parameter: Parameter, given: object) -> str | None:
    """What was chosen, as words of a question; None when it is what stands there already."""
    if parameter.kind == "window":
        days = [d for d in given if isinstance(d, dt.date)] if isinstance(given, tuple) else []
        if not days or tuple(days) == _days(parameter):
            return None
        return window_words(days[0], days[-1])
    if parameter.kind == "number":
        if not isinstance(given, int | float) or given in parameter.values:
            return None
        return _NUMBER.sub(f"{given:g}", parameter.phrase, count=1)
    if not isinstance(given, str) or [given] == list(parameter.values):
        return None
    return given


@st.cache_data(max_entries=256, ttl=600, show_spinner=False, hash_funcs={User: hash})
def _values(
    _services: Services, user: User, model: str | None, language: str
) -> dict[str, tuple[str, ...]]:
    """The values that this person may name, by what they are called in that language."""
    found: dict[str, list[str]] = {}
    with speaking(language):
        rows = _services.catalogue(user, model)
    for row in rows:
        if row.get("kind") == "value":
            found.setdefault(str(row.get("description") or ""), []).append(str(row["label"]))
    return {name: tuple(sorted(values)) for name, values in found.items()}
