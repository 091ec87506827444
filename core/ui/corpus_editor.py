"""An entry's contents to write: each problem at its field, twins, and the rows of its SQL."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.corpus import Twin
from core.curation.checking import Checked, Draft, Problem
from core.curation.wording import Proposal
from core.errors import GembaError
from core.translation import gettext as _
from core.translation import marked, retold
from core.ui import corpus_drafts as drafts
from core.ui import corpus_state as state
from core.ui import corpus_words as words
from core.ui import states, table
from core.ui.corpus_port import Desk
from core.ui.guard import Visit
from core.ui.text import plain

#: Longer texts are cut by the corpus itself with a message; the fields stop here.
_MOST_CHARS = 20_000
_MOST_QUESTION = 2_000
_QUESTION_PX, _NOTE_PX, _SQL_PX, _WORDINGS_PX = 88, 300, 220, 88


@dataclasses.dataclass(frozen=True, slots=True)
class Looked:
    """A draft, looked at. trouble: why it could not be, in words."""

    draft: Draft
    checked: Checked | None = None
    trouble: str = ""

    @property
    def may_save(self) -> bool:
        """Nothing blocks; an unreachable store does not."""
        return bool(self.draft.text) and (self.checked is None or self.checked.can_save)

    @property
    def may_verify(self) -> bool:
        """Nothing stands against verifying it as it is typed."""
        return self.checked is not None and self.checked.can_verify


Actions = Callable[[Looked], None]


def draw(
    visit: Visit, desk: Desk, target: str, start: Draft, *, above: Actions, below: Actions
) -> None:
    """The fields, what is wrong with them, and what the SQL gives. above, below: draw the buttons
    over and under the fields, once it is known what may be done; always as many, so that nothing
    moves while somebody types."""
    drafts.begin(target, start)
    top = st.container()
    slots: dict[str, DeltaGenerator] = {}
    if start.kind == "doc":
        _text_field(target, "title", _("Heading"), slots)
        _area(target, "text", _("Note"), _NOTE_PX, _MOST_CHARS, slots)
    else:
        _area(target, "text", _("Question"), _QUESTION_PX, _MOST_QUESTION, slots)
        _area(target, "sql", _("SQL, in StarRocks' dialect"), _SQL_PX, _MOST_CHARS, slots)
        _area(
            target, "paraphrases", _("Other wordings, one a line"), _WORDINGS_PX, _MOST_CHARS, slots
        )
        _proposals(visit, target)
    with st.container(horizontal=True, vertical_alignment="top"):
        known = (*desk.plants, *(p for p in start.plants if p not in desk.plants))
        with st.container(width="stretch"):
            st.multiselect(
                _("Only for these plants"),
                known,
                key=drafts.key(target, "plants"),
                placeholder=_("All plants"),
                persist_state="session",
            )
            slots["plants"] = st.container()
        languages = dict.fromkeys((*words.LANGUAGES, start.language))
        st.selectbox(
            _("Language"),
            list(languages),
            format_func=lambda code: words.LANGUAGES.get(code, code),
            key=drafts.key(target, "language"),
            persist_state="session",
            width=150,
        )
    bottom, rest = st.container(), st.container()
    looked = look(desk, target)
    if looked.checked is not None:
        _problems(looked.checked.problems, slots)
    with top:
        above(looked)
    with bottom:
        below(looked)
    with rest:
        _found(visit, target, looked)


def look(desk: Desk, target: str) -> Looked:
    """What is typed, checked; kept until it or the corpus changes."""
    draft = drafts.typed(target)
    key = drafts.key(target, "checked")
    kept = st.session_state.get(key)
    now = (draft, state.stamp())
    if isinstance(kept, tuple) and kept[0] == now:
        found = kept[1]
        return found if isinstance(found, Looked) else Looked(draft)
    if not draft.text and not draft.sql:
        return Looked(draft)
    try:
        with st.spinner(_("Checking")):
            looked = Looked(draft, desk.check(draft))
    except GembaError as error:
        looked = Looked(draft, trouble=retold(error))
    st.session_state[key] = (now, looked)
    return looked


def _area(
    target: str, field: str, label: str, px: int, most: int, slots: dict[str, DeltaGenerator]
) -> None:
    st.text_area(
        label,
        key=drafts.key(target, field),
        height=px,
        max_chars=most,
        persist_state="session",
    )
    slots[field] = st.container()


def _text_field(target: str, field: str, label: str, slots: dict[str, DeltaGenerator]) -> None:
    st.text_input(label, key=drafts.key(target, field), max_chars=200, persist_state="session")
    slots[field] = st.container()


def _problems(problems: Sequence[Problem], slots: dict[str, DeltaGenerator]) -> None:
    """Each under its field; one whose field is not there stands under the text."""
    for problem in problems:
        look = ":red[:material/error:]" if problem.blocks else ":orange[:material/warning:]"
        with slots.get(problem.field, slots["text"]):
            st.markdown(f"{look} {plain(retold(problem.message))}")


def _proposals(visit: Visit, target: str) -> None:
    """Other wordings of what is saved, each to be taken by itself."""
    start = drafts.start_of(target)
    if start is None or not start.id:
        return
    key = drafts.key(target, "proposed")
    proposed = st.session_state.get(key)
    typed = drafts.typed(target)
    if not isinstance(proposed, Proposal):
        is_other = (typed.text, typed.sql) != (start.text, start.sql)
        if st.button(
            _("Propose wordings"),
            key=f"corpus.propose.{target}",
            type="tertiary",
            icon=":material/lightbulb:",
            disabled=is_other,
            help=_("Save or discard what you typed first.") if is_other else None,
        ):
            with st.spinner(_("Looking for other wordings")):
                found = state.act(visit, lambda d: d.paraphrases(start.id))
            if found is not None:
                st.session_state[key] = found
            st.rerun()
        return
    st.caption(_(words.PROPOSED[proposed.came]))
    if not proposed.wordings:
        st.caption(_("No other wording is proposed."))
        return
    for index, wording in enumerate(proposed.wordings):
        slot = f"corpus.wording.{target}.{index}"
        st.session_state[slot] = wording in typed.paraphrases
        st.checkbox(plain(wording), key=slot, on_change=drafts.turn_wording, args=(target, wording))
    st.caption(_("Choose those that ask exactly the same; Save keeps them."))


def _found(visit: Visit, target: str, looked: Looked) -> None:
    """Twins, parameters and rows."""
    if looked.trouble:
        states.say(
            states.Look("cloud_off", "orange", marked("Not checked")),
            looked.trouble,
            then=_("What you typed is kept. It can be saved, and not be verified, until it is."),
        )
        st.button(
            _("Check again"),
            key=f"corpus.again.{target}",
            icon=":material/refresh:",
            on_click=st.session_state.pop,
            args=(drafts.key(target, "checked"), None),
        )
        return
    checked = looked.checked
    if checked is None:
        return
    for twin in checked.twins:
        _twin(visit, target, looked.draft, twin)
    if checked.parameters:
        shown = " ".join(f":gray-badge[{plain(p)}]" for p in checked.parameters)
        says = _("The asker's own words replace")
        st.markdown(f":gray[:small[{says}]] {shown}")
    answer = checked.answer
    if answer is None:
        return
    st.markdown("##### " + _("Its rows"), anchors=False)
    if answer.status == "answered":
        if answer.headline:
            st.markdown(plain(answer.headline))
        table.draw(answer, key=f"corpus.{target}")
    else:
        look = states.EMPTIES.get(answer.empty) if answer.empty else None
        states.say(look or states.FAILED, answer.message or answer.headline)


def _twin(visit: Visit, target: str, draft: Draft, twin: Twin) -> None:
    """An entry that asks the same, and what to do about it."""
    is_same = twin.kind == "same"
    look = (
        states.Look("content_copy", "gray", marked("Asks the same"))
        if is_same
        else states.Look("call_split", "orange", marked("Asks the same and answers otherwise"))
    )

    def keep_this() -> None:
        done = state.batch_done(visit, lambda d: d.merge(draft.id, [twin.id]))
        if done is not None:
            drafts.discard(target)

    def keep_other() -> None:
        done = state.batch_done(visit, lambda d: d.merge(twin.id, [draft.id]))
        if done is not None:
            drafts.discard(target)
            state.put_entry(twin.id)

    def add_to_it() -> None:
        done = state.batch_done(visit, lambda d: d.save(_with_wording(d, twin.id, draft.text)))
        if done is not None:
            drafts.discard(target)
            state.put_entry(twin.id)
            state.show("entries")

    with st.container(border=True, key=f"corpus-twin-{target}-{twin.id}"):
        states.say(look, twin.question, then=retold(twin.why))
        with st.container(horizontal=True):
            if draft.id and is_same:
                _small(_("Merge into this"), f"keep.{target}.{twin.id}", "merge", keep_this)
                _small(_("Merge into the other"), f"give.{target}.{twin.id}", "merge", keep_other)
            elif not draft.id and not twin.is_exact and is_same:
                _small(_("Add as a wording"), f"wording.{target}.{twin.id}", "merge", add_to_it)
            if draft.id:
                together = (draft.id, twin.id)
                _small(
                    _("See together"),
                    f"both.{target}.{twin.id}",
                    "splitscreen_right",
                    lambda: state.open_group(together),
                )
            _small(
                _("Open it"),
                f"open.{target}.{twin.id}",
                "open_in_full",
                lambda: state.open_entry(twin.id),
            )


def _with_wording(desk: Desk, entry: str, wording: str) -> Draft:
    """That entry with one more way to ask it."""
    found = Draft.of(desk.get(entry).entry)
    return dataclasses.replace(found, paraphrases=(*found.paraphrases, wording))


def _small(label: str, key: str, icon: str, press: Callable[[], None]) -> None:
    st.button(
        label, key=f"corpus.{key}", type="tertiary", icon=f":material/{icon}:", on_click=press
    )
