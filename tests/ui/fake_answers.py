"""Answers of every state, named by words of the question."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import math
from typing import Any

import pyarrow as pa

from core.types import (
    Answer,
    ChartSpec,
    Chip,
    Clarification,
    DataQuality,
    EmptyReason,
    Fact,
    Governed,
    Option,
    Parameter,
    Result,
    ResultColumn,
    ScopePredicate,
    ThresholdLine,
    User,
    Verified,
    WordUse,
)

DATA_TO = dt.datetime(2026, 6, 30, 23, 50)
SQL = (
    "SELECT asset_id AS asset_id, AVG(vibration_mm_s) AS avg_vibration_mm_s FROM "
    "(SELECT asset_id, asset_class, event_date, vibration_mm_s, signal_quality FROM plant_obt "
    "WHERE plant_id IN ('HAM', 'AUS')) AS plant_obt WHERE asset_class = 'pump' AND event_date >= "
    "'2026-06-22' AND event_date < '2026-06-29' AND signal_quality = 'GOOD' GROUP BY asset_id "
    "ORDER BY avg_vibration_mm_s DESC, asset_id LIMIT 10001"
)
_ids = itertools.count(1)


def answer_to(question: str, user: User) -> Answer:
    """The answer whose state the question names."""
    lower = question.casefold()
    base = Answer(
        id=f"a{next(_ids)}",
        question=question,
        status="answered",
        intent="NEW_QUERY",
        source="parser",
        user=user,
        model="plant",
        timings_ms={"execute": 12.0},
        asked_at=DATA_TO,
    )
    for words, build in _BUILDERS:
        if any(word in lower for word in words):
            return build(base)
    return _bars(base)


def governed() -> Governed:
    predicate = ScopePredicate("plant_obt", "plant_id", ("HAM", "AUS"))
    return Governed(
        SQL, ("plant_obt",), (predicate,), ("plant_obt.operator_name",), 10_001, "2026.11"
    )


def _with(base: Answer, **changes: Any) -> Answer:
    return dataclasses.replace(base, **changes)


def _words(question: str) -> tuple[WordUse, ...]:
    meanings = {
        "pumps": "Asset class is pump",
        "vibrated": "Vibration, mean of good readings",
        "most": "Highest first",
        "last week": "22 Jun to 28 Jun 2026",
        "oee": "OEE",
        "june": "June 2026",
    }
    found = []
    for text, meaning in meanings.items():
        at = question.casefold().find(text)
        if at >= 0:
            found.append(WordUse(at, at + len(text), question[at : at + len(text)], meaning, True))
    if question.casefold().startswith("which"):
        found.append(WordUse(0, 5, question[:5], "", False))
    return tuple(found)


def _common(base: Answer, **changes: Any) -> Answer:
    return _with(
        base,
        sql=SQL,
        governed=governed(),
        quality=DataQuality(
            0.972,
            0.02,
            0.008,
            0.0,
            8_064,
            DATA_TO,
            "Good readings only; 226 of 8,064 were left out.",
        ),
        words=_words(base.question),
        suggestions=("The same by day", "Only Hamburg", "Compare with the week before"),
        **changes,
    )


def _bars(base: Answer) -> Answer:
    names = ["PMP-03", "PMP-07", "PMP-01", "PMP-05", "PMP-08", "PMP-02", "PMP-06", "PMP-04"]
    values = [6.84, 3.12, 2.71, 2.55, 2.41, 2.36, 2.2, 1.98]
    rows = pa.table({"asset_id": names, "avg_vibration_mm_s": values})
    return _common(
        base,
        columns=(
            ResultColumn("asset_id", "Asset", "string", "dimension"),
            ResultColumn(
                "avg_vibration_mm_s",
                "Vibration",
                "double",
                "measure",
                "mm/s",
                decimals=2,
                direction="lower",
            ),
        ),
        result=Result(rows, False, 12.0),
        headline="PMP-03 vibrated most last week: 6.84 mm/s on average, 2.2 times the next pump.",
        chart=ChartSpec(
            "bar",
            "Vibration by asset, 22 to 28 Jun 2026",
            "asset_id",
            ("avg_vibration_mm_s",),
            horizontal=True,
            y_title="Vibration (mm/s)",
            lines=(ThresholdLine(4.5, "ISO zone C", "warning"),),
        ),
        facts=(
            Fact("headline", "PMP-03 vibrated most"),
            Fact(
                "outlier", "PMP-03 stands 4.3 mm/s above the median of the others.", (4.3,), False
            ),
            Fact(
                "threshold",
                "1 of 8 pumps is above the warning limit of 4.5 mm/s.",
                (1, 8, 4.5),
                False,
            ),
        ),
        explanation="Mean of good vibration readings of each pump in Hamburg and Austin, "
        "22 to 28 June 2026, highest first.",
        chips=(
            Chip("measure", "Vibration, mean", "of readings with quality GOOD"),
            Chip("by", "Asset"),
            Chip("where", "Asset class is pump", "written: pumps"),
            Chip("when", "22 to 28 Jun 2026", "last week, Monday to Sunday"),
            Chip("readings", "Good"),
        ),
    )


def _trend(base: Answer) -> Answer:
    days = [dt.date(2026, 6, 1) + dt.timedelta(days=i) for i in range(30)]
    table = pa.table(
        {
            "day": [d for d in days for _ in range(2)],
            "plant_name": ["Hamburg", "Austin"] * 30,
            "oee": [0.72 + 0.08 * math.sin(i / 4 + p) for i in range(30) for p in range(2)],
        }
    )
    return _common(
        base,
        source="verified",
        columns=(
            ResultColumn("day", "Day", "date", "time"),
            ResultColumn("plant_name", "Plant", "string", "dimension"),
            ResultColumn("oee", "OEE", "double", "measure", "1", "percent", 1, "higher"),
        ),
        result=Result(table, False, 20.0),
        headline="OEE was 72.9 % in June, between 64.0 % and 80.0 %.",
        chart=ChartSpec(
            "line", "OEE by day, June 2026", "day", ("oee",), series="plant_name", y_title="OEE (%)"
        ),
        facts=(Fact("trend", "Hamburg rose by 3.1 points over the month.", (3.1,), True),),
        explanation="OEE is availability times performance times quality, "
        "each from its own totals.",
        chips=(Chip("measure", "OEE"), Chip("by", "Day, plant"), Chip("when", "June 2026")),
    )


def _figure(base: Answer) -> Answer:
    return _common(
        base,
        columns=(
            ResultColumn(
                "row_count", "Alarms", "integer", "measure", "1", decimals=0, additive=True
            ),
        ),
        result=Result(pa.table({"row_count": [17]}), False, 4.0),
        headline="17 high priority alarms were raised yesterday.",
        chart=ChartSpec("kpi", "Alarms, 30 Jun 2026", y=("row_count",)),
        explanation="Rows of the alarm table with priority high, raised on 30 June 2026.",
        chips=(
            Chip("measure", "Alarms, count"),
            Chip("where", "Priority is high"),
            Chip("when", "30 Jun 2026"),
        ),
    )


def _many(base: Answer) -> Answer:
    n = 10_000
    table = pa.table(
        {
            "event_ts": [dt.datetime(2026, 6, 1) + dt.timedelta(minutes=10 * i) for i in range(n)],
            "message": [
                f"*Bold* <script>alert({i})</script> [x](http://example.invalid) $a$ :red[no]"
                for i in range(n)
            ],
            "power_kw": [12.5 + i % 7 for i in range(n)],
        }
    )
    return _common(
        base,
        columns=(
            ResultColumn("event_ts", "Time", "datetime", "time"),
            ResultColumn("message", "Message", "string", "field"),
            ResultColumn("power_kw", "Power", "double", "measure", "kW", decimals=1),
        ),
        result=Result(table, True, 80.0),
        headline="More than 10,000 rows match; the first 10,000 are here.",
        chart=ChartSpec("table", "Rows"),
        chips=(Chip("measure", "Rows"), Chip("when", "All loaded data")),
    )


def _long(base: Answer) -> Answer:
    long = "A very long sentence about a compressor leak that goes on " * 8
    return _with(_bars(base), headline=long.strip(), explanation=long * 3, question=base.question)


def _clarify(base: Answer) -> Answer:
    def option(label: str, question: str) -> Option:
        return Option(
            label, question, (Chip("measure", label), Chip("where", "Asset class is compressor"))
        )

    return _with(
        base,
        status="clarify",
        source=None,
        message="I know what compressors are, but not which figure you mean.",
        chips=(Chip("where", "Asset class is compressor"), Chip("when", "Last week")),
        clarification=Clarification(
            "Which figure do you mean by “performance thing”?",
            (
                option("Performance", "performance of compressors last week"),
                option("OEE", "OEE of compressors last week"),
                option("Power", "power of compressors last week"),
            ),
            ("wobbliness",),
        ),
    )


def _refused(base: Answer) -> Answer:
    return _with(
        base,
        status="refused",
        source=None,
        rule="Q7",
        message="Names of operators are personal data that your role does not see. "
        "Ask by crew or shift instead.",
    )


def _empty(reason: EmptyReason, message: str) -> Any:
    def build(base: Answer) -> Answer:
        return _common(
            base, status="empty", empty=reason, message=message, chips=(Chip("when", "June 2026"),)
        )

    return build


def _failed(base: Answer) -> Answer:
    return _with(
        base,
        status="failed",
        source=None,
        message="The store did not answer within 10 s, so the query was ended. "
        "Narrow the time or ask again.",
    )


def _verified(base: Answer) -> Answer:
    """From a pair whose place, time and number may be others."""
    week = (dt.datetime(2026, 6, 22), dt.datetime(2026, 6, 29))
    parts = (
        Parameter("number", "", "Rows", "5", (5.0,), True, "limit"),
        Parameter("value", "plant_name", "Plant", "Hamburg", ("Hamburg",), True),
        Parameter("value", "shift_name", "Shift", "night", ("Night",), False),
        Parameter("window", "", "Time", "last week", week, True),
    )
    question = "Top 5 pumps in Austin at night last month"
    pair = Verified("e1", question, "Admin", dt.datetime(2026, 6, 18), SQL, parts)
    return _with(_bars(base), source="verified", verified=pair)


_BUILDERS: tuple[tuple[tuple[str, ...], Any], ...] = (
    (("top 5 pumps", "top 3 pumps"), _verified),
    (("daily", "trend"), _trend),
    (("how many",), _figure),
    (("ten thousand",), _many),
    (("long text",), _long),
    (("wobbl",), _clarify),
    (("operator",), _refused),
    (
        ("no rows",),
        _empty(
            EmptyReason.NO_ROWS,
            "No pump was above 40 mm/s in June 2026. The highest reading was 11.2 mm/s.",
        ),
    ),
    (
        ("hai phong",),
        _empty(
            EmptyReason.OUT_OF_SCOPE,
            "Hai Phong is not one of your plants. You see Hamburg and Austin.",
        ),
    ),
    (
        ("next year",),
        _empty(
            EmptyReason.NOT_LOADED,
            "Data is loaded up to 30 Jun 2026, 23:50. January 2027 is later than that.",
        ),
    ),
    (
        ("bad sensor",),
        _empty(
            EmptyReason.SENSOR_BAD,
            "All 1,008 readings of PMP-11 last week have quality BAD, so there is no figure.",
        ),
    ),
    (
        ("weather",),
        _empty(
            EmptyReason.NOT_ANSWERABLE,
            "This data holds no weather. "
            "It holds the plant's assets, production, energy and alarms.",
        ),
    ),
    (("broken",), _failed),
)
