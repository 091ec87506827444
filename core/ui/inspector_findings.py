"""What could be better in a statement, each with a fix that goes into the editor."""

from __future__ import annotations

import streamlit as st

from core.inspection.findings import Finding
from core.inspection.report import Report
from core.translation import gettext as _
from core.translation import marked
from core.ui import inspector_state as state
from core.ui.text import paragraphs, plain

_LOOKS = {
    "warning": (":orange[:material/warning:]", marked("Warning")),
    "advice": (":gray[:material/lightbulb:]", marked("Advice")),
}


def draw(report: Report) -> None:
    """The findings, those first that may make figures wrong."""
    if report.inspection.governed is None:
        return
    if not report.findings:
        st.caption(":material/check: " + _("Nothing to remark on how it is written."))
        return
    found = sorted(report.findings, key=lambda f: f.severity != "warning")
    title = _("Findings")
    st.markdown(f"##### {title} :gray[:small[{len(found)}]]", anchors=False)
    for index, finding in enumerate(found):
        with st.container(
            border=True,
            horizontal=True,
            vertical_alignment="center",
            key=f"finding-{index}",
        ):
            st.markdown("  \n".join(words(finding)), width="stretch")
            if finding.fixed_sql is not None:
                st.button(
                    _("Apply"),
                    key=f"inspect.apply.{index}",
                    icon=":material/auto_fix_high:",
                    on_click=apply,
                    args=(report.sql, finding),
                )


def words(finding: Finding) -> list[str]:
    """A finding as lines of Markdown: how grave, what and why, where, and what the fix does."""
    icon, word = _LOOKS[finding.severity]
    lines = [f"{icon} **{_(word)}**: {paragraphs(finding.message)}"]
    if finding.offending:
        at = _("At")
        lines.append(f":gray[{at}] :gray-background[{plain(finding.offending[:300])}]")
    if finding.fix:
        fix = _("Fix: {fix}").format(fix=plain(finding.fix))
        lines.append(f":gray[{fix}]")
    return lines


def apply(sql: str, finding: Finding) -> None:
    """The fix into the editor, unless its text is another one than the finding is about."""
    if state.sql() != sql:
        state.say(_("The SQL has changed since; these are the findings of what stands there."))
    elif finding.fixed_sql is not None:
        state.put(
            finding.fixed_sql,
            _("Applied: {fix} Undo takes it back.").format(fix=finding.fix or finding.message),
        )
