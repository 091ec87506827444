"""Both texts stand level, line by line, and none of their words is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.inspection.layout import Line, Mark
from core.ui.inspector_panes import WIDTH, legend, merged, numbered, panes

LINES = (
    Line("same", "SELECT", "SELECT"),
    Line("changed", "FROM t", "FROM ("),
    Line("added", None, "  WHERE plant_id IN ('HAM')"),
    Line("removed", "  secret", None),
)
text = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), max_size=200)


def line(mark: Mark, written: str, run: str) -> Line:
    return Line(mark, None if mark == "added" else written, None if mark == "removed" else run)


lines = st.lists(
    st.builds(line, st.sampled_from(["same", "added", "changed", "removed"]), text, text),
    max_size=12,
)


def test_signs_stand_before_the_lines_that_governance_touched() -> None:
    left, right = (pane.split("\n") for pane in panes(LINES))
    assert left == ["  │ SELECT", "~ │ FROM t", "  │", "- │   secret"]
    assert right == ["  │ SELECT", "~ │ FROM (", "+ │   WHERE plant_id IN ('HAM')", "  │"]


def test_in_one_text_the_old_line_comes_before_the_new_one() -> None:
    assert merged(LINES).split("\n") == [
        "  │ SELECT",
        "- │ FROM t",
        "+ │ FROM (",
        "+ │   WHERE plant_id IN ('HAM')",
        "- │   secret",
    ]


def test_the_legend_names_the_signs_that_are_there() -> None:
    assert legend(LINES[:1]) == "It is run as it is written."
    assert legend(LINES[2:3]) == "By governance: \\+ added"


@given(lines)
def test_panes_are_level_narrow_and_lose_no_character(found: list[Line]) -> None:
    left, right = (pane.split("\n") for pane in panes(found))
    assert len(left) == len(right)
    for pane, texts in (
        (left, [x.written for x in found]),
        (right, [x.run for x in found]),
    ):
        assert all(len(row) <= WIDTH + 4 for row in pane)
        kept = "".join(row[3:] for row in pane).replace(" ", "")
        assert kept == "".join(t or "" for t in texts).replace(" ", "")


def test_lines_are_numbered_and_stand_below_each_other() -> None:
    text = "\n".join(["SELECT 1", "", *["x"] * 8])
    lines = numbered(text).split("\n")
    assert lines[:2] == [" 1 │ SELECT 1", " 2 │"]
    assert lines[9] == "10 │ x"
