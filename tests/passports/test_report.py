"""A passport and a run in words: every part is said, and nothing that is not there."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

from core.passports.passport import Change, Difference, Rerun, RowChange, RowPrint, Sum
from core.passports.report import as_json, as_text, counted, lines, rerun_as_text
from core.translation import speaking
from tests.passports.test_store import passport

DONE = Rerun(passport(), "differ", dt.datetime(2026, 7, 1))
DIFFERENCE = Difference(
    ("Line",), 30, 1, 1,
    (
        RowChange("changed", ("L1",), (("OEE", "50 %", "60 %"), ("Energy", "1 kWh", "2 kWh"))),
        RowChange("came", ("L2",), (("OEE", "", "70 %"),)),
        RowChange("went", (), (("OEE", "80 %", ""),)),
    ),
    (Sum("Energy", "10 kWh", "11 kWh"),),
)  # fmt: skip


def test_a_passport_in_words() -> None:
    said = dict(lines(passport()))
    assert said["Asked"] == "by anna on 30 Jun 2026 12:01 UTC"
    assert said["Made by"] == "the built-in question parser"
    assert said["Conversation"] == "c1"
    assert "Rows" not in said
    assert "Language model" not in said
    shown = as_text(passport())
    for part in ("Passport a1", "Energie je Linie", "The headline-of-marta.", "SELECT 1 LIMIT 2"):
        assert part in shown
    model = replace(passport().versions, language_model="qwen", prompt="sql_1")
    kept = replace(passport(), versions=model, rows=RowPrint(7, True, ("h" * 64,), (), (), True))
    said = dict(lines(kept))
    assert (said["Language model"], said["Rows"]) == ("qwen, prompt sql_1", "7, cut")


def test_a_passport_is_in_the_language_of_who_reads_it() -> None:
    with speaking("de"):
        said = dict(lines(passport()))
        counts = counted(DIFFERENCE)
    assert said["Gefragt"] == "von anna am 30.06.2026 12:01 UTC"
    assert said["Entstanden durch"] == "der eingebaute Fragen-Parser"
    assert counts == "30 geändert, 1 neu, 1 weg"
    with speaking("vi"):
        assert dict(lines(passport()))["Vai trò"] == passport().scope.role


def test_a_run_in_words() -> None:
    changed = (Change("Corpus", "3", "4"),)
    done = replace(DONE, changes=changed, difference=DIFFERENCE, notes=("A note.",))
    assert rerun_as_text(done).splitlines() == [
        "The rows differ.",
        "A note.",
        "30 changed, 1 new, 1 gone:",
        "  changed: L1: OEE 50 % -> 60 %; Energy 1 kWh -> 2 kWh",
        "  new: L2: OEE 70 %",
        "  gone: OEE 80 %",
        "  and 29 more",
        "  Sum of Energy: 10 kWh -> 11 kWh",
        "",
        "Changed since:",
        "  Corpus: 3 -> 4",
    ]
    same = rerun_as_text(replace(DONE, verdict="same"))
    assert same == "The same rows.\nNothing else has changed since."
    cannot = rerun_as_text(replace(DONE, verdict="cannot", why="It is gone."))
    assert cannot == "It cannot run any more.\nIt is gone."


def test_json_holds_all_of_it() -> None:
    found = json.loads(json.dumps(as_json(replace(DONE, difference=DIFFERENCE))))
    assert found["verdict"] == "differ"
    assert found["passport"]["plan"]["filters"][0]["values"] == ["2026-01-01"]
    assert found["difference"]["rows"][0]["cells"][0] == ["OEE", "50 %", "60 %"]
