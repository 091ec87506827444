"""What governance decided on a statement: the verdict, the rules behind it, the scope proof."""

from __future__ import annotations

import streamlit as st

from core.governance.decisions import RULES, Decision
from core.inspection.report import Report, decisions_in_order
from core.translation import gettext as _
from core.translation import marked, ngettext, retold
from core.types import Governed
from core.ui import answer_tabs, chips, states
from core.ui.text import number, paragraphs, percent, plain

_ALLOWED = states.Look("verified_user", "primary", marked("Allowed"))
_BASIS = {
    "stored": "{n}",
    "estimated": marked("{n} (estimated)"),
    "table": marked("{n} (all of the table)"),
}
_OVER = states.Look("speed", "orange", marked("Over budget"))
_SILENT = states.Look("help", "orange", marked("Cost not known"))
_VERDICTS = {
    "allow": ("check", "gray", marked("holds")),
    "rewrite": ("edit", "primary", marked("rewrote it")),
    "refuse": ("block", "orange", marked("refuses it")),
}
#: Characters of a decision's text that are shown.
_SHOWN = 400
#: Lines of a plan that are shown as they are; a longer one scrolls in its own box of that height.
_PLAN_LINES, _PLAN_PX = 20, 420


def draw(report: Report) -> None:
    """The verdict with its reason or the scope proof, and what it would read."""
    refusal = report.inspection.refusal
    if refusal is not None:
        text = _("Refused by rule {rule}").format(rule=refusal.rule)
        states.title("block", "orange", text)
        st.markdown("  \n".join(_why(refusal)))
        st.caption(_("Nothing was read."))
        return
    is_over = not report.may_run
    estimate = report.cost.estimate if report.cost is not None else None
    stopped = _SILENT if estimate is not None and estimate.unknown else _OVER
    states.heading(stopped if is_over else _ALLOWED)
    if is_over and report.cost is not None:
        st.markdown(paragraphs(report.cost.advice or _("Narrow it, so that it reads less.")))
    governed = report.inspection.governed
    if governed is not None:
        _proof(governed)
    _cost(report)
    if governed is not None:
        st.caption(plain(_("Rules {version}").format(version=governed.rules_version)))


def meaning(report: Report) -> None:
    """What the statement says, in plain words."""
    said = [chips.text_row(report.chips)] if report.chips else []
    said += [paragraphs(report.explanation)] if report.explanation else []
    if said:
        st.markdown("##### " + _("What it says"), anchors=False)
        st.markdown("\n\n".join(said))


def rules(report: Report) -> None:
    """Every rule with what it said, as a list that opens; open when one refused."""
    decided = decisions_in_order(report.inspection)
    if not decided:
        return
    is_refused = report.inspection.refusal is not None
    with st.expander(summary(decided), icon=":material/rule:", expanded=is_refused):
        st.table(
            {
                _("Rule"): [f"**{plain(decision.rule)}**" for decision in decided],
                _("Says"): [verdict_words(decision) for decision in decided],
                _("What it asks for, and why it says so"): [reasons(d) for d in decided],
            },
            border="horizontal",
            hide_index=True,
        )
        left = [rule for rule in RULES if rule not in {d.rule for d in decided}]
        if left:
            st.caption(
                plain(_("Not looked at, since one refused: {rules}.").format(rules=", ".join(left)))
            )


def summary(decided: tuple[Decision, ...]) -> str:
    """How many rules said what, as the list's title."""
    counts = {verdict: sum(d.verdict == verdict for d in decided) for verdict in _VERDICTS}
    words = {
        "allow": ngettext("{n} hold", "{n} hold", counts["allow"]),
        "rewrite": ngettext("{n} rewrote it", "{n} rewrote it", counts["rewrite"]),
        "refuse": ngettext("{n} refused it", "{n} refused it", counts["refuse"]),
    }
    said = [words[verdict].format(n=count) for verdict, count in counts.items() if count]
    return _("Rules: {counts}").format(counts=", ".join(said))


def verdict_words(decision: Decision) -> str:
    """What a rule says, as an icon and a word of Markdown."""
    icon, colour, words = _VERDICTS[decision.verdict]
    return f":{colour}[:material/{icon}:] {_(words)}"


def reasons(decision: Decision) -> str:
    """What a rule asks for and why it said so, as lines of Markdown."""
    asks = RULES.get(decision.rule, "")
    why = [] if decision.reason == asks else _why(decision)
    return "  \n".join([plain(_(asks)), *why])


def _proof(governed: Governed) -> None:
    """Which tables, rows and columns it comes down to, and by which rules."""
    lines = [_("Reads {tables}").format(tables=plain(", ".join(governed.tables) or _("no table")))]
    lines += answer_tabs.proof(governed)
    st.markdown("\n".join(f"- {line}" for line in lines))


def _why(decision: Decision) -> list[str]:
    reason = retold(decision.reason)
    reason = reason[:1].upper() + reason[1:]
    lines = [plain(_cut(reason)) + ("" if reason.endswith("?") else "\\.")]
    if decision.offending and decision.offending not in decision.reason:
        at = _("At")
        lines.append(f":gray[{at}] :gray-background[{plain(_cut(decision.offending))}]")
    if decision.allowed:
        allowed = _("Allowed: {what}").format(what=plain(_cut(retold(decision.allowed))))
        lines.append(f":gray[{allowed}]")
    return lines


def _cost(report: Report) -> None:
    """What it would read against the budget, as a bar with words."""
    cost = report.cost
    if cost is None:
        return
    if cost.trouble or cost.estimate is None:
        trouble = cost.trouble or _("The store did not say what it would read.")
        st.caption(f":material/help: {plain(trouble)}")
    if cost.estimate is None or cost.estimate.unknown:
        return
    rows, budget = cost.estimate.rows, cost.budget_rows
    share = rows / budget if budget else 1.0
    text = _("Reads about {rows} rows: {share} of your budget of {budget}")
    shown = percent(share)
    if share > 1:
        text = _("Reads about {rows} rows: {share} times your budget of {budget}")
        shown = number(share, 1)
    elif 0 < share < 0.001:
        text = _("Reads about {rows} rows: less than {share} of your budget of {budget}")
        shown = percent(0.001)
    text = text.format(rows=plain(number(rows, 0)), share=shown, budget=plain(number(budget, 0)))
    st.progress(min(1.0, share), text=text)


def plan(report: Report) -> None:
    """Each scan, and the engine's own words."""
    cost = report.cost
    if cost is None or cost.estimate is None:
        return
    with st.expander(_("What would be read"), icon=":material/table_chart:"):
        st.table(
            {
                _("Table"): [plain(scan.table) for scan in cost.estimate.scans],
                _("Rows"): [
                    _("not said")
                    if scan.rows is None
                    else _(_BASIS[scan.basis]).format(n=number(scan.rows, 0))
                    for scan in cost.estimate.scans
                ],
                _("Parts"): [
                    _("{n} of {all}").format(n=s.parts, all=s.parts_total)
                    for s in cost.estimate.scans
                ],
            },
            border="horizontal",
            hide_index=True,
        )
        st.caption(_("EXPLAIN, in the store's own words"))
        text = cost.estimate.plan
        is_long = text.count("\n") > _PLAN_LINES
        st.code(text, language=None, height=_PLAN_PX if is_long else "content")


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + " …"
