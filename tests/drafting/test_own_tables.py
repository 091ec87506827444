"""The trial with tables of one's own tells right from wrong. What people then get is tested in
`test_speech.py`; the folders are the benchmark's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.own.kinds import by_hand
from benchmarks.own.trial import Told, Trial, verdict
from benchmarks.own_tables import FOLDERS, table


def answered(*rows: list[Any]) -> dict[str, Any]:
    return {"status": "answered", "rows": list(rows)}


@pytest.mark.parametrize(
    ("answer", "expected", "sql", "is_right"),
    [
        (answered(["Wien", 2.5], ["Graz", 1]), [("Graz", 1), ("Wien", 2.5)], "", True),
        (answered(["Wien", 2.5]), [("Graz", 1), ("Wien", 2.5)], "", False),
        (answered(["Wien", 2.5, 0.7]), [("Wien", 2.5)], "", True),  # with its share
        (answered(["2026-05-01T00:00:00", 3]), [("2026-05-01", 3)], "", True),
        (answered([0.25]), [(25.0,)], "SELECT 100.0 * AVG(late)", True),
        (answered([0.25]), [(25.0,)], "SELECT 25", False),
        (answered(["April", 4.0], ["May", 5.0]), [(4.0, 5.0)], "", True),  # a comparison
        (answered([None]), [(None,)], "", True),
        ({"status": "empty", "rows": []}, [(3,)], "", False),
    ],
)
def test_an_answer_is_held_against_the_figures_by_hand(
    answer: dict[str, Any], expected: list[tuple[Any, ...]], sql: str, is_right: bool
) -> None:
    assert verdict(answer, expected, sql) == ("right" if is_right else "wrong")


def test_what_is_no_answer_is_asked_back() -> None:
    for status in ("clarify", "refused", "failed"):
        assert verdict({"status": status, "message": "?"}, [(1,)], "") == "asked back"


def test_each_folder_is_made_and_asked_by_hand(tmp_path: Path) -> None:
    for folder in FOLDERS:
        place = tmp_path / folder.name
        place.mkdir()
        hand = by_hand(folder.make(place))
        assert any(path.is_file() for path in place.rglob("*"))
        for asked in (*folder.asked, *folder.further):
            assert hand.execute(asked.by_hand).fetchall(), asked.question
        hand.close()
        assert len(folder.asked) == 12


def test_the_table_adds_up() -> None:
    asked = FOLDERS[0].asked
    told = tuple(Told(a, v, {}, []) for a, v in zip(asked, ("right", "asked back"), strict=False))
    lines = table([Trial("bakery", told, (), 3.0), Trial("ward", told, (), 4.0)])
    assert lines[-1] == "| all | 4 | 2 | 0 | 2 | 4 | 7 s |"
