"""What the stand-in of the corpus holds at first: entries, reports, suggestions of every kind."""

from __future__ import annotations

import datetime as dt

from core.corpus import Case, Report
from core.curation.suggesting import Suggestion
from core.entries import Entry, EntryStatus, entry_id
from tests.ui.fake_answers import DATA_TO

VIBRATION = (
    "SELECT asset_id, AVG(vibration_mm_s) AS avg_vibration_mm_s\n"
    "FROM plant_obt\n"
    "WHERE asset_class = 'pump'\n"
    "  AND event_date >= '2026-06-22' AND event_date < '2026-06-29'\n"
    "GROUP BY asset_id\nORDER BY avg_vibration_mm_s DESC"
)
SCRAP = (
    "SELECT shift_name, SUM(scrap_units) / SUM(good_units) AS scrap_rate\n"
    "FROM plant_obt\nGROUP BY shift_name"
)
HOSTILE = "<img src=x onerror=alert(1)> **bold** [x](http://e.invalid) $x$"
LONG = "Which pumps vibrated most " + "and were serviced, inspected or stopped " * 30 + "last week?"
VIETNAMESE = "Rung động trung bình của từng máy bơm ở Hải Phòng tuần trước là bao nhiêu?"


def ident(name: str) -> str:
    """The id of an entry of these tests."""
    return entry_id("fake", name)


def _qa(
    name: str,
    text: str,
    status: EntryStatus,
    *,
    sql: str = VIBRATION,
    plants: tuple[str, ...] = (),
    hits: int = 0,
    author: str = "engineer",
    days: int = 0,
    language: str = "en",
    paraphrases: tuple[str, ...] = (),
) -> Entry:
    verified = status == "verified"
    return Entry(
        ident(name), "default", "plant", "qa", text, sql=sql, plants=plants, status=status,
        hits=hits, author=author, created=DATA_TO - dt.timedelta(days=days), language=language,
        paraphrases=paraphrases, verified_by="Admin" if verified else "",
        verified_at=DATA_TO - dt.timedelta(days=days) if verified else None,
    )  # fmt: skip


def entries() -> list[Entry]:
    note = (
        "OEE is availability times performance times quality.\n\nIn Hamburg it leaves out breaks."
    )
    return [
        _qa(
            "pumps", "Which pumps vibrated most last week?", "verified", hits=212, days=12,
            paraphrases=("Most vibrating pumps last week",),
        ),
        _qa("scrap", "Scrap rate by shift this month", "approved", sql=SCRAP, hits=48, days=9),
        _qa("bearing", "Which bearing ran hottest?", "candidate", days=2, plants=("HAM",)),
        _qa("again", "Most vibrating pumps of last week", "candidate", days=1, author="viewer"),
        _qa("other", "Pumps that vibrated most last week", "candidate", sql=SCRAP, days=1),
        _qa("vi", VIETNAMESE, "approved", plants=("HPH",), language="vi", days=5, hits=1),
        _qa("long", LONG, "candidate", days=4),
        _qa("hostile", HOSTILE, "candidate", days=3),
        _qa("refused", "Who operated the press?", "candidate", sql="SELECT SLEEP(5)", days=3),
        _qa("old", "Output of the old line 0", "deprecated", days=90),
        _qa("bad", "Everything about everything", "rejected", days=60),
        Entry(
            ident("oee"), "default", "plant", "doc", note, title="OEE", author="admin",
            status="approved", created=DATA_TO - dt.timedelta(days=30), hits=90, source="seed",
        ),
        Entry(
            ident("column"), "default", "plant", "ddl", "Vibration, RMS velocity, in mm/s",
            title="plant_obt.vibration_mm_s", status="approved", source="model",
            created=DATA_TO - dt.timedelta(days=30),
        ),
    ]  # fmt: skip


EVIDENCE = {
    "status": "answered",
    "route": "parser",
    "headline": "PMP-03 vibrated most: 6.84 mm/s, more than twice PMP-07.",
    "message": "",
    "chips": [
        {"kind": "measure", "label": "Vibration, mean", "detail": ""},
        {"kind": "by", "label": "Asset", "detail": ""},
        {"kind": "when", "label": "22 Jun to 28 Jun 2026", "detail": ""},
    ],
    "plan": "SemanticQuery(model='plant', table='plant_obt')",
    "columns": [
        {"name": "asset_id", "label": "Asset", "unit": ""},
        {"name": "avg_vibration_mm_s", "label": "Vibration", "unit": "mm/s"},
    ],
    "rows": [["PMP-03", 6.84], ["PMP-07", 3.12], ["PMP-01", None]],
    "row_count": 8,
    "notes": ["Good readings only; 226 of 8,064 were left out."],
    "timings_ms": {"understand": 3.1, "execute": 41.0},
}


def _case(name: str, kind: str, question: str, asked: int, **more: object) -> Case:
    given: dict[str, object] = {
        "sql": VIBRATION, "reason": "", "evidence": EVIDENCE, "reports": 1, "people": 1,
        "asked_by": max(1, asked // 4), "state": "open",
    }  # fmt: skip
    given |= more
    at = DATA_TO - dt.timedelta(hours=asked)
    return Case(
        id=name, tenant="default", model="plant", kind=kind, question=question, first_at=at,
        at=at, asked=asked, **given,
    )  # type: ignore[arg-type]  # fmt: skip


def cases() -> list[Case]:
    return [
        _case(
            "c-pumps",
            "down",
            "Which pumps vibrated most in the last week?",
            31,
            reason="wrong_time",
            reports=3,
            people=2,
        ),
        _case("c-scrap", "up", "Scrap rate per shift in June", 12, sql=SCRAP),
        _case("c-lost", "unanswered", "How loud is the compressor hall?", 7, sql="", evidence={}),
        _case("c-saved", "saved", "Pumps above 4 mm/s", 0, evidence={}),
        _case("c-hostile", "correction", HOSTILE, 2, reason="other"),
    ]


def reports() -> list[Report]:
    at = DATA_TO
    return [
        Report(
            "engineer", at, "wrong_time", "Monday is missing. <b>Look</b>", "q", VIBRATION, "a1"
        ),
        Report("viewer", at, "wrong_time", "", "q", VIBRATION, "a2"),
    ]


def suggestions() -> list[Suggestion]:
    return [
        Suggestion(
            "Energy per unit by line last month", SCRAP, 18, 5, 4, "answered the same each time"
        ),
        Suggestion(VIETNAMESE, VIBRATION, 6, 2, 0, ""),
    ]
