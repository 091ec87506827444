"""Reads what a risk score is made of, for one person and under their rights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.alerting.reading import Activation
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand, Queries
from core.errors import UserFixable
from core.risk.inputs import Inputs, Key, counts_of, curves_of, key_of, orders_of
from core.risk.limits import limited_measures
from core.risk.score import Floats
from core.risk.statements import Spans, alarms_sql, columns_read, orders_sql, readings_sql
from core.semantic.facts import present
from core.semantic.model import Risk, SemanticModel, Watch
from core.semantic.places import place_columns
from core.thresholds.record import Threshold
from core.translation import gettext as _
from core.types import Governed, Result, User

#: Gemba's own activations of a model in so many days up to now; None where nothing is watched yet.
Alerts = Callable[[User, str, float], Sequence[Activation] | None]


def no_alerts(_user: User, _model: str, _days: float) -> None:
    """Where no alerts of Gemba are kept."""
    return


@dataclass(slots=True)
class Reader:
    """One person's look at the data of a model. now: plant-local, None for the end of the newest
    data that they see. written: the statements that it ran, before governance; governed: as they
    ran."""

    parts: ModelParts
    queries: Queries
    errand: Errand
    now: dt.datetime | None = None
    written: list[str] = field(default_factory=list)
    governed: list[Governed] = field(default_factory=list)

    def read(self, thresholds: Sequence[Threshold], alerts: Alerts = no_alerts) -> Inputs:
        """Everything but limits and weights. Raises UserFixable for a model without a risk score,
        and what governance and the engine raise."""
        model = self.parts.model
        watch, risk = risk_of(model)
        user = self.errand.user
        now = self.now or present(model, self.parts.facts.tables, None, user.plants)[1]
        spans = Spans.before(now, risk)
        why: dict[str, str] = {}
        measures = self._seen(watch.table, limited_measures(thresholds, model, watch))
        if not measures:
            why["threshold"] = why["trend"] = _("no limit is in force")
        places = place_columns(model, watch)
        rank = [risk.criticality] if risk.criticality else []
        rank = list(self._seen(watch.table, rank))
        if risk.criticality is None:
            why["criticality"] = _("no criticality is known")
        elif not rank:
            why["criticality"] = _("you may not see it")
        names = tuple(dict.fromkeys((*places, *rank)))
        result = self._run(readings_sql(model, watch, names, measures, spans))
        rows = result.table.to_pylist()
        scope = model.tables[watch.table].scope
        keys = tuple(key_of(row, scope, watch.asset) for row in rows)
        alarms, own = self._alarms(watch, spans, keys, why), self._alerts(risk, keys, alerts)
        if own is not None:
            why.pop("alarms", None)
        ranks = [risk.ranks.get(str(row[rank[0]])) if rank else None for row in rows]
        return Inputs(
            spans=spans,
            keys=keys,
            places=tuple({n: str(row[n] or "") for n in places} for row in rows),
            measures=measures,
            curves=curves_of(result.table, len(measures)),
            ranks=np.array([np.nan if r is None else r for r in ranks], dtype=np.float64),
            classes=tuple(str(row[rank[0]] or "") if rank else "" for row in rows),
            alarms=alarms,
            alerts=own,
            orders=self._orders(watch, risk, spans, keys, why),
            why=why,
            grades=(
                sum(int(row["good"] or 0) for row in rows),
                sum(int(row["uncertain"] or 0) for row in rows),
                sum(int(row["bad"] or 0) for row in rows),
                sum(int(row["readings"] or 0) for row in rows),
            ),
            is_cut=result.truncated,
        )

    def _alarms(
        self, watch: Watch, spans: Spans, keys: Sequence[Key], why: dict[str, str]
    ) -> Floats | None:
        if watch.alarms is None:
            why["alarms"] = _("there are no records of alarms")
            return None
        table = self.parts.model.tables[watch.alarms]
        if not self._may_read(watch.alarms, (watch.asset,)):
            why["alarms"] = _("you may not see them")
            return None
        rows = self._run(alarms_sql(self.parts.model, watch, spans)).table.to_pylist()
        return counts_of(rows, keys, table.scope, watch.asset, "n")

    def _orders(
        self, watch: Watch, risk: Risk, spans: Spans, keys: Sequence[Key], why: dict[str, str]
    ) -> Floats | None:
        orders = risk.orders
        if orders is None:
            why["maintenance"] = _("there are no records of maintenance")
            return None
        table = self.parts.model.tables[orders.table]
        names = [watch.asset, *([orders.type] if orders.type else [])]
        if not self._may_read(orders.table, names):
            why["maintenance"] = _("you may not see it")
            return None
        rows = self._run(orders_sql(self.parts.model, orders, watch, spans)).table.to_pylist()
        return orders_of(rows, keys, table.scope, watch.asset, spans.now)

    def _alerts(self, risk: Risk, keys: Sequence[Key], alerts: Alerts) -> Floats | None:
        found = alerts(self.errand.user, self.parts.model.name, risk.scale.alarm_days)
        if found is None:
            return None
        has_scope = any(scope for scope, _asset in keys)
        counts: dict[Key, float] = {}
        for one in found:
            key = (one.alert.plant if has_scope else "", one.alert.asset)
            counts[key] = counts.get(key, 0.0) + 1
        return np.array([counts.get(key, 0.0) for key in keys], dtype=np.float64)

    def _run(self, sql: str) -> Result:
        governed = self.queries.govern(sql, self.errand.user, self.parts.model)
        result = self.queries.run(governed, self.parts.engine, self.errand).result
        self.written.append(sql)
        self.governed.append(governed)
        return result

    def _may_read(self, table: str, names: Sequence[str]) -> bool:
        """Whether the person sees these columns, and those by which time and scope are told, as
        they are."""
        needed = columns_read(self.parts.model.tables[table], names)
        return set(self._seen(table, sorted(needed))) == needed

    def _seen(self, table: str, names: Sequence[str]) -> tuple[str, ...]:
        """Those of the columns that the person sees, and not under a mask."""
        user, model = self.errand.user, self.parts.model
        visible = self.queries.visible(user, model).get(table, frozenset())
        masked = self.queries.masked(user, model)
        return tuple(n for n in names if n in visible and (table, n) not in masked)


def risk_of(model: SemanticModel) -> tuple[Watch, Risk]:
    """What is watched, and of what a score is made. Raises UserFixable for a model without one."""
    if model.watch is None or model.risk is None:
        raise UserFixable(_("There is no risk score for this data: its model names none."))
    return model.watch, model.risk
