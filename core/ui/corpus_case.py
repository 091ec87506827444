"""One report under review: the entry that it may become, and the original answer beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.corpus import REASONS, Case
from core.curation.checking import Draft
from core.errors import GembaError
from core.ui import corpus_drafts as drafts
from core.ui import corpus_editor, states
from core.ui import corpus_state as state
from core.ui import corpus_words as words
from core.ui.corpus_editor import Looked
from core.ui.corpus_port import Desk
from core.ui.guard import Visit
from core.ui.text import plain, seconds

_WHY = "corpus.case_why"
_ROUTES = {
    "verified": "a verified question",
    "parser": "the question parser",
    "model": "the language model",
    "cache": "the cache",
    "sql": "SQL that a person wrote",
}


def opened(desk: Desk) -> Case | None:
    """The open case; None, with the reason on the page, when there is none."""
    name = state.case()
    if not name:
        states.say(
            states.Look("rate_review", "gray", "No report is open"),
            "Choose one on the left. Its question and SQL come here to be accepted or fixed, "
            "the original answer beside it.",
        )
        return None
    try:
        return desk.case(name)
    except GembaError as error:
        states.say(
            states.Look("search_off", "gray", "Not here"),
            str(error),
            then="Choose another report of the list.",
        )
        return None


def draw(visit: Visit, desk: Desk, case: Case) -> None:
    """The middle: what the report may become."""
    st.markdown(
        f"#### {plain(words.short(case.question, 300) or 'A statement without a question')}",
        anchors=False,
    )
    tellers, askers = (words.counted(n, "person", "people") for n in (case.people, case.asked_by))
    said = [
        f"{words.counted(case.reports, 'report')} by {tellers}",
        f"asked {words.counted(case.asked, 'time')} by {askers}",
        f"last on {words.when(case.at)}",
    ]
    st.markdown(_badges(case))
    st.caption(plain(" · ".join(said)))
    if case.state != "open":
        _decided(case)
        return
    target = f"case.{case.id}"
    start = Draft("qa", case.question, sql=case.sql)
    corpus_editor.draw(
        visit,
        desk,
        target,
        start,
        above=lambda looked: _decide(visit, case, target, looked),
        below=lambda looked: _fixing(visit, case, target, looked),
    )


def _badges(case: Case) -> str:
    kind = f":gray-badge[:material/{words.CASE_ICONS.get(case.kind, 'inbox')}: "
    kind += f"{plain(words.CASES.get(case.kind, case.kind))}]"
    if case.reason in REASONS:
        kind += f" :gray-badge[{plain(REASONS[case.reason])}]"
    return kind


def _decided(case: Case) -> None:
    by = f" by {case.decided_by}" if case.decided_by else ""
    on = f" on {words.when(case.decided_at)}" if case.decided_at else ""
    states.say(
        states.Look("task_alt", "gray", words.STATES.get(case.state, case.state)),
        f"Decided{by}{on}.",
        then=case.why,
    )
    if case.sql:
        st.code(case.sql, language="sql", wrap_lines=True)
    if case.entry:
        st.button(
            "Open its entry",
            key="corpus.case_entry",
            icon=":material/open_in_full:",
            on_click=state.open_entry,
            args=(case.entry,),
        )


def _why() -> str:
    return str(st.session_state.get(_WHY) or "").strip()


def _closed(target: str, done: object) -> None:
    """Nothing of a report that was decided stays behind."""
    if done is not None:
        drafts.discard(target)
        st.session_state[_WHY] = ""
        state.close_case()


def _decide(visit: Visit, case: Case, target: str, looked: Looked) -> None:
    """Accept or reject; each closes the report."""
    is_dirty = drafts.is_dirty(target)

    def accept() -> None:
        draft = drafts.typed(target)
        _closed(target, state.batch_done(visit, lambda d: d.accept(case.id, draft, _why())))

    def settle() -> None:
        told = "Closed as fixed, without an entry."
        _closed(target, state.batch_done(visit, lambda d: d.fix(case.id, None, _why()), told))

    def reject() -> None:
        _closed(target, state.batch_done(visit, lambda d: d.dismiss([case.id], _why())))

    st.text_input(
        "Why",
        key=_WHY,
        placeholder="Why, in a few words (kept with the report)",
        label_visibility="collapsed",
    )
    may_save = looked.may_save and bool(looked.draft.sql)
    why_not = None if may_save else "It needs SQL without a problem. Mend it below."
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Accept",
            key="corpus.accept",
            type="secondary" if is_dirty else "primary",
            icon=":material/check:",
            disabled=is_dirty or not may_save,
            help="You changed it: save the fix below." if is_dirty else why_not,
            on_click=accept,
        )
        st.button("Reject", key="corpus.reject", icon=":material/block:", on_click=reject)
        st.button(
            "Fixed elsewhere",
            key="corpus.settle",
            type="tertiary",
            icon=":material/task_alt:",
            help="Closes the report without an entry: something else was mended.",
            on_click=settle,
        )


def _fixing(visit: Visit, case: Case, target: str, looked: Looked) -> None:
    """Save what was typed as the right answer."""
    is_dirty = drafts.is_dirty(target)

    def fix() -> None:
        draft = drafts.typed(target)
        _closed(target, state.batch_done(visit, lambda d: d.fix(case.id, draft, _why())))

    with st.container(horizontal=True, gap="small"):
        st.button(
            "Save the fix",
            key="corpus.fix",
            type="primary" if is_dirty else "secondary",
            icon=":material/build:",
            disabled=not is_dirty or not looked.may_save or not looked.draft.sql,
            on_click=fix,
        )
        st.button(
            "Discard",
            key=f"corpus.discard.{target}",
            type="tertiary",
            icon=":material/undo:",
            disabled=not is_dirty,
            on_click=drafts.discard,
            args=(target,),
        )
    st.caption("It is live for nobody before a publish.")


# -- the original answer ---------------------------------------------------------------------------


def original(desk: Desk, case: Case) -> None:
    """The right: what was answered, how it was understood, and what people said of it."""
    st.markdown("##### The original answer", anchors=False)
    evidence = case.evidence
    if not evidence:
        st.caption("The answer itself was not kept: it was older when somebody judged it.")
    said = str(evidence.get("headline") or evidence.get("message") or "")
    if said:
        st.markdown(f"**{plain(said)}**")
    route = _ROUTES.get(str(evidence.get("route") or ""))
    if route:
        st.caption(f"Answered by {plain(route)}")
    _understood(evidence)
    _rows(evidence)
    for note in _texts(evidence.get("notes")):
        st.caption(plain(note))
    if case.sql:
        with st.expander("SQL as it was", icon=":material/data_object:", key="corpus.case_sql"):
            st.code(case.sql, language="sql", wrap_lines=True)
    _comments(desk, case)
    _trace(evidence)


def _understood(evidence: Mapping[str, Any]) -> None:
    chips = [chip for chip in evidence.get("chips") or () if isinstance(chip, Mapping)]
    if chips:
        shown = " ".join(
            f":gray-badge[{plain(str(c.get('kind', '')).capitalize())} · "
            f"**{plain(c.get('label', ''))}**]"
            for c in chips
        )
        st.markdown(f":gray[:small[How it was understood]]  \n{shown}")


def _rows(evidence: Mapping[str, Any]) -> None:
    columns = [c for c in evidence.get("columns") or () if isinstance(c, Mapping)]
    rows = [row for row in evidence.get("rows") or () if isinstance(row, list | tuple)]
    if not columns or not rows:
        return
    heads = [_head(column) for column in columns]
    cells = {
        head: [plain(_cell(row[at])) if at < len(row) else "" for row in rows]
        for at, head in enumerate(dict.fromkeys(heads))
    }
    st.table(cells, border="horizontal", hide_index=True)
    total = evidence.get("row_count")
    if isinstance(total, int) and total > len(rows):
        st.caption(f"The first {len(rows)} of {words.counted(total, 'row')}")


def _head(column: Mapping[str, Any]) -> str:
    unit = str(column.get("unit") or "")
    label = str(column.get("label") or column.get("name") or "")
    return plain(f"{label} ({unit})" if unit else label)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return "–" if value is None else str(value)


def _comments(desk: Desk, case: Case) -> None:
    try:
        reports = desk.reports(case.id)
    except GembaError as error:
        st.caption(plain(error))
        return
    if not reports:
        return
    st.markdown("###### What people said", anchors=False)
    for report in reports[:20]:
        head = [report.user, words.when(report.at)]
        head += [REASONS[report.reason]] if report.reason in REASONS else []
        said = f"  \n{plain(report.text)}" if report.text else ""
        st.markdown(f":gray[:small[{plain(' · '.join(head))}]]{said}")


def _trace(evidence: Mapping[str, Any]) -> None:
    timings = evidence.get("timings_ms")
    plan = str(evidence.get("plan") or "")
    known = evidence.get("attempts")
    attempts = [a for a in known if isinstance(a, Mapping)] if isinstance(known, list) else []
    if not timings and not plan and not attempts:
        return
    with st.expander("Trace", icon=":material/timeline:", key="corpus.case_trace"):
        if isinstance(timings, Mapping) and timings:
            said = (f"{stage} {seconds(float(ms))}" for stage, ms in timings.items())
            st.caption(plain(" · ".join(said)))
        if plan:
            st.code(plan, language=None, wrap_lines=True)
        for number, tried in enumerate(attempts, 1):
            why = f": {tried.get('why')}" if tried.get("why") else ""
            st.markdown(plain(f"Attempt {number}, {tried.get('outcome')}{why}"))
            st.code(str(tried.get("text") or ""), language=None, wrap_lines=True)


def _texts(given: Any) -> list[str]:
    return [str(text) for text in given] if isinstance(given, list | tuple) else []
