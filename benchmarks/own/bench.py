"""An electronics test bench: JSON lines, a measurement each, with limits and a verdict."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

_TESTS = {
    "Insulation": ("MOhm", 100.0, 480.0, 250.0),
    "Output voltage": ("V", 4.9, 5.1, 5.0),
    "Ripple": ("mV", 0.0, 40.0, 25.0),
    "Standby current": ("mA", 0.0, 12.0, 8.0),
}


def make(folder: Path) -> Tables:
    """Three files, a week each, 1,200 measurements in all."""
    dice = random.Random(15)
    rows = []
    for week in range(3):
        lines = []
        for k in range(400):
            at = datetime(2026, 6, 1 + 7 * week, 6) + timedelta(minutes=k * 21 + dice.randrange(9))
            test = list(_TESTS)[k % 4]
            unit, low, high, middle = _TESTS[test]
            value = round(dice.gauss(middle, (high - low) / 5), 3)
            verdict = "pass" if low <= value <= high else "fail"
            row = (
                f"SN{10_000 + week * 100 + k // 4}",
                f"{at:%Y-%m-%dT%H:%M:%S}",
                f"Bench {1 + dice.randrange(3)}",
                ("PSU-24", "PSU-48")[k // 4 % 2],
                test,
                value,
                unit,
                low,
                high,
                verdict,
                dice.choice(("rework", "scrap")) if verdict == "fail" else None,
                round(dice.uniform(3, 30), 1),
            )
            rows.append(row)
            lines.append(
                json.dumps(
                    dict(
                        zip(
                            (
                                "serial",
                                "tested_at",
                                "bench",
                                "product",
                                "test",
                                "value",
                                "unit",
                                "limit_low",
                                "limit_high",
                                "result",
                                "disposition",
                                "duration_s",
                            ),
                            row,
                            strict=True,
                        )
                    )
                )
            )
        (folder / f"week{23 + week}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    columns = (
        "serial",
        "at",
        "bench",
        "product",
        "test",
        "value",
        "unit",
        "low",
        "high",
        "result",
        "disposition",
        "seconds",
    )
    return {"m": (columns, rows)}


_ASKED = (
    Asked(
        "How many tests failed last week?",
        "SELECT COUNT(*) FROM m WHERE result = 'fail' AND date(at) BETWEEN "
        "'2026-06-08' AND '2026-06-14'",
    ),
    Asked(
        "failures by test",
        "SELECT test, COUNT(*) FROM m WHERE result = 'fail' GROUP BY 1",
    ),
    Asked(
        "and by bench?",
        "SELECT bench, COUNT(*) FROM m WHERE result = 'fail' GROUP BY 1",
        goes_on=True,
    ),
    Asked(
        "What is the pass rate per product?",
        "SELECT product, 100.0 * AVG(result = 'pass') FROM m GROUP BY 1",
    ),
    Asked(
        "average value of Output voltage on Bench 2",
        "SELECT AVG(value) FROM m WHERE test = 'Output voltage' AND bench = 'Bench 2'",
    ),
    Asked(
        "Max ripple for PSU-48 per day",
        "SELECT date(at), MAX(value) FROM m WHERE test = 'Ripple' AND product = "
        "'PSU-48' GROUP BY 1",
    ),
    Asked(
        "How many different serial numbers were tested in June?",
        "SELECT COUNT(DISTINCT serial) FROM m",
    ),
    Asked(
        "Which test takes longest on average?",
        "SELECT test, AVG(seconds) FROM m GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "number of scrapped units by product",
        "SELECT product, COUNT(*) FROM m WHERE disposition = 'scrap' GROUP BY 1",
    ),
    Asked(
        "total test duration by bench in hours",
        "SELECT bench, SUM(seconds) / 3600 FROM m GROUP BY 1",
    ),
    Asked(
        "Wie viele Tests gab es pro Tag?",
        "SELECT date(at), COUNT(*) FROM m GROUP BY 1",
    ),
    Asked(
        "Anteil fail nach Bench",
        "SELECT bench, 100.0 * AVG(result = 'fail') FROM m GROUP BY 1",
    ),
)

_FURTHER = (
    Asked(
        "how many measurements per day last week",
        "SELECT date(at), COUNT(*) FROM m WHERE date(at) BETWEEN '2026-06-08' AND"
        " '2026-06-14' GROUP BY 1",
    ),
    Asked(
        "failed tests by product",
        "SELECT product, COUNT(*) FROM m WHERE result='fail' GROUP BY 1",
    ),
    Asked(
        "fail rate by test in June",
        "SELECT test, 100.0 * AVG(result='fail') FROM m GROUP BY 1",
    ),
    Asked(
        "average ripple by bench",
        "SELECT bench, AVG(value) FROM m WHERE test='Ripple' GROUP BY 1",
    ),
    Asked(
        "number of units that failed",
        "SELECT COUNT(DISTINCT serial) FROM m WHERE result='fail'",
    ),
    Asked(
        "Which product has the most rework?",
        "SELECT product, COUNT(*) FROM m WHERE disposition='rework' GROUP BY 1 "
        "ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "median duration of Insulation tests",
        "SELECT AVG(seconds) FROM (SELECT seconds, ROW_NUMBER() OVER (ORDER BY "
        "seconds) AS n, COUNT(*) OVER () AS c FROM m WHERE test='Insulation') "
        "WHERE n IN ((c+1)/2, (c+2)/2)",
    ),
    Asked(
        "average duration by test",
        "SELECT test, AVG(seconds) FROM m GROUP BY 1",
    ),
    Asked(
        "Passed tests on Bench 1 yesterday",
        "SELECT COUNT(*) FROM m WHERE result='pass' AND bench='Bench 1' AND date(at)='2026-06-20'",
    ),
)

FOLDER = Folder(
    "bench",
    make,
    (("import", "{folder}", "--name", "bench", "--yes", "--json"),),
    _ASKED,
    _FURTHER,
    "bench",
)
