"""What could be better in a statement, each with a fix that goes into the editor."""

from __future__ import annotations

import streamlit as st

from core.inspection.findings import Finding
from core.inspection.report import Report
from core.ui import inspector_state as state
from core.ui.text import paragraphs, plain

_LOOKS = {
    "warning": ":orange[:material/warning:] **Warning**",
    "advice": ":gray[:material/lightbulb:] **Advice**",
}


def draw(report: Report) -> None:
    """The findings, those first that may make figures wrong."""
    if report.inspection.governed is None:
        return
    if not report.findings:
        st.caption(":material/check: Nothing to remark on how it is written.")
        return
    found = sorted(report.findings, key=lambda f: f.severity != "warning")
    st.markdown(f"##### Findings :gray[:small[{len(found)}]]", anchors=False)
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
                    "Apply",
                    key=f"inspect.apply.{index}",
                    icon=":material/auto_fix_high:",
                    on_click=apply,
                    args=(report.sql, finding),
                )


def words(finding: Finding) -> list[str]:
    """A finding as lines of Markdown: how grave, what and why, where, and what the fix does."""
    lines = [f"{_LOOKS[finding.severity]}: {paragraphs(finding.message)}"]
    if finding.offending:
        lines.append(f":gray[At] :gray-background[{plain(finding.offending[:300])}]")
    if finding.fix:
        lines.append(f":gray[Fix: {plain(finding.fix)}]")
    return lines


def apply(sql: str, finding: Finding) -> None:
    """The fix into the editor, unless its text is another one than the finding is about."""
    if state.sql() != sql:
        state.say("The SQL has changed since; these are the findings of what stands there.")
    elif finding.fixed_sql is not None:
        state.put(
            finding.fixed_sql, f"Applied: {finding.fix or finding.message} Undo takes it back."
        )
