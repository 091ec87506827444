"""All that can be said of a statement before it is run, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.governance.decisions import RULES, Decision, Inspection, as_error
from core.inspection.findings import Finding
from core.inspection.layout import Line
from core.semantic.query import SemanticQuery
from core.types import Chip, Estimate


@dataclass(frozen=True, slots=True)
class Cost:
    """What the statement would read. estimate: None when the engine could not say, with why in
    `trouble`. budget_rows: rows that the user may read in one query. advice: what would fit."""

    budget_rows: int
    estimate: Estimate | None = None
    trouble: str = ""
    advice: str = ""

    @property
    def is_over(self) -> bool:
        """Whether the budget forbids to run it; it does where a table has no figure."""
        if self.estimate is None:
            return False
        return bool(self.estimate.unknown) or self.estimate.rows > self.budget_rows


@dataclass(frozen=True, slots=True)
class Report:
    """sql: as written. formatted: the same on several lines. lines: as written beside as run,
    empty when refused. query: what it says as a SemanticQuery, where it says just that."""

    sql: str
    formatted: str
    inspection: Inspection
    lines: tuple[Line, ...] = ()
    query: SemanticQuery | None = None
    chips: tuple[Chip, ...] = ()
    explanation: str = ""
    findings: tuple[Finding, ...] = ()
    cost: Cost | None = None

    @property
    def may_run(self) -> bool:
        """Allowed by every rule and within the budget."""
        return self.inspection.governed is not None and not (self.cost and self.cost.is_over)


def decisions_in_order(inspection: Inspection) -> tuple[Decision, ...]:
    """Every rule once, in the order of RULES: decided ones first, those not reached left out."""
    by_rule = {d.rule: d for d in inspection.decisions}
    return tuple(by_rule[rule] for rule in RULES if rule in by_rule)


def as_json(report: Report) -> dict[str, Any]:
    """The object that `check-sql --json` prints."""
    inspection, cost = report.inspection, report.cost
    refusal, governed = inspection.refusal, inspection.governed
    return {
        "allowed": refusal is None,
        "rule": refusal.rule if refusal else None,
        "message": str(as_error(refusal)) if refusal else "",
        "sql": governed.sql if governed else None,
        "tables": list(governed.tables) if governed else [],
        "predicates": [
            {"table": p.table, "column": p.column, "values": list(p.values)}
            for p in (governed.predicates if governed else ())
        ],
        "masked": list(governed.masked) if governed else [],
        "rules_version": governed.rules_version if governed else None,
        "decisions": [
            {"rule": d.rule, "verdict": d.verdict, "reason": d.reason, "offending": d.offending}
            for d in decisions_in_order(inspection)
        ],
        "explanation": report.explanation,
        "findings": [
            {
                "code": f.code,
                "severity": f.severity,
                "message": f.message,
                "offending": f.offending,
                "fix": f.fix,
                "fixed_sql": f.fixed_sql,
            }
            for f in report.findings
        ],
        "cost": None if cost is None else _cost_json(cost),
    }


def _cost_json(cost: Cost) -> dict[str, Any]:
    estimate = cost.estimate
    return {
        "budget_rows": cost.budget_rows,
        "rows": estimate.rows if estimate else None,
        "scans": [
            {
                "table": s.table,
                "rows": s.rows,
                "basis": s.basis,
                "parts": s.parts,
                "parts_total": s.parts_total,
            }
            for s in (estimate.scans if estimate else ())
        ],
        "is_over": cost.is_over,
        "message": cost.advice or cost.trouble,
    }


def _standing(cost: Cost | None) -> str:
    if cost is None or not cost.is_over:
        return "allowed"
    return "cost not known" if cost.estimate and cost.estimate.unknown else "over budget"


def as_text(report: Report) -> str:
    """Lines for a terminal: verdict, what was added, cost, findings, the SQL as it would run."""
    refusal, governed = report.inspection.refusal, report.inspection.governed
    if refusal is not None or governed is None:
        found = as_error(refusal) if refusal is not None else ""
        rule = refusal.rule if refusal is not None else ""
        return f"refused ({rule}): {found}\n"
    lines = [_standing(report.cost)]
    lines += [
        f"Rows of {p.table} only where {p.column} is {', '.join(p.values)}"
        for p in governed.predicates
    ]
    if governed.masked:
        lines.append(f"Masked: {', '.join(governed.masked)}")
    if report.cost is not None:
        lines.append(_cost_words(report.cost))
    for finding in report.findings:
        fix = f" Fix: {finding.fix}." if finding.fix else ""
        lines.append(f"{finding.severity.capitalize()}: {finding.message}{fix}")
    return "\n".join([*lines, "", governed.sql]) + "\n"


def _cost_words(cost: Cost) -> str:
    if cost.estimate is None:
        return cost.trouble
    if cost.is_over:
        return cost.advice
    if cost.trouble:
        return cost.trouble
    scans = ", ".join(
        f"{s.parts} of {s.parts_total} parts of {s.table}" for s in cost.estimate.scans
    )
    return (
        f"Would read {cost.estimate.rows:,} rows{f' ({scans})' if scans else ''} of "
        f"{cost.budget_rows:,} allowed"
    )
