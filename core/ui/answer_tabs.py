"""What stands behind an answer: its rows, its SQL, how it was understood, and why."""

from __future__ import annotations

import streamlit as st

from core.translation import gettext as _
from core.translation import marked
from core.types import Answer, Governed, WordUse
from core.ui import answer_way, code, findings, passport_tab, stay, table
from core.ui.guard import Visit
from core.ui.text import number, paragraphs, plain

_TABLE, _SQL, _WORDS, _WHY = (
    marked("Table"),
    marked("SQL"),
    marked("How I understood this"),
    marked("Explanation"),
)
_PASSPORT = marked("Passport")
_FINDINGS = marked("Findings")


def draw(visit: Visit, answer: Answer, *, key: str) -> None:
    """The tabs; only the open one is computed and sent."""
    has_rows = answer.result is not None and answer.result.row_count > 0
    sql = [_SQL] * bool(answer.sql or answer.governed)
    words = [_WORDS] * bool(answer.question)
    names = [_TABLE, *sql, *words, _WHY] if has_rows else [*words, *sql]
    names = [*[_FINDINGS] * findings.are_in(answer), *names]
    names += [_PASSPORT] * passport_tab.has_one(answer)
    tabs = stay.tabs({name: _(name) for name in names}, key=f"tabs.{key}")
    for name, tab in tabs.items():
        if tab.open is False:
            continue
        with tab:
            if name == _TABLE:
                table.draw(answer, key=key)
            elif name == _FINDINGS:
                findings.draw(answer, key=key)
            elif name == _SQL:
                _sql(answer)
            elif name == _WORDS:
                _understood(answer)
            elif name == _PASSPORT:
                passport_tab.draw(visit, answer, key=key)
            else:
                _explanation(answer)


def marked_question(question: str, words: tuple[WordUse, ...]) -> str:
    """The question in Markdown: words with a meaning on a tint, the others as they are."""
    out: list[str] = []
    last = 0
    for use in sorted(words, key=lambda w: w.start):
        if not use.used or use.start < last or use.end > len(question):
            continue
        gap = question[last : use.start]
        out.append((" " if gap[:1].isspace() else "") + plain(gap))
        if gap.strip() and gap[-1:].isspace():
            out.append(" ")
        out.append(f":primary-background[{plain(question[use.start : use.end])}]")
        last = use.end
    rest = question[last:]
    return "".join([*out, (" " if rest[:1].isspace() else "") + plain(rest)])


def _sql(answer: Answer) -> None:
    governed = answer.governed
    if governed is None:
        code.sql(answer.sql or "", wrap_lines=True)
        return
    st.caption(_("As run, with what was added for you"))
    code.sql(_pretty(governed.sql), wrap_lines=True)
    st.markdown("\n".join(f"- {line}" for line in proof(governed)))
    st.caption(
        plain(
            _("Rules {version}. StarRocks SQL; it reads and never writes.").format(
                version=governed.rules_version
            )
        )
    )


def proof(governed: Governed) -> list[str]:
    """What governance added, in Markdown: predicates, masks and the cap."""
    added = [
        _("Rows of {table} only where {column} is {values}").format(
            table=plain(p.table), column=plain(p.column), values=plain(", ".join(p.values))
        )
        for p in dict.fromkeys(governed.predicates)
    ]
    if governed.masked:
        added.append(_("Masked: {columns}").format(columns=plain(", ".join(governed.masked))))
    return [*added, _("At most {n} rows").format(n=number(max(governed.limit - 1, 0), 0))]


@st.cache_data(max_entries=256, show_spinner=False)
def _pretty(sql: str) -> str:
    """The SQL of one or several statements on several lines. It was parsed before it ran, so it
    parses here."""
    import sqlglot

    found = [one for one in sqlglot.parse(sql, dialect="starrocks") if one is not None]
    return ";\n\n".join(one.sql(dialect="starrocks", pretty=True) for one in found)


def _understood(answer: Answer) -> None:
    st.markdown(marked_question(answer.question, answer.words))
    used = [use for use in answer.words if use.used and use.meaning]
    if used:
        heads = (_("Words"), _("Taken as"))
        rows = [f"| {heads[0]} | {heads[1]} |", "| --- | --- |"]
        rows += [f"| {plain(use.text)} | {plain(use.meaning)} |" for use in used]
        st.markdown("\n".join(rows))
    details = [f"- **{plain(c.label)}** {plain(c.detail)}" for c in answer.chips if c.detail]
    if details:
        st.markdown("\n".join(details))
    unused = [use.text for use in answer.words if not use.used]
    if unused:
        st.caption(
            plain(
                _("Words without a meaning of their own: {words}").format(words=", ".join(unused))
            )
        )
    if answer.made is not None:
        answer_way.draw(answer.made)


def _explanation(answer: Answer) -> None:
    if answer.explanation:
        st.markdown(paragraphs(answer.explanation))
    else:
        st.caption(_("There is nothing to add to the answer above."))
    if answer.narration and answer.facts:
        st.caption(_("Findings, as computed. The language model put them into the words above."))
        st.markdown("\n".join(f"- {plain(fact.text)}" for fact in answer.facts))
