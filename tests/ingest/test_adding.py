"""Files added to data that are there: nothing twice, nothing lost, conflicts said."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from core.__main__ import main
from core.errors import UserFixable
from core.ingest.adding import Adding
from core.ingest.finding import find
from core.ingest.load import Goal, Mode, opened
from core.ingest.ready import Limits
from core.ingest.recognised import Choices
from core.ingest.report import Added, LoadReport
from core.settings import ROOT


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "data" / "stores" / "t.duckdb"


def put(target: Path, *lines: str, name: str = "a.csv") -> Path:
    path = target.parents[2] / name
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def load(
    target: Path, path: Path, adding: Adding | None = None, *, write: bool = True, **said: Any
) -> LoadReport:
    adds = adding is not None
    with opened(find([path]), target, Choices(**said), Limits(512), adds=adds) as ready:
        return ready.load(Goal("t", target, adding=adding), write=write)


def added(target: Path, path: Path, adding: Adding | None = None, **said: Any) -> Added:
    report = load(target, path, adding or Adding(), **said)
    assert report.added is not None
    assert report.stored == report.added.after == len(rows(target))
    return report.added


def rows(target: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(target), read_only=True) as con:
        return con.execute("SELECT * FROM t ORDER BY ALL").fetchall()


def refused(target: Path, path: Path, adding: Adding | None = None, **said: Any) -> str:
    before = target.read_bytes()
    with pytest.raises(UserFixable) as caught:
        load(target, path, adding or Adding(), **said)
    assert target.read_bytes() == before
    assert not target.with_name(f".{target.name}.importing").exists()
    return str(caught.value)


def test_rows_that_are_there_already_are_not_doubled(target: Path) -> None:
    load(target, put(target, "no,x", "a,1", "b,2", "b,2", "c,"))
    got = added(target, put(target, "no,x", "b,2", "b,2", "b,2", "c,", "d,4"))
    assert (got.before, got.new, got.there, got.key) == (4, 2, 3, ())
    assert rows(target) == [("a", 1), ("b", 2), ("b", 2), ("b", 2), ("c", None), ("d", 4)]
    stamp = target.stat()
    again = added(target, put(target, "no,x", "d,4", "a,1"))
    assert (again.new, again.there, again.changes) == (0, 2, False)
    assert target.stat().st_mtime_ns == stamp.st_mtime_ns


def test_a_time_that_tells_rows_apart_is_the_key(target: Path) -> None:
    load(target, put(target, "when,x", "2026-01-01,1", "2026-01-02,2"))
    week = put(target, "when,x", "2026-01-02,2", "2026-01-03,3")
    got = added(target, week)
    assert (got.new, got.there, got.key) == (1, 1, ("when",))
    other = put(target, "when,x", "2026-01-03,9", "2026-01-04,4")
    said = refused(target, other)
    assert (
        "1 rows are there already with other values: when 2026-01-03: x is 3 and comes as 9" in said
    )
    assert added(target, other, Adding(conflicts="old")).taken == "old"
    assert [row[1] for row in rows(target)] == [1, 2, 3, 4]
    got = added(target, other, Adding(conflicts="new"))
    assert (got.new, got.conflicts, got.there, got.changes) == (0, 1, 1, True)
    assert [row[1] for row in rows(target)] == [1, 2, 9, 4]
    # Without a key other values are another row.
    assert added(target, put(target, "when,x", "2026-01-04,5"), Adding(("none",))).new == 1


def test_a_time_that_repeats_is_no_key(target: Path) -> None:
    load(target, put(target, "when,no,x", "2026-01-01,a,1", "2026-01-01,b,2"))
    got = added(target, put(target, "when,no,x", "2026-01-01,c,3", "2026-01-01,b,2"))
    assert (got.new, got.there, got.key) == (1, 1, ())


def test_what_the_model_supposes_to_be_the_key(target: Path) -> None:
    known = Adding(supposed=("no",))
    load(target, put(target, "no,day,x", "a,2026-01-01,1", "b,2026-01-01,2"))
    again = put(target, "no,day,x", "a,2026-01-01,1", "b,2026-01-01,9", "c,2026-01-02,3")
    assert "no b: x is 2 and comes as 9" in refused(target, again, known)
    report = load(target, again, replace(known, conflicts="new"), write=False)
    assert report.added is not None
    assert (report.added.conflicts, report.stored) == (1, 3)
    assert report.added.examples == ("no b: x is 2 and comes as 9",)
    got = added(target, again, replace(known, conflicts="new"))
    assert (got.new, got.there, got.conflicts, got.key) == (1, 1, 1, ("no",))
    assert [row[2] for row in rows(target)] == [1, 9, 3]
    # Two rows of one number in what comes are not taken as two rows.
    twice = put(target, "no,day,x", "d,2026-01-03,1", "d,2026-01-03,2")
    assert "1 keys stand in these files with different values" in refused(target, twice, known)
    assert added(target, twice, replace(known, key=("none",))).new == 2
    # Rows that are there share the number by now: it is no key any more, and that is told.
    got = added(target, put(target, "no,day,x", "d,2026-01-03,3"), known)
    assert (got.new, got.key) == (1, ())
    assert "'no' tell its rows apart, and some of those that are there share them" in got.notes[0]


def test_a_key_that_was_named(target: Path) -> None:
    load(target, put(target, "No.,x,y", "a,1,q", "b,2,q", ",5,q"))
    said = refused(target, put(target, "No.,x,y", "b,3,q"), Adding(("No.",)))
    assert "no b: x is 2 and comes as 3" in said
    hidden = refused(
        target, put(target, "No.,x,y", "b,3,q"), Adding(("No.",), personal=frozenset({"no"}))
    )
    assert "no •••: x is 2 and comes as 3" in hidden
    assert "2 keys" in refused(
        target, put(target, "No.,x,y", "d,1,q", "d,2,q", "e,1,q", "e,2,q"), Adding(("no",))
    )
    assert "no column 'nr'" in refused(target, put(target, "No.,x,y", "d,1,q"), Adding(("nr",)))
    # Rows without a key are the same where all of them is alike; repeats count once.
    got = added(target, put(target, "No.,x,y", "d,1,q", "d,1,q", ",5,q", ",6,q"), Adding(("no",)))
    assert (got.new, got.there) == (2, 1)


def test_columns_have_to_be_the_same(target: Path) -> None:
    load(target, put(target, "no,x,y", "a,1,q"))
    said = refused(target, put(target, "no,x,z", "a,1,q"))
    assert "these files lack 'y'; only they have 'z'" in said
    assert "these files lack 'y'" in refused(target, put(target, "no,x", "a,1"))
    other = target.with_name("u.duckdb")
    with pytest.raises(UserFixable, match="no data 'u' to add rows to"):
        load(other, put(target, "no,x", "a,1"), Adding())


def test_files_are_read_as_what_is_there(target: Path) -> None:
    load(target, put(target, "y,no,x,when", "q,007,1.5,2026-01-01 08:00"))
    got = added(
        target, put(target, "no,x,when,y", "123,2,2026-01-02,", "007,1.5,2026-01-01 08:00,q")
    )
    assert (got.new, got.there) == (1, 1)
    assert rows(target)[1][1:] == ("123", 2.0, dt.datetime(2026, 1, 2))
    load(target, put(target, "no,n", "a,1"))
    assert "'2.5'" in refused(target, put(target, "no,n", "b,2.5"))


def test_exports_of_tags_go_by_time_and_asset(target: Path) -> None:
    head = "Time;TIC-103 [°C];TIC-103.Quality"
    load(target, put(target, head, "2026-01-01 00:00;20,5;Good", "2026-01-01 00:10;21,5;Bad"))
    more = put(target, head, "2026-01-01 00:10;21,5;Bad", "2026-01-01 00:20;22,5;Good")
    got = added(target, more)
    assert (got.new, got.there, got.key) == (1, 1, ("read_at", "asset"))
    # The same reading with another grade is another value of it, not a second reading.
    graded = put(target, head, "2026-01-01 00:10;21,5;Good")
    assert "quality is Bad and comes as Good" in refused(target, graded)
    added(target, graded, Adding(conflicts="new"))
    assert [row[4] for row in rows(target)] == ["Good", "Good", "Good"]


def test_a_look_changes_nothing(target: Path) -> None:
    load(target, put(target, "no,x", "a,1"))
    before = target.read_bytes()
    report = load(target, put(target, "no,x", "b,2"), Adding(), write=False)
    assert report.added is not None
    assert (report.added.new, report.target, target.read_bytes()) == (1, None, before)


def test_what_else_the_store_holds_stays(target: Path) -> None:
    load(target, put(target, "no,x [bar]", "a,1"))
    with duckdb.connect(str(target)) as con:
        con.execute("CREATE TABLE other AS SELECT 1 AS y")
    added(target, put(target, "no,x [bar]", "b,2"))
    with duckdb.connect(str(target), read_only=True) as con:
        assert con.execute("FROM other").fetchall() == [(1,)]
        said = con.execute("SELECT comment FROM duckdb_columns() WHERE column_name = 'x_bar'")
        assert said.fetchall() == [("x [bar]",)]


def test_a_gate_sees_the_new_rows_alone(target: Path) -> None:
    load(target, put(target, "no,x", "a,1"))
    seen: list[tuple[Mode, int]] = []

    def admit(built: Path, mode: Mode) -> None:
        with duckdb.connect(str(built), read_only=True) as con:
            (row,) = con.execute("SELECT count(*) FROM t").fetchall()
        seen.append((mode, row[0]))
        raise UserFixable("no")

    path = put(target, "no,x", "a,1", "b,2", "c,3")
    before = target.read_bytes()
    with (
        opened(find([path]), target, Choices(), Limits(512), adds=True) as ready,
        pytest.raises(UserFixable, match="no"),
    ):
        ready.load(Goal("t", target, admit=admit, adding=Adding()))
    assert (seen, target.read_bytes()) == ([("merge", 2)], before)


_KILLED = """
import os, signal, sys
from pathlib import Path
from core.ingest import load
from core.ingest.adding import Adding
from core.ingest.finding import find
from core.ingest.recognised import Choices
target = Path(sys.argv[2])
load.publish = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
files = find([Path(sys.argv[1])])
with load.opened(files, target, Choices(), load.Limits(512), adds=True) as ready:
    ready.load(load.Goal("t", target, adding=Adding()))
"""


def test_a_kill_in_the_middle_leaves_the_old_store(target: Path) -> None:
    load(target, put(target, "no,x", "a,1"))
    path = put(target, "no,x", "b,2")
    before = target.read_bytes()
    command = [sys.executable, "-c", _KILLED, str(path), str(target)]
    done = subprocess.run(command, timeout=60, check=False, cwd=ROOT, env=dict(os.environ))
    assert done.returncode == -signal.SIGKILL
    assert target.read_bytes() == before
    assert added(target, path).new == 1


def test_the_command_adds_and_keeps_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))
    path = tmp_path / "press.csv"
    path.write_text("Day,Heat\n" + "".join(f"2026-02-{k:02},{k}\n" for k in range(1, 8)))
    assert main(["import", str(path), "--append"]) == 2
    assert "no data 'press' to add rows to" in capsys.readouterr().err
    assert main(["import", str(path), "--yes"]) == 0
    model = tmp_path / "data" / "models" / "press.yaml"
    text = model.read_text()
    path.write_text("Day,Heat\n" + "".join(f"2026-02-{k:02},{k}\n" for k in range(5, 12)))
    command = ["import", str(path), "--name", "press", "--append"]
    capsys.readouterr()
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "4 rows are new, 3 were there already (by day)" in said
    assert "would get the new rows" in said
    assert main([*command, "--yes"]) == 0
    assert main([*command, "--yes"]) == 0
    assert "Nothing is new" in capsys.readouterr().out
    assert model.read_text() == text
    assert main(["ask", "average heat", "--model", "press", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["rows"] == [[6.0]], answer


def test_a_changed_row_of_a_drafted_table_is_not_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))
    path = tmp_path / "jobs.csv"
    head = "Job no,Opened,Cost [EUR],Line\n"
    path.write_text(head + "".join(f"J{k},2026-02-{k % 9 + 1:02},{k},A\n" for k in range(1, 30)))
    assert main(["import", str(path), "--yes"]) == 0
    path.write_text(head + "J29,2026-02-03,500,A\nJ30,2026-02-04,7,B\nJ1,2026-02-02,1,A\n")
    command = ["import", str(path), "--append", "--yes"]
    capsys.readouterr()
    assert main(command) == 2
    assert "job_no J29: cost_eur is 29.0 and comes as 500.0" in capsys.readouterr().err
    assert main([*command, "--conflicts", "new"]) == 0
    assert "1 rows are new, 1 were there already (by job_no)" in capsys.readouterr().out
    assert main(["ask", "total cost", "--model", "jobs", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert rows == [[sum(range(1, 29)) + 500 + 7]]
