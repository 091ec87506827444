"""One report under review: the entry that it may become, and the original answer beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.corpus import REASONS, Case
from core.curation.checking import Draft
from core.errors import GembaError
from core.translation import gettext as _
from core.translation import marked, ngettext, retold
from core.ui import answer_way, chips, corpus_editor, states
from core.ui import corpus_drafts as drafts
from core.ui import corpus_state as state
from core.ui import corpus_words as words
from core.ui.corpus_editor import Looked
from core.ui.corpus_port import Desk
from core.ui.guard import Visit
from core.ui.text import number, plain, pointed, seconds

_WHY = "corpus.case_why"
_ROUTES = {
    "verified": marked("Answered by a verified question"),
    "parser": marked("Answered by the question parser"),
    "model": marked("Answered by the language model"),
    "cache": marked("Answered from the cache"),
    "sql": marked("Answered by SQL that a person wrote"),
}


def opened(desk: Desk) -> Case | None:
    """The open case; None, with the reason on the page, when there is none."""
    name = state.case()
    if not name:
        states.say(
            states.Look("rate_review", "gray", marked("No report is open")),
            _(
                "Choose one on the left. Its question and SQL come here to be accepted or fixed, "
                "the original answer beside it."
            ),
        )
        return None
    try:
        return desk.case(name)
    except GembaError as error:
        states.say(
            states.Look("search_off", "gray", marked("Not here")),
            retold(error),
            then=_("Choose another report of the list."),
        )
        return None


def draw(visit: Visit, desk: Desk, case: Case) -> None:
    """The middle: what the report may become."""
    st.markdown(
        "#### " + plain(words.short(case.question, 300) or _("A statement without a question")),
        anchors=False,
    )
    tellers, askers = (words.people(n) for n in (case.people, case.asked_by))
    reports = ngettext("{n} report by {people}", "{n} reports by {people}", case.reports)
    said = [
        reports.format(n=number(case.reports, 0), people=tellers),
        _("{asked} by {people}").format(asked=words.asked(case.asked), people=askers),
        _("last on {day}").format(day=words.when(case.at)),
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
    kind += f"{plain(_(words.CASES.get(case.kind, case.kind)))}]"
    if case.reason in REASONS:
        kind += f" :gray-badge[{plain(_(REASONS[case.reason]))}]"
    return kind


def _decided(case: Case) -> None:
    by, on = case.decided_by, words.when(case.decided_at) if case.decided_at else ""
    told = _("Decided by {name} on {day}.") if by and on else _("Decided.")
    states.say(
        states.Look("task_alt", "gray", words.STATES.get(case.state, case.state)),
        told.format(name=by, day=on),
        then=case.why,
    )
    if case.sql:
        st.code(case.sql, language="sql", wrap_lines=True)
    if case.entry:
        st.button(
            _("Open its entry"),
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
        told = _("Closed as fixed, without an entry.")
        _closed(target, state.batch_done(visit, lambda d: d.fix(case.id, None, _why()), told))

    def reject() -> None:
        _closed(target, state.batch_done(visit, lambda d: d.dismiss([case.id], _why())))

    st.text_input(
        _("Why"),
        key=_WHY,
        placeholder=_("Why, in a few words (kept with the report)"),
        label_visibility="collapsed",
    )
    may_save = looked.may_save and bool(looked.draft.sql)
    why_not = None if may_save else _("It needs SQL without a problem. Mend it below.")
    with st.container(horizontal=True, gap="small"):
        st.button(
            _("Accept"),
            key="corpus.accept",
            type="secondary" if is_dirty else "primary",
            icon=":material/check:",
            disabled=is_dirty or not may_save,
            help=_("You changed it: save the fix below.") if is_dirty else why_not,
            on_click=accept,
        )
        st.button(_("Reject"), key="corpus.reject", icon=":material/block:", on_click=reject)
        st.button(
            _("Fixed elsewhere"),
            key="corpus.settle",
            type="tertiary",
            icon=":material/task_alt:",
            help=_("Closes the report without an entry: something else was mended."),
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
            _("Save the fix"),
            key="corpus.fix",
            type="primary" if is_dirty else "secondary",
            icon=":material/build:",
            disabled=not is_dirty or not looked.may_save or not looked.draft.sql,
            on_click=fix,
        )
        st.button(
            _("Discard"),
            key=f"corpus.discard.{target}",
            type="tertiary",
            icon=":material/undo:",
            disabled=not is_dirty,
            on_click=drafts.discard,
            args=(target,),
        )
    st.caption(_("It is live for nobody before a publish."))


# -- the original answer ---------------------------------------------------------------------------


def original(desk: Desk, case: Case) -> None:
    """The right: what was answered, how it was understood, and what people said of it."""
    st.markdown("##### " + _("The original answer"), anchors=False)
    evidence = case.evidence
    if not evidence:
        st.caption(_("The answer itself was not kept: it was older when somebody judged it."))
    said = str(evidence.get("headline") or evidence.get("message") or "")
    if said:
        st.markdown(f"**{plain(said)}**")
    route = _ROUTES.get(str(evidence.get("route") or ""))
    if route:
        st.caption(plain(_(route)))
    _understood(evidence)
    _rows(evidence)
    for note in _texts(evidence.get("notes")):
        st.caption(plain(note))
    if case.sql:
        with st.expander(_("SQL as it was"), icon=":material/data_object:", key="corpus.case_sql"):
            st.code(case.sql, language="sql", wrap_lines=True)
    _comments(desk, case)
    _trace(evidence)


def _understood(evidence: Mapping[str, Any]) -> None:
    chips = [chip for chip in evidence.get("chips") or () if isinstance(chip, Mapping)]
    if chips:
        shown = " ".join(
            f":gray-badge[{plain(_kind(str(c.get('kind', ''))))} · **{plain(c.get('label', ''))}**]"
            for c in chips
        )
        says = _("How it was understood")
        st.markdown(f":gray[:small[{says}]]  \n{shown}")


def _kind(name: str) -> str:
    """What a part of a question is called; a kind that is none any more is said as it was kept."""
    known: Mapping[str, str] = chips.NAMES
    return _(known[name]) if name in known else name.capitalize()


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
        st.caption(_("The first {n} of {total} rows").format(n=len(rows), total=number(total, 0)))


def _head(column: Mapping[str, Any]) -> str:
    unit = str(column.get("unit") or "")
    label = str(column.get("label") or column.get("name") or "")
    return plain(f"{label} ({unit})" if unit else label)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return pointed(f"{value:,.4g}" if abs(value) < 1e6 else f"{value:,.0f}")
    return "–" if value is None else str(value)


def _comments(desk: Desk, case: Case) -> None:
    try:
        reports = desk.reports(case.id)
    except GembaError as error:
        st.caption(plain(retold(error)))
        return
    if not reports:
        return
    st.markdown("###### " + _("What people said"), anchors=False)
    for report in reports[:20]:
        head = [report.user, words.when(report.at)]
        head += [_(REASONS[report.reason])] if report.reason in REASONS else []
        said = f"  \n{plain(report.text)}" if report.text else ""
        st.markdown(f":gray[:small[{plain(' · '.join(head))}]]{said}")


def _trace(evidence: Mapping[str, Any]) -> None:
    timings = evidence.get("timings_ms")
    plan = str(evidence.get("plan") or "")
    known = evidence.get("attempts")
    attempts = [a for a in known if isinstance(a, Mapping)] if isinstance(known, list) else []
    if not timings and not plan and not attempts:
        return
    with st.expander(_("Trace"), icon=":material/timeline:", key="corpus.case_trace"):
        if isinstance(timings, Mapping) and timings:
            said = (f"{stage} {seconds(float(ms))}" for stage, ms in timings.items())
            st.caption(plain(" · ".join(said)))
        if plan:
            st.code(plan, language=None, wrap_lines=True)
        for count, tried in enumerate(attempts, 1):
            why = f": {tried.get('why')}" if tried.get("why") else ""
            known = dict[str, tuple[str, str]](answer_way.OUTCOMES).get(str(tried.get("outcome")))
            outcome = _(known[1]) if known else str(tried.get("outcome"))
            head = _("Attempt {n}: {outcome}").format(n=count, outcome=outcome)
            st.markdown(plain(head + why))
            st.code(str(tried.get("text") or ""), language=None, wrap_lines=True)


def _texts(given: Any) -> list[str]:
    return [str(text) for text in given] if isinstance(given, list | tuple) else []
