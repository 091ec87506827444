"""What retrieval does with a question: what each leg found, how it was fused, and the prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.curation.trial import Trial
from core.entries import Kind
from core.errors import GembaError
from core.retrieval.retriever import Hit, LegHit
from core.translation import gettext as _
from core.translation import marked, ngettext, retold
from core.ui import corpus_state as state
from core.ui import corpus_words as words
from core.ui import states, stay
from core.ui.corpus_port import Desk
from core.ui.guard import Visit
from core.ui.text import number, plain, pointed

_QUESTION, _AS, _ORDER, _TRIED, _TAB = (
    f"corpus.try.{name}" for name in ("question", "as", "order", "tried", "tab")
)
_SHOWN = 12
_MOST_CHARS = 2_000
_TABS: Mapping[Kind, str] = {
    "qa": marked("Questions"),
    "doc": marked("Notes"),
    "ddl": marked("Data"),
}
_FUSED, _DENSE, _SPARSE = "together", "meaning", "words"
_ORDERS = {_FUSED: marked("Together"), _DENSE: marked("Meaning"), _SPARSE: marked("Words")}
_PROMPT = "prompt"


@dataclass(frozen=True, slots=True)
class _Tried:
    """What was tried: question, account and the state of the corpus. trouble: why it could not
    be, in words."""

    asked: tuple[str, str, int]
    trial: Trial | None = None
    trouble: str = ""


def draw(visit: Visit, desk: Desk, example: str) -> None:
    """The column. example: the question that is open, which may be tried."""

    def go(question: str = "") -> None:
        if question:
            st.session_state[_QUESTION] = question
        text = str(st.session_state.get(_QUESTION) or "").strip()[:_MOST_CHARS]
        account = str(st.session_state.get(_AS) or "")
        now = (text, account, state.stamp())
        kept = st.session_state.get(_TRIED)
        is_known = isinstance(kept, _Tried) and kept.trial and kept.asked == now
        if not text or is_known or not visit.holds:
            return
        try:
            tried = _Tried(now, state.desk(visit).try_retrieval(text, account))
        except GembaError as error:
            tried = _Tried(now, trouble=retold(error))
        st.session_state[_TRIED] = tried

    st.markdown("##### " + _("Try retrieval"), anchors=False)
    st.text_input(
        _("Question to try"),
        key=_QUESTION,
        placeholder=_("A question as somebody would ask it"),
        label_visibility="collapsed",
        on_change=go,
        persist_state="session",
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        accounts = dict.fromkeys(("", *desk.accounts()))
        st.selectbox(
            _("As"),
            list(accounts),
            format_func=lambda name: name or _("{name} (you)").format(name=visit.user.name),
            key=_AS,
            width="stretch",
            on_change=go,
            persist_state="session",
        )
        st.button(_("Try"), key="corpus.try_it", icon=":material/travel_explore:", on_click=go)
    if example:
        st.button(
            _("Try the open question"),
            key="corpus.try_open",
            type="tertiary",
            icon=":material/north_west:",
            on_click=go,
            args=(example,),
        )
    tried = st.session_state.get(_TRIED)
    if isinstance(tried, _Tried):
        _result(visit, tried)
    else:
        st.caption(_("See what each leg finds for a question, how it is ranked, and the prompt."))


def _result(visit: Visit, tried: _Tried) -> None:
    trial = tried.trial
    if trial is None:
        states.say(states.Look("cloud_off", "orange", marked("Not tried")), tried.trouble)
        return
    question, account = tried.asked[:2]
    st.markdown(f"**{plain(words.short(question, 200))}**")
    found = trial.found
    timing = found.timings_ms.get("total")
    said = [_("as {name}").format(name=account or visit.user.name)]
    said += [f"{number(timing, 0)} ms"] if timing is not None else []
    st.caption(plain(" · ".join(said)))
    if trial.verified:
        st.markdown(f":primary[:material/verified:] {plain(retold(trial.verified))}")
    for note in found.notes:
        st.markdown(f":orange[:material/warning:] {plain(note)}")
    labels = {kind: _(label) for kind, label in _TABS.items()}
    tabs = stay.tabs(labels | {_PROMPT: _("Prompt")}, key=_TAB)
    for kind in _TABS:
        if tabs[kind].open:
            with tabs[kind]:
                _hits(kind, found.of(kind))
    if tabs[_PROMPT].open:
        with tabs[_PROMPT]:
            if trial.prompt:
                st.code(trial.prompt, language=None, wrap_lines=True, height=480)
            else:
                st.caption(_("No prompt: no language model is set, or the question needs none."))


def _hits(kind: Kind, hits: Sequence[Hit]) -> None:
    if not hits:
        st.caption(_("Nothing was found. Other words, or another account, may find something."))
        return
    order = st.segmented_control(
        _("Order"),
        list(_ORDERS),
        format_func=lambda name: _(_ORDERS[name]),
        default=_FUSED,
        required=True,
        key=f"{_ORDER}.{kind}",
        label_visibility="collapsed",
    )
    listed = ordered(hits, order or _FUSED)
    if not listed:
        st.caption(_("This leg found nothing of this kind."))
    for hit in listed[:_SHOWN]:
        with st.container(gap=None):
            st.button(
                plain(f"{hit.rank}. {words.name(hit.entry)}"),
                key=f"corpus.hit.{hit.entry.id}",
                type="tertiary",
                on_click=state.open_entry,
                args=(hit.entry.id,),
                wrap=False,
            )
            legs = _("meaning {meaning} · words {words} · together {together}").format(
                meaning=leg(hit.dense), words=leg(hit.sparse), together=pointed(f"{hit.score:.3f}")
            )
            st.caption(plain(legs))
    if len(listed) > _SHOWN:
        left = len(listed) - _SHOWN
        below = ngettext("And {n} more further down.", "And {n} more further down.", left)
        st.caption(below.format(n=left))


def ordered(hits: Sequence[Hit], order: str) -> list[Hit]:
    """The hits as fusion ranks them, or those of one leg in its own order."""
    if order == _DENSE:
        return sorted((h for h in hits if h.dense), key=lambda h: h.dense.rank if h.dense else 0)
    if order == _SPARSE:
        return sorted((h for h in hits if h.sparse), key=lambda h: h.sparse.rank if h.sparse else 0)
    return sorted(hits, key=lambda h: h.rank)


def leg(place: LegHit | None) -> str:
    """Rank and score in a leg; a dash where it did not find it."""
    return "–" if place is None else f"{place.rank} ({number(place.score)})"
