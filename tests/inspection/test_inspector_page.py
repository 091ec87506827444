"""The table of findings in docs/inspector.md is what the code does."""

import re
from functools import cache

import pytest

from core.inspection.findings import MOST_OF_A_RULE, find
from core.inspection.rules import RULES
from tests.conftest import ROOT
from tests.inspection.test_findings import CASES, LAST, MODEL
from tests.inspection.test_fixes import ALWAYS, SHAPES

PAGE = (ROOT / "docs" / "inspector.md").read_text("utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (\w+) \| (\w+) \| `(.+)` \|$", re.MULTILINE)
ROWS = {row[0]: row for row in ROW.findall(PAGE)}


SHAPED = [sql for _, sql in SHAPES]


@cache
def seen():
    """Code -> the findings of that rule on every case and example."""
    found = {rule.code: [] for rule in RULES}
    for sql in [*(case.sql for case in CASES), *(row[4] for row in ROWS.values()), *SHAPED]:
        for finding in find(sql, MODEL, LAST):
            found[finding.code].append(finding)
    return found


def test_every_rule_is_in_the_table_in_order():
    assert [(row[0], row[1]) for row in ROWS.values()] == [(r.code, r.title) for r in RULES]


@pytest.mark.parametrize("code", ROWS)
def test_a_row_says_what_the_rule_does(code):
    _, _, severity, fix, example = ROWS[code]
    assert code in {f.code for f in find(example, MODEL, LAST)}
    severities = {f.severity for f in seen()[code]}
    assert severity == (severities.pop() if len(severities) == 1 else "either")
    fixes = {f.fixed_sql is not None for f in seen()[code]}
    assert fix in {True: ("yes", "some"), False: ("no",)}[max(fixes)]
    if fix == "yes":
        assert fixes == {True}
    if code in ALWAYS:
        assert fix == "yes"


def test_the_page_says_how_many_are_told():
    assert MOST_OF_A_RULE == 10
    assert "At most ten places of one\nrule are told" in PAGE
