"""From a statement to its report: rules, scope, meaning, findings, cost."""

from __future__ import annotations

import datetime as dt

from core.assistant.fitting import fitting_days
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand, Queries, over_budget_message, unknown_cost_message
from core.errors import GembaError, ModelFixable
from core.insights import chips
from core.inspection.explanation import explain_sql
from core.inspection.findings import find
from core.inspection.layout import pretty, side_by_side
from core.inspection.report import Cost, Report
from core.semantic.model import SemanticModel
from core.semantic.recognise import recognise
from core.types import Governed, User


def report_on(
    sql: str,
    user: User,
    model: SemanticModel,
    queries: Queries,
    parts: ModelParts | None = None,
) -> Report:
    """The report of one statement for one user; never raises for what the statement holds.

    Without parts nothing is asked of the store: there is no cost then.
    """
    inspection = queries.inspect(sql, user, model)
    governed = inspection.governed
    if governed is None:
        return Report(sql, pretty(sql), inspection)
    query = recognise(sql, model)
    return Report(
        sql=sql,
        formatted=pretty(sql),
        inspection=inspection,
        lines=side_by_side(sql, governed.sql),
        query=query,
        chips=chips(query, model) if query is not None else (),
        explanation=explain_sql(sql, model, governed, query=query),
        findings=find(sql, model, _newest(user, parts), visible=queries.visible(user, model)),
        cost=_cost(governed, user, parts, queries) if parts is not None else None,
    )


def _newest(user: User, parts: ModelParts | None) -> dt.datetime | None:
    """The newest moment of the default table that the user may see."""
    if parts is None:
        return None
    return parts.facts.tables[parts.model.default_table].within(user.plants).last


def _cost(governed: Governed, user: User, parts: ModelParts, queries: Queries) -> Cost:
    budget = queries.scan_budget(user)
    try:
        estimate = queries.estimate(governed, parts.engine, Errand("", user, ""))
    except ModelFixable as error:
        return Cost(budget, trouble=str(error))
    except GembaError as error:
        return Cost(budget, trouble=f"The cost is not known: {error}")
    if estimate.rows <= budget:
        if estimate.unknown:
            return Cost(budget, estimate, advice=unknown_cost_message(estimate))
        return Cost(budget, estimate)
    days = fitting_days(estimate, parts.facts, user, budget)
    fits = f" About {days:,} days would fit; filter by time." if days else ""
    return Cost(budget, estimate, advice=f"{over_budget_message(estimate, budget)}{fits}")
