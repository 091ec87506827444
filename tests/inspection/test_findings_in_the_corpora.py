"""No warning on a golden statement that its question does not explain."""

import json

import duckdb
import pytest

from core.errors import UserFixable
from core.execution.dialect import MACROS, to_duckdb
from core.inspection.findings import find
from core.language import QuestionParser
from core.semantic.compile import compile_query
from core.semantic.facts import load_facts
from core.semantic.load import load_model
from tests.conftest import ROOT
from tests.inspection.rows import SAME, rows
from tests.inspection.test_findings import LAST
from tests.language.reading import lexicon

MODEL = load_model(ROOT / "data/models/plant.yaml")
QUESTIONS = [
    json.loads(line)
    for name in ("plant", "plant_second")
    for line in (ROOT / f"data/eval/{name}.jsonl").read_text("utf-8").splitlines()
]
#: Words of a question that asks for readings of every grade.
ALL_GRADES = ("including bad", "all readings", "uncertain readings", "include bad readings")


@pytest.fixture(scope="module")
def plant(demo_plant):
    connection = duckdb.connect(str(demo_plant), read_only=True)
    for macro in MACROS:
        connection.execute(macro)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def read(plant):
    """Question to the query that the parser reads in it, None for one that is asked back."""
    facts = load_facts(MODEL, lambda sql: plant.sql(to_duckdb(sql)).to_arrow_table())
    parser = QuestionParser(MODEL, facts, lexicon())
    found = {}
    for each in QUESTIONS:
        question = each.get("question") or each["turns"][-1]
        try:
            found[each["id"]] = parser.parse(question, tuple(MODEL.timezones)).query
        except UserFixable:
            found[each["id"]] = None
    return found


def names_no_time(query) -> bool:
    return query is None or query.time is None or query.time.start is query.time.end is None


def explained(finding, each, query) -> bool:
    """Whether the question itself asks for what is warned of."""
    question = (each.get("question") or each["turns"][-1]).lower()
    if finding.code == "ungraded_readings":
        return any(words in question for words in ALL_GRADES)
    if finding.code == "no_time_filter":
        return names_no_time(query) or "take their own stretches" in finding.message
    return False


def test_written_checks(read):
    seen = [
        (each, finding)
        for each in QUESTIONS
        for finding in find(each.get("check_sql") or "", MODEL, last=LAST)
        if finding.severity == "warning"
    ]
    assert len(seen) < 40
    assert [(each["id"], f) for each, f in seen if not explained(f, each, read[each["id"]])] == []


def test_compiled_questions(read):
    compiled = 0
    for each in QUESTIONS:
        query = read[each["id"]]
        if query is None or query.anchor is not None:
            continue  # asked back, or waits for a moment out of the data
        sql = compile_query(query, MODEL)
        compiled += 1
        warnings = [f for f in find(sql, MODEL, last=LAST) if f.severity == "warning"]
        assert [f for f in warnings if not explained(f, each, query)] == [], each
    assert compiled > 500


def test_fixes_that_change_nothing_change_nothing(plant):
    """Every fix that claims the same rows or figures, on the statements of the corpora."""
    compared = 0
    statements = [each["check_sql"] for each in QUESTIONS if each.get("check_sql")]
    for sql in statements:
        for finding in find(sql, MODEL, last=LAST):
            if finding.fixed_sql is None or not SAME.search(finding.fix):
                continue
            if finding.code == "zero_division" and compared % 5:
                compared += 1
                continue  # every fifth of so many
            assert rows(plant, finding.fixed_sql) == rows(plant, sql), finding
            compared += 1
    assert compared > 200
