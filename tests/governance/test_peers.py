# ruff: noqa: ISC004 - statements and names stand as they are
"""The eighteen defects of peers (found in their source and issues), each with the tests that hold
it here, or with the part of Gemba that it waits for."""

import ast
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.execution.dialect import to_duckdb
from core.execution.engine import DuckDBEngine
from core.governance.govern import govern, inspect
from tests.governance import mill

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Defect:
    """tests: `file::test` below tests/. waits: what is not built yet, and so not tested."""

    number: int
    what: str
    tests: tuple[str, ...]
    waits: str = ""


HERE = "governance/test_peers.py"
DEFECTS = (
    Defect(
        1,
        "the first word decides what may run; row security is off by default",
        (
            f"{HERE}::test_the_first_word_decides_nothing",
            f"{HERE}::test_rows_are_scoped_without_being_asked",
            "governance/test_policy.py::test_a_user_without_plants_sees_nothing",
        ),
        "that a model is told of the whole result and not of its first characters: no model "
        "writes about results",
    ),
    Defect(
        2,
        "code that a model wrote is executed",
        ("scaffold/test_no_outside_code.py::test_the_tree_holds_none",),
    ),
    Defect(
        3,
        "a model is asked to add the row filter, and nothing checks that it is there",
        (
            f"{HERE}::test_each_read_of_a_subquery_carries_its_filter",
            "governance/test_properties.py::test_every_read_is_scoped_masked_and_narrow",
            "governance/test_properties.py::test_what_only_looks_like_our_scan_is_scoped_again",
        ),
    ),
    Defect(
        4,
        "the row filter stands outermost: WITH queries break, or lose the column",
        (
            f"{HERE}::test_a_filter_needs_no_column_of_the_outer_query",
            "governance/test_properties.py::"
            "test_rows_of_one_site_equal_those_of_a_copy_with_that_site_alone",
        ),
    ),
    Defect(
        5,
        "keywords decide: writes pass, and harmless words are refused",
        (
            f"{HERE}::test_keywords_decide_nothing",
            "governance/test_attacks.py::test_none_of_a_family_is_accepted",
            "governance/test_second_wall.py::test_none_runs_past_the_guard",
        ),
    ),
    Defect(
        6,
        "an invalid query is called unclear, and a page waits for ever after an error",
        (
            "ui/test_chat.py::test_every_other_state_says_what_happened_and_what_to_do",
            "assistant/test_turn.py::test_stages_come_in_order_and_one_answer_ends_them",
            "execution/test_engine.py::test_engine_errors_go_back_with_a_hint",
        ),
    ),
    Defect(
        7,
        "a published default password; a start page that needs the internet",
        (
            "accounts/test_accounts.py::test_two_installations_share_nothing",
            "accounts/test_accounts.py::test_a_published_or_short_cookie_key_is_refused",
            "browser/test_pages.py::test_no_state_scrolls_sideways_or_asks_an_outside_host",
        ),
    ),
    Defect(
        8,
        "the same question has another answer on another run",
        (
            f"{HERE}::test_the_same_text_is_governed_alike_in_every_process",
            "semantic/test_compile.py::test_the_same_question_gives_the_same_rows_in_the_same_order",
            "language/test_parse_properties.py::test_the_same_words_give_the_same_reading",
            "insights/test_facts.py::test_the_same_result_has_the_same_facts_again",
        ),
        "the same with a model that generates",
    ),
    Defect(
        9,
        "a row cap that looks like the truth, or one that a model invents",
        (
            f"{HERE}::test_a_cap_is_told_and_a_full_answer_is_not_called_cut",
            "execution/test_engine.py::test_cut_is_a_fact",
            "insights/test_headline.py::test_a_cut_result_claims_no_total",
            "ui/test_chat.py::test_ten_thousand_rows_say_that_they_were_cut",
        ),
    ),
    Defect(
        10,
        "another casing of a value undercounts without a word",
        ("language/test_vocabulary.py::test_text_means",),
        "people's own SQL compares texts as StarRocks does, by letter; the inspector does not "
        "warn of a value that is stored in another casing",
    ),
    Defect(
        11,
        "dates in UTC for a local user; a week that begins on the wrong day",
        (
            "semantic/test_facts.py::test_the_wall_clock_reads_the_plants_zone",
            "semantic/test_compile.py::test_weeks_start_where_the_plant_says",
            "language/test_time_phrases.py::test_weeks_begin_on_the_models_day",
            "demo/test_rows.py::test_local_time_is_utc_in_the_plants_zone",
        ),
    ),
    Defect(
        12,
        "the thoughts of a reasoning model break the parser or never end",
        (),
        "the client of a language model",
    ),
    Defect(
        13,
        "not a byte while the answer is made",
        (
            "services/test_services.py::test_progress_then_one_answer",
            "ui/test_chat.py::test_while_it_works_the_stage_shows_and_stop_stops_it",
        ),
        "the time of a model's first word",
    ),
    Defect(
        14,
        "follow-ups lose what was said before",
        ("ui/test_chat.py::test_follow_ups_stay_in_the_conversation_and_earlier_turns_fold",),
        "follow-ups that build on the earlier turn's meaning: conversation",
    ),
    Defect(
        15,
        "one knowledge base for all tenants; duplicates",
        (
            "services/test_feedback.py::test_users_answers_and_tenants_are_kept_apart",
            "corpus/test_cases.py::test_a_saved_question_takes_the_place_of_the_same_one",
        ),
        "the corpus of verified questions",
    ),
    Defect(16, "pins that are dead pictures", (), "dashboards with live pins"),
    Defect(
        17,
        "feedback that nobody can review, and without a reason",
        (
            "ui/test_chat.py::test_thumbs_down_carries_a_reason_and_words",
            "services/test_services.py::test_feedback_keeps_the_question_it_is_about",
        ),
        "the review queue from feedback to corpus",
    ),
    Defect(
        18,
        "any event of the page kills a running answer",
        (
            "ui/test_chat.py::test_a_rerun_and_a_thumb_leave_a_running_turn_alone",
            "browser/test_pages.py::test_stop_frees_the_page_and_a_reload_keeps_a_running_turn",
        ),
    ),
)


def _tests_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}


def test_every_defect_has_its_tests_or_says_what_it_waits_for():
    assert [d.number for d in DEFECTS] == list(range(1, 19))
    for defect in DEFECTS:
        assert defect.tests or defect.waits, defect.what
        for name in defect.tests:
            file, _, test = name.partition("::")
            assert test in _tests_of(ROOT / "tests" / file), name
    held = [d.number for d in DEFECTS if d.tests and not d.waits]
    print(f"defects of peers: {len(held)} held, {18 - len(held)} wait for a part in whole or half")


@pytest.mark.parametrize(
    "sql",
    [
        "WITH x AS (DELETE FROM readings RETURNING *) SELECT * FROM x",
        "WITH x AS (SELECT 1 AS a) INSERT INTO codes SELECT 'a', a FROM x",
        "WITH x AS (SELECT 1 AS a) UPDATE readings SET heat = 0",
        "SELECT 1; DELETE FROM readings",
        "EXPLAIN ANALYZE DELETE FROM readings",
        "/* SELECT */ DELETE FROM readings",
    ],
)
def test_the_first_word_decides_nothing(sql: str):
    assert inspect(sql, mill.ADMIN, mill.POLICY, mill.MODEL).governed is None
    shown = inspect(
        "WITH x AS (SELECT site FROM readings) SELECT site FROM x",
        mill.ADMIN,
        mill.POLICY,
        mill.MODEL,
    )
    assert shown.governed is not None
    assert shown.governed.tables == ("readings",)  # what peers show as "no table"


def test_rows_are_scoped_without_being_asked():
    governed = govern("SELECT machine FROM readings", mill.NORTH, mill.POLICY, mill.MODEL)
    assert [(p.column, p.values) for p in governed.predicates] == [("site", ("N",))]
    assert "WHERE site IN ('N')" in governed.sql


@pytest.mark.parametrize(
    ("sql", "reads"),
    [
        ("SELECT (SELECT MAX(heat) FROM readings) AS a, (SELECT MAX(hours) FROM orders) AS b", 2),
        ("SELECT machine FROM readings WHERE machine IN (SELECT machine FROM orders)", 2),
        ("SELECT machine FROM readings UNION SELECT machine FROM orders EXCEPT "
         "SELECT machine FROM readings", 3),
        ("WITH a AS (SELECT machine FROM readings), b AS (SELECT machine FROM a WHERE EXISTS "
         "(SELECT 1 FROM orders AS o WHERE o.machine = a.machine)) SELECT machine FROM b", 2),
        ("SELECT machine FROM (SELECT machine FROM (SELECT machine FROM orders) AS x) AS y", 1),
        ("SELECT machine FROM readings GROUP BY machine HAVING COUNT(*) > (SELECT COUNT(*) FROM "
         "orders) ORDER BY (SELECT MAX(heat) FROM readings)", 3),
    ],
)  # fmt: skip
def test_each_read_of_a_subquery_carries_its_filter(sql: str, reads: int):
    governed = govern(sql, mill.NORTH, mill.POLICY, mill.MODEL)
    assert governed.sql.count("WHERE site IN ('N')") == reads


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mill.build(tmp_path_factory.mktemp("peers") / "mill.duckdb")


def test_a_filter_needs_no_column_of_the_outer_query(file: Path):
    """The scope column is in no list here, and the counts are those of one site."""
    store = mill.open_direct(file)
    for sql in (
        "WITH x AS (SELECT machine, COUNT(*) AS n FROM readings GROUP BY machine) "
        "SELECT SUM(n) AS n FROM x",
        "SELECT COUNT(*) AS n FROM readings",
        "SELECT MAX(r) AS n FROM (SELECT ROW_NUMBER() OVER (ORDER BY at) AS r FROM readings) AS x",
    ):
        governed = govern(sql, mill.NORTH, mill.POLICY, mill.MODEL)
        assert store.execute(to_duckdb(governed.sql)).fetchall() == [(120,)]
    store.close()


def test_keywords_decide_nothing():
    """Words of writes are harmless in texts and names."""
    for sql in (
        "SELECT machine FROM readings WHERE machine <> 'DROP TABLE readings; DELETE FROM x'",
        "SELECT COUNT(*) AS `delete`, MAX(heat) AS `update` FROM readings",
        "SELECT machine AS created, site AS inserted FROM readings -- drop table readings",
        "SELECT REPLACE(machine, 'INSERT', 'TRUNCATE') AS a FROM readings",
    ):
        assert inspect(sql, mill.NORTH, mill.POLICY, mill.MODEL).refusal is None


def test_the_same_text_is_governed_alike_in_every_process():
    code = (
        "from tests.governance import mill\n"
        "from tests.governance.queries import Queries\n"
        "from core.governance.govern import govern\n"
        "for seed in range(20):\n"
        "    print(govern(Queries(seed).query(), mill.NORTH, mill.POLICY, mill.MODEL))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert outputs.pop().count("Governed(") == 20


@pytest.mark.parametrize(("cap", "cut"), [(119, True), (120, False), (121, False), (1, True)])
def test_a_cap_is_told_and_a_full_answer_is_not_called_cut(file: Path, cap: int, cut: bool):
    engine = DuckDBEngine(file, memory_mb=256, threads=1, children=1)
    try:
        governed = govern(
            "SELECT machine FROM readings", mill.NORTH, mill.POLICY, mill.MODEL, row_cap=cap
        )
        result = engine.run(governed, timeout_s=10)
    finally:
        engine.close()
    assert result.truncated is cut
    assert result.row_count == min(cap, 120)
