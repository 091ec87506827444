"""Reports and runs of every state for SQL that a person wrote: governance and the panes are the
real ones, what the plan would read and what could be better is named by words of the statement."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from functools import cache

from core.errors import Unavailable
from core.governance.govern import inspect
from core.governance.policy import load_policy
from core.history import Run
from core.inspection.findings import Finding
from core.inspection.layout import pretty, side_by_side
from core.inspection.report import Cost, Report
from core.models import model_file
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.types import Answer, Chip, Estimate, Scan, User
from tests.ui.fake_answers import DATA_TO, answer_to

GOOD = (
    "SELECT asset_id, AVG(vibration_mm_s) AS avg_vibration_mm_s\n"
    "FROM plant_obt\n"
    "WHERE asset_class = 'pump'\n"
    "  AND event_date >= '2026-06-22' AND event_date < '2026-06-29'\n"
    "GROUP BY asset_id\nORDER BY avg_vibration_mm_s DESC"
)
STAR = "SELECT *\nFROM plant_obt\nWHERE event_date >= '2026-06-22'"
DATE_OF = (
    "SELECT asset_id, operator_name, good_units / run_min AS rate\nFROM plant_obt\n"
    "WHERE DATE(event_ts) = '2026-06-22'"
)
REFUSED = "SELECT asset_id, SLEEP(5) FROM plant_obt"
BROKEN = "SELECT asset_id,\n       AVG(vibration_mm_s\nFROM plant_obt"
OVER = "SELECT COUNT(*) AS n FROM plant_obt -- over budget"
SILENT = "SELECT COUNT(*) AS n FROM plant_obt -- no figure"
NO_PLAN = "SELECT COUNT(*) AS n FROM plant_obt -- no plan"
DOWN = "SELECT COUNT(*) AS n FROM plant_obt -- store down"
SLOW = "SELECT COUNT(*) AS n FROM plant_obt -- slow"
ENDLESS = f"{SLOW} and endless"
MANY = "SELECT event_ts, asset_name FROM plant_obt -- ten thousand"
NONE = "SELECT asset_id FROM plant_obt WHERE asset_id = 'PMP-99' -- no rows"
BUDGET = 100_000_000
_numbers = itertools.count(1)


@cache
def _model() -> SemanticModel:
    return load_model(model_file("plant"))


def report_on(sql: str, user: User) -> Report:
    """What would be said of this SQL; raises Unavailable for one with `store down` in it."""
    if "store down" in sql:
        raise Unavailable("The store cannot be reached. Try again in a minute.")
    inspection = inspect(sql, user, load_policy(), _model())
    report = Report(sql, pretty(sql), inspection)
    if inspection.governed is None:
        return report
    is_known = sql.strip() == GOOD
    return dataclasses.replace(
        report,
        lines=side_by_side(sql, inspection.governed.sql),
        chips=(Chip("measure", "Vibration, mean"), Chip("by", "Asset")) if is_known else (),
        explanation="Mean vibration of each pump, 22 to 28 June 2026, highest first."
        if is_known
        else f"Rows of {', '.join(inspection.governed.tables)}, as the statement says.",
        findings=_findings(sql),
        cost=_cost(sql),
    )


def _cost(sql: str) -> Cost:
    if "no plan" in sql:
        return Cost(BUDGET, trouble="The store did not say what it would read within 2 s.")
    rows = 240_000_000 if "over budget" in sql else 1_204_000
    silent = "no figure" in sql
    alarms = Scan("alarm_events", None if silent else 4_000, 1, 1, "table")
    scans = (Scan("plant_obt", rows - 4_000, 3, 12), alarms)
    plan = f"SCAN plant_obt\n  partitions=3/12\n  cardinality={rows}\n  <b>not markup</b>"
    advice = "Name a window of at most 12 days: that reads about 98 million rows."
    if silent:
        advice = "The plan does not say how many rows of alarm_events it would read."
    return Cost(BUDGET, Estimate(scans, plan), advice=advice if silent or rows > BUDGET else "")


def _findings(sql: str) -> tuple[Finding, ...]:
    found: list[Finding] = []
    if "*\n" in sql:
        found.append(
            Finding(
                "select_star", "advice", "All 64 columns are read, and few are looked at.",
                "SELECT *", "Name the columns that you need.",
                sql.replace("*", "asset_id, event_ts, vibration_mm_s"),
            )
        )  # fmt: skip
    if "DATE(event_ts)" in sql:
        found.append(
            Finding(
                "function_on_partition", "warning",
                "DATE(event_ts) hides the partition column, so every month is read.",
                "DATE(event_ts) = '2026-06-22'", "Compare event_date itself.",
                sql.replace("DATE(event_ts)", "event_date"),
            )
        )  # fmt: skip
    if "/ run_min" in sql:
        found.append(
            Finding(
                "division_by_zero", "warning", "Where run_min is 0 the result is NULL.",
                "good_units / run_min",
            )
        )  # fmt: skip
    return tuple(found)


def answer_to_sql(sql: str, user: User, model: str) -> Answer:
    """The rows of SQL that may run; a refusal for what may not."""
    report = report_on(sql, user)
    if not report.may_run:
        refusal = report.inspection.refusal
        return dataclasses.replace(
            answer_to("operator", user),
            question="",
            rule=refusal.rule if refusal else "BUDGET",
            message="This query is not run.",
        )
    words = "ten thousand" if "ten thousand" in sql else "no rows" if "no rows" in sql else ""
    answer = answer_to(words, user)
    return dataclasses.replace(
        answer,
        question="",
        source="sql",
        model=model,
        sql=report.inspection.governed.sql if report.inspection.governed else sql,
        governed=report.inspection.governed,
        words=(),
        suggestions=(),
        message="The query ran and gave no rows." if answer.status == "empty" else "",
    )


def past(user: str, title: str, sql: str, *, minutes: int = 0, status: str = "answered") -> Run:
    """A run of the history, so many minutes before the data's end."""
    return Run(
        answer_id=f"r{next(_numbers)}",
        user=user,
        at=DATA_TO - dt.timedelta(minutes=minutes),
        model="plant",
        kind="question" if title else "sql",
        question=title,
        sql=sql,
        status=status,
        rows=8 if status == "answered" else 0,
        elapsed_ms=212.0,
        read_rows=1_204_000 if status == "answered" else None,
    )
