"""check-sql, evaluate, verify, demo: what they print and how they end."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.settings import ROOT
from tests.command.conftest import Run, linked, run_in

STATEMENTS = """\
SELECT plant_name, SUM(energy_kwh) AS kwh FROM plant_obt GROUP BY plant_name
---
DELETE FROM plant_obt
---
SELECT operator_name FROM plant_obt LIMIT 3
"""


def test_check_sql_prints_one_decision_a_statement(run: Run) -> None:
    said = run("check-sql", "-", "--as", "viewer", "--json", stdin=STATEMENTS)
    allowed, refused, masked = said.objects
    fields = {"allowed", "rule", "message", "sql", "tables", "predicates", "masked"}
    assert all(fields < set(o) for o in said.objects)
    assert allowed["allowed"] is True
    assert allowed["tables"] == ["plant_obt"]
    assert allowed["predicates"] == [
        {"table": "plant_obt", "column": "plant_id", "values": ["HPH"]}
    ]
    assert (refused["allowed"], refused["rule"], refused["sql"]) == (False, "Q2", None)
    assert "SELECT" in refused["message"]
    assert masked["masked"] == ["plant_obt.operator_name"]
    assert said.status == 3


def test_check_sql_tells_rules_meaning_cost_and_findings(run: Run) -> None:
    said = run("check-sql", "-", "--as", "viewer", "--json", stdin=STATEMENTS)
    allowed, refused, _ = said.objects
    assert {d["rule"] for d in allowed["decisions"]} >= {"Q1", "Q2", "Q8", "Q10", "LIMIT"}
    assert [d["rule"] for d in refused["decisions"] if d["verdict"] == "refuse"] == ["Q2"]
    assert "Energy" in allowed["explanation"] or "energy" in allowed["explanation"]
    assert allowed["rules_version"]
    (scan,) = allowed["cost"]["scans"]
    assert scan["table"] == "plant_obt"
    assert 0 < allowed["cost"]["rows"] < allowed["cost"]["budget_rows"]
    assert allowed["cost"]["is_over"] is False
    unbounded = next(f for f in allowed["findings"] if f["code"] == "no_time_filter")
    assert unbounded["fixed_sql"].startswith("SELECT")
    assert (refused["cost"], refused["findings"], refused["explanation"]) == (None, [], "")


def test_check_sql_says_the_same_in_words(run: Run) -> None:
    said = run("check-sql", "-", "--as", "viewer", stdin=STATEMENTS)
    assert said.out.startswith("allowed\nRows of plant_obt only where plant_id is HPH\nWould read ")
    assert "refused (Q2): This query is not run" in said.out
    assert "Masked: plant_obt.operator_name" in said.out


def test_check_sql_of_a_file_needs_no_data(tmp_path: Path) -> None:
    """Governance decides from the text alone."""
    file = tmp_path / "one.sql"
    file.write_text("SELECT COUNT(*) AS n FROM alarm_events", encoding="utf-8")
    said = run_in(tmp_path / "nothing", "check-sql", str(file))
    assert said.status == 0
    assert said.out.startswith("allowed\nRows of alarm_events only where plant_id is ")
    assert "Without the store there is no cost" in said.err


@pytest.mark.parametrize("content", [b"", b"\n---\n", b"\x00\x01", b"SELEC", b"-- only a comment"])
def test_check_sql_refuses_what_is_no_statement(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.sql"
    file.write_bytes(content)
    said = run_in(tmp_path, "check-sql", str(file))
    assert said.status == 3
    assert said.out.startswith("refused (")
    assert said.is_plain()


def test_check_sql_of_a_file_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "noise.sql"
    file.write_bytes(b"\xff\xfe\x00S")
    said = run_in(tmp_path, "check-sql", str(file))
    assert said.status == 2
    assert "not UTF-8 text" in said.err


def questions(folder: Path, *lines: dict[str, object]) -> str:
    file = folder / "some.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return str(file)


RIGHT = {
    "id": "a",
    "question": "how many alarms in May",
    "check_sql": "SELECT COUNT(*) AS n FROM alarm_events WHERE event_date >= '2026-05-01' "
    "AND event_date < '2026-06-01'",
    "tags": ["count"],
}
WRONG = {**RIGHT, "id": "b", "check_sql": "SELECT 1 AS n"}


def test_evaluate_a_few(run: Run, tmp_path: Path) -> None:
    asked = {"id": "c", "question": "vibration of PMP-99", "expect": "clarify", "tags": ["ask"]}
    good = run("evaluate", questions(tmp_path, RIGHT, asked), "--json")
    assert good.status == 0
    assert json.loads(good.out)
    bad = run("evaluate", questions(tmp_path, RIGHT, WRONG))
    assert bad.status == 1
    assert "b" in bad.out


@pytest.mark.parametrize(
    "content", ["{bad", '{"id": "x"}', '{"id": "x", "question": "q", "expct": "clarify"}', "[]"]
)
def test_evaluate_names_the_line_of_a_bad_file(run: Run, tmp_path: Path, content: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(json.dumps(RIGHT) + "\n" + content, encoding="utf-8")
    said = run("evaluate", str(file))
    assert said.status == 2
    assert f"{file}:2:" in said.err or "bad.jsonl:2:" in said.err
    assert said.is_plain()


def test_verify_finds_a_changed_record(
    plant_folder: Callable[[Path], Path], tmp_path: Path
) -> None:
    folder = plant_folder(tmp_path)
    for question in ("OEE", "energy by plant", "how many alarms"):
        assert run_in(folder, "ask", question).status == 0
    whole = run_in(folder, "verify")
    assert whole.status == 0
    assert "the chain is whole" in whole.out
    with sqlite3.connect(folder / "state" / "audit.db") as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET user = 'somebody' WHERE seq = 2")
    tampered = run_in(folder, "verify")
    assert tampered.status == 1
    assert "record 2 was changed" in tampered.out
    assert tampered.is_plain()


def test_verify_tells_how_conversations_are_kept(plant_dir: Path) -> None:
    here = run_in(plant_dir, "verify")
    assert (here.status, "conversations: kept in this process" in here.out) == (0, True)
    gone = run_in(plant_dir, "verify", GEMBA_REDIS_URL="redis://gemba:geheim@localhost:1/0")
    assert gone.status == 1
    assert "conversations: Redis at localhost:1, which does not answer" in gone.out
    assert "geheim" not in gone.out + gone.err
    wrong = run_in(plant_dir, "verify", GEMBA_REDIS_URL="rdis://gemba:geheim@localhost")
    assert wrong.status == 2
    assert "Did you mean 'redis'?" in wrong.err
    assert "geheim" not in wrong.out + wrong.err


def test_the_demo_plant_that_is_there_is_kept(demo_plant: Path, tmp_path: Path) -> None:
    folder = linked(demo_plant, tmp_path)
    before = demo_plant.stat().st_mtime_ns
    said = run_in(folder, "demo", "--model", "plant")
    assert said.status == 0
    assert "there already" in said.out
    assert demo_plant.stat().st_mtime_ns == before


# -- the real process ------------------------------------------------------------------------


def test_a_reader_that_goes_away_is_no_error(
    plant_folder: Callable[[Path], Path], tmp_path: Path
) -> None:
    """`... | head -2`, in a locale that knows no UTF-8."""
    with subprocess.Popen(
        [sys.executable, "-m", "core", "ask", "-", "--json"],
        cwd=ROOT,
        env={
            "GEMBA_DATA_DIR": str(plant_folder(tmp_path)),
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "POSIX",
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write("nhiệt độ của PMP-03\n".encode() + b"OEE \xff\xfe\n")
        process.stdin.flush()
        first, second = (json.loads(process.stdout.readline()) for _ in range(2))
        assert first["question"] == "nhiệt độ của PMP-03"
        assert second["status"] in ("answered", "clarify")
        process.stdout.close()
        process.stdin.write(b"OEE\n")
        process.stdin.close()
        errors = process.stderr.read().decode()
        assert process.wait(timeout=30) == 0
    assert "Traceback" not in errors
