"""What was typed into an entry, kept over views and reruns until it is saved or discarded."""

from __future__ import annotations

import dataclasses

import streamlit as st

from core.curation.checking import Draft

#: The fields, each with a widget of its own.
FIELDS = ("text", "title", "sql", "paraphrases", "plants", "language")


def key(target: str, field: str) -> str:
    """The widget's key of a field of a draft."""
    return f"corpus.draft.{target}.{field}"


def begin(target: str, draft: Draft) -> None:
    """Have that draft in the widgets, unless something was typed since. Before they are drawn."""
    start = _start(target)
    if start is None or (start != draft and not is_dirty(target)):
        put(target, draft)


def put(target: str, draft: Draft) -> None:
    """That draft into the widgets; nothing is typed then."""
    st.session_state[key(target, "start")] = draft
    for field in FIELDS:
        given = getattr(draft, field)
        st.session_state[key(target, field)] = (
            "\n".join(given)
            if field == "paraphrases"
            else list(given)
            if field == "plants"
            else given
        )


def typed(target: str) -> Draft:
    """What stands in the widgets."""
    start = _start(target) or Draft("qa", "")
    state = st.session_state
    return dataclasses.replace(
        start,
        text=str(state.get(key(target, "text"), start.text) or "").strip(),
        title=str(state.get(key(target, "title"), start.title) or "").strip(),
        sql=str(state.get(key(target, "sql"), start.sql) or "").strip(),
        paraphrases=_lines(
            str(state.get(key(target, "paraphrases"), "\n".join(start.paraphrases)) or "")
        ),
        plants=tuple(state.get(key(target, "plants"), start.plants) or ()),
        language=str(state.get(key(target, "language"), start.language) or "en"),
    )


def is_dirty(target: str) -> bool:
    """Whether what is typed is not what it began with."""
    start = _start(target)
    if start is None:
        return False
    now = typed(target)
    return any(_same(getattr(now, f)) != _same(getattr(start, f)) for f in FIELDS)


def start_of(target: str) -> Draft | None:
    """What the widgets began with."""
    return _start(target)


def rebase(target: str, version: int) -> None:
    """What is typed is a change of that version from now on."""
    start = _start(target)
    if start is not None:
        st.session_state[key(target, "start")] = dataclasses.replace(start, base=version)


def discard(target: str) -> None:
    """Nothing is typed; the widgets begin anew."""
    for field in (*FIELDS, "start", "checked", "proposed"):
        st.session_state.pop(key(target, field), None)


def turn_wording(target: str, wording: str) -> None:
    """A paraphrase into its widget, or out of it where it stands there; in a callback."""
    now = typed(target).paraphrases
    left = [other for other in now if other != wording]
    after = left if wording in now else [*now, wording]
    st.session_state[key(target, "paraphrases")] = "\n".join(after)


def _start(target: str) -> Draft | None:
    found = st.session_state.get(key(target, "start"))
    return found if isinstance(found, Draft) else None


def _lines(text: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip())
    )


def _same(given: object) -> object:
    return (
        given.strip()
        if isinstance(given, str)
        else set(given)
        if isinstance(given, tuple)
        else given
    )
