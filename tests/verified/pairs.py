"""Verified pairs over the demo plant's model: some within a query's shape, some outside it."""

from __future__ import annotations

from core.entries import Entry, entry_id
from core.verified import VerifiedMatch, VerifiedPairs
from tests.language import plant

OEE = "How did the packagers in Hamburg do last month?"
OEE_SQL = """
SELECT line_name, SUM(run_min) / SUM(planned_min) AS availability FROM plant_obt
WHERE plant_id = 'HAM' AND asset_class = 'packager'
AND event_date >= '2026-05-01' AND event_date < '2026-06-01' GROUP BY line_name ORDER BY line_name
"""
TOP = "Top 5 downtime reasons in Hamburg in June"
TOP_SQL = """
SELECT downtime_reason, SUM(down_min) AS down_min FROM plant_obt
WHERE plant_name = 'Hamburg' AND event_date BETWEEN '2026-06-01' AND '2026-06-30'
AND downtime_reason IS NOT NULL GROUP BY downtime_reason ORDER BY down_min DESC LIMIT 5
"""
AGAIN = "How many pumps failed again within 30 days of a repair in May?"
AGAIN_SQL = """
WITH f AS (
  SELECT asset_id, opened_ts,
    LAG(closed_ts) OVER (PARTITION BY asset_id ORDER BY opened_ts) AS before_ts
  FROM work_orders WHERE asset_class = 'pump' AND order_type = 'corrective'
  AND event_date >= '2026-05-01' AND event_date < '2026-06-01')
SELECT COUNT(DISTINCT asset_id) AS assets FROM f WHERE opened_ts < before_ts + INTERVAL 30 DAY
"""
AGAINST = "Scrap of Line 2 against the other lines in Austin this month, without changeovers"
AGAINST_SQL = """
SELECT CASE WHEN line_name = 'Line 2' THEN 'this one' ELSE 'others' END AS part,
  SUM(scrap_units) AS scrap FROM plant_obt
WHERE plant_name = 'Austin' AND COALESCE(downtime_reason, '') <> 'Changeover'
AND event_date >= '2026-06-01' AND event_date < '2026-07-01' GROUP BY 1
"""
YEAR_AGO = "Energy by area this year, with the increase over the year before"
YEAR_AGO_SQL = """
SELECT area_name,
  SUM(CASE WHEN event_date >= '2026-01-01' THEN energy_kwh END) AS kwh,
  SUM(CASE WHEN event_date < '2026-01-01' THEN energy_kwh END) AS kwh_before
FROM plant_obt WHERE event_date >= '2025-01-01' AND event_date < '2027-01-01' GROUP BY area_name
"""
SHAKY = "Which pumps spent the most hours above 4.5 mm/s last week?"
SHAKY_SQL = """
SELECT asset_id, COUNT(*) / 6 AS hours FROM plant_obt
WHERE asset_class = 'pump' AND vibration_mm_s > 4.5 AND signal_quality = 'GOOD'
AND event_date >= '2026-06-22' AND event_date < '2026-06-29' GROUP BY asset_id ORDER BY hours DESC
"""
PLAIN = "Scrap units by line in Hamburg in May"
PLAIN_SQL = """
SELECT line_name, SUM(scrap_units) AS scrap FROM plant_obt
WHERE plant_name = 'Hamburg' AND event_date >= '2026-05-01' AND event_date < '2026-06-01'
GROUP BY line_name
"""
SQL = {
    OEE: OEE_SQL,
    TOP: TOP_SQL,
    AGAIN: AGAIN_SQL,
    AGAINST: AGAINST_SQL,
    YEAR_AGO: YEAR_AGO_SQL,
    SHAKY: SHAKY_SQL,
    PLAIN: PLAIN_SQL,
}


def entry(question: str, sql: str, *paraphrases: str, plants: tuple[str, ...] = ()) -> Entry:
    return Entry(
        id=entry_id("plant", question),
        tenant="default",
        model="plant",
        kind="qa",
        text=question,
        sql=sql,
        paraphrases=paraphrases,
        plants=plants,
        status="verified",
    )


def indexed(*entries: Entry) -> VerifiedPairs:
    return VerifiedPairs(entries, plant.parser())


def everything() -> VerifiedPairs:
    return indexed(*(entry(question, sql) for question, sql in SQL.items()))


def ask(
    pairs: VerifiedPairs,
    question: str,
    scopes: tuple[str, ...] = plant.ALL,
) -> VerifiedMatch | None:
    """What the question matches."""
    return pairs.match(question, plant.read(question, scopes), scopes)[0]
