"""What each part of an asset's score comes from, in words."""

from __future__ import annotations

import math

import numpy as np

from core.risk.assessment import PART_AT, Parts
from core.risk.limits import Pairs
from core.risk.weights import PART_NAMES
from core.semantic.display import format_number, format_percent, format_plain
from core.semantic.model import Risk, SemanticModel
from core.semantic.said import said, value_label
from core.translation import gettext as _


def part_name(part: str) -> str:
    """What a part is called in the language at hand."""
    return _(PART_NAMES[part])


def reason(parts: Parts, asset: int, part: str, model: SemanticModel, risk: Risk) -> str:
    """Why a part of an asset is what it is; of one that cannot be told, why not."""
    absent = parts.inputs.why.get(part)
    if absent is not None:
        return _("not told: {why}").format(why=absent)
    match part:
        case "threshold":
            return _near(parts, asset, model, risk)
        case "trend":
            return _moving(parts, asset, model, risk)
        case "alarms":
            return _alarms(parts, asset, risk)
        case "maintenance":
            return _maintenance(parts, asset, risk)
        case _:
            return _criticality(parts, asset, model, risk)


def counts_nothing(parts: Parts, asset: int, part: str) -> bool:
    """Whether a part of an asset cannot be told, and so counts 0."""
    return bool(np.isnan(parts.values[asset, PART_AT[part]])) and part not in parts.inputs.why


def _near(parts: Parts, asset: int, model: SemanticModel, risk: Risk) -> str:
    pair = int(parts.near.pair[asset])
    if pair < 0:
        return _no_limit(parts, asset, risk)
    curves, pairs = parts.inputs.curves, parts.pairs
    at = (asset, int(pairs.measure[pair]))
    level, usual, spread = (float(one[at]) for one in (curves.level, curves.usual, curves.spread))
    side, limit = float(pairs.side[pair]), float(pairs.limit[pair])
    before, whole = side * (limit - level), side * (limit - usual)
    way = 1 - before / whole if whole > 0 else 0.0
    close = 1 - before / (risk.scale.reach_sigmas * spread) if spread > 0 else 0.0
    if before <= 0:
        text = _("{measure} {level}, on or past its limit of {limit}")
    elif max(way, close) <= 0:
        text = _("{measure} {level}, far from its limit of {limit}")
    elif way >= close:
        text = _(
            "{measure} {level}, {way} of the way from its usual {usual} to its limit of {limit}"
        )
    else:
        text = _("{measure} {level}, {sigmas} standard deviations before its limit of {limit}")
    return text.format(
        measure=_measure(parts, pair, model),
        level=_amount(level, parts, pair, model),
        usual=_amount(usual, parts, pair, model),
        way=format_percent(way, 0),
        sigmas=format_number(before / spread, 1) if spread > 0 else "",
        limit=_limit(pairs, pair, parts, model),
    )


def _moving(parts: Parts, asset: int, model: SemanticModel, risk: Risk) -> str:
    pair = int(parts.trend.pair[asset])
    if pair < 0:
        return _no_limit(parts, asset, risk)
    if not parts.trend.value[asset] > 0:
        return _("no measure moves towards its limit")
    curves, pairs = parts.inputs.curves, parts.pairs
    at = (asset, int(pairs.measure[pair]))
    slope, side = float(curves.slope[at]), float(pairs.side[pair])
    left = side * (float(pairs.limit[pair]) - float(curves.level[at]))
    if left <= 0:
        text = _("{measure} is past its limit of {limit} and goes on by {slope} a day")
    else:
        text = _(
            "{measure} moves by {slope} a day towards its limit of {limit}, which it would reach "
            "in {days} days"
        )
    return text.format(
        measure=_measure(parts, pair, model),
        slope=_amount(slope, parts, pair, model, fine=True),
        limit=_limit(pairs, pair, parts, model),
        days=format_number(left / (side * slope), 0) if left > 0 else "",
    )


def _no_limit(parts: Parts, asset: int, risk: Risk) -> str:
    if (parts.pairs.owner == asset).any():
        return _("not told: its limits have no Good readings of the last {hours} hours").format(
            hours=f"{risk.scale.level_hours:g}"
        )
    return _("not told: no limit is in force for it")


def _alarms(parts: Parts, asset: int, risk: Risk) -> str:
    inputs = parts.inputs
    alarms = 0 if inputs.alarms is None else int(inputs.alarms[asset])
    alerts = 0 if inputs.alerts is None else int(inputs.alerts[asset])
    return _(
        "{alarms} alarms and {alerts} alerts in {days} days, {per_day} a day; its share of the "
        "figures is {most} a day"
    ).format(
        alarms=format_number(alarms, 0),
        alerts=format_number(alerts, 0),
        days=f"{risk.scale.alarm_days:g}",
        per_day=format_number(float(parts.per_day[asset]), 1),
        most=format_number(float(parts.most[asset]), 1),
    )


def _maintenance(parts: Parts, asset: int, risk: Risk) -> str:
    assert parts.inputs.orders is not None
    opened, age, failures = parts.inputs.orders[asset]
    found = _("no open order")
    if opened == 1:
        found = _("1 open order, for {days} days").format(days=format_number(float(age), 0))
    elif opened:
        found = _("{n} open orders, the oldest for {days} days").format(
            n=format_number(float(opened), 0), days=format_number(float(age), 0)
        )
    return _("{open}; failures in {days} days: {n}").format(
        open=found,
        days=f"{risk.scale.failure_days:g}",
        n=format_number(float(failures), 0),
    )


def _criticality(parts: Parts, asset: int, model: SemanticModel, risk: Risk) -> str:
    assert model.watch is not None
    column = said(model).tables[model.watch.table].columns[risk.criticality or ""]
    value = parts.inputs.classes[asset]
    if np.isnan(parts.inputs.ranks[asset]):
        return _("not told: {column} {value} has no rank").format(
            column=column.label, value=value_label(value, column) or "–"
        )
    return f"{column.label} {value_label(value, column)}"


def _measure(parts: Parts, pair: int, model: SemanticModel) -> str:
    assert model.watch is not None
    name = parts.inputs.measures[int(parts.pairs.measure[pair])]
    return said(model).tables[model.watch.table].columns[name].label


def _amount(
    value: float, parts: Parts, pair: int, model: SemanticModel, *, fine: bool = False
) -> str:
    assert model.watch is not None
    name = parts.inputs.measures[int(parts.pairs.measure[pair])]
    column = model.tables[model.watch.table].columns[name]
    decimals = column.decimals + 1
    if fine and value:
        decimals = max(decimals, 1 - math.floor(math.log10(abs(value))))
    return format_plain(value, column.unit, min(decimals, 9))


def _limit(pairs: Pairs, pair: int, parts: Parts, model: SemanticModel) -> str:
    assert model.watch is not None
    name = parts.inputs.measures[int(pairs.measure[pair])]
    unit = model.tables[model.watch.table].columns[name].unit
    return format_plain(float(pairs.limit[pair]), unit)
