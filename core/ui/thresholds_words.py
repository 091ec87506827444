"""Thresholds in words: what alerts, where, by whom, and in which state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from core.semantic.said import said
from core.semantic.units import display_unit
from core.threshold_desk.bench import Bench
from core.threshold_desk.effective import Holding
from core.thresholds.limits import limit_unit
from core.thresholds.record import KINDS, SEVERITIES, STATISTICS, STATUSES, Scope, Threshold
from core.translation import gettext as _
from core.translation import marked, ngettext
from core.ui.text import moment, plain, pointed

#: A severity's colour and icon, always together with its word.
LOOKS: Final[Mapping[str, tuple[str, str]]] = {
    "critical": ("red", "error"),
    "warning": ("orange", "warning"),
    "caution": ("yellow", "info"),
}
STATUS_ICONS: Final = {
    "draft": "edit_note",
    "pending": "hourglass_empty",
    "published": "check",
    "retired": "block",
}
_SENTENCES: Final = {
    "high": marked("above {high}"),
    "high_high": marked("above {high}"),
    "low": marked("below {low}"),
    "low_low": marked("below {low}"),
    "band": marked("outside {low} to {high}"),
    "rate": marked("changes by more than {high}"),
    "deviation": marked("more than {high} sigmas from its own baseline"),
    "missing": marked("no Good reading for {high}"),
}
_FROM: Final = {
    "here": marked("set here"),
    "above": marked("from {where}"),
    "inside": marked("only {where}"),
}


def amount(value: float | None, unit: str) -> str:
    """`5.1 mm/s` as the language writes it; a question mark for none."""
    if value is None:
        return "?"
    symbol = display_unit(unit)
    shown = pointed(f"{value:,.6g}")
    return f"{shown} {symbol}" if symbol else shown


def limit(one: Threshold, unit: str) -> str:
    """What it alerts at: `above 5.1 mm/s`. unit: the measure's own."""
    typed = one.unit or limit_unit(one.kind, unit)
    text = _(_SENTENCES[one.kind])
    return text.format(low=amount(one.low, typed), high=amount(one.high, typed))


def unit_of(bench: Bench, one: Threshold) -> str:
    """The own unit of what it looks at."""
    measure = bench.grounds.measures.get(one.measure)
    return measure.unit if measure is not None else ""


def scale_of(bench: Bench, name: str) -> float:
    """What a value of a measure is shown times: 100 where it is a share in per cent."""
    metric = bench.grounds.model.metrics.get(name)
    is_share = metric is not None and metric.display == "percent" and metric.unit in (None, "", "1")
    return 100.0 if is_share else 1.0


def measure(bench: Bench, name: str) -> str:
    """What a measure is called in the language at hand."""
    model = said(bench.grounds.model)
    column = model.tables[bench.known.watch.table].columns.get(name)
    if column is not None:
        return column.label
    metric = model.metrics.get(name)
    return metric.label if metric is not None else name


def level(bench: Bench, name: str) -> str:
    """What a level is called."""
    column = said(bench.grounds.model).tables[bench.known.watch.table].columns.get(name)
    return column.label if column is not None else name


def value(bench: Bench, name: str, stored: str) -> str:
    """What a value of a level is called."""
    column = said(bench.grounds.model).tables[bench.known.watch.table].columns.get(name)
    label = column.said_values.get(stored) if column is not None else None
    return label.text if label is not None else stored


def where(bench: Bench, scope: Scope) -> str:
    """`pump, HAM`, from the general to the particular; everything for no place."""
    return ", ".join(value(bench, *one) for one in scope.at) or _("everything")


def looked_at(bench: Bench, one: Threshold) -> str:
    """`Vibration`; of a figure of whole places `OEE, each Line as a whole`."""
    name = measure(bench, one.measure)
    return f"{name}, {whole(bench, one.per)}" if one.per else name


def whole(bench: Bench, per: str) -> str:
    """Of what a figure is taken: of each asset, or of each place of a level."""
    if not per:
        return _("each asset")
    return _("each {level} as a whole").format(level=level(bench, per))


def title(bench: Bench, one: Threshold) -> str:
    """`Vibration above 5.1 mm/s`."""
    return f"{looked_at(bench, one)}: {limit(one, unit_of(bench, one))}"


def kind(one: Threshold) -> str:
    """The name of its kind."""
    return _(KINDS[one.kind].words)


def comes_from(bench: Bench, row: Holding) -> str:
    """Where a limit that counts comes from: `set here`, `from pump`, `only pump, HAM`."""
    if row.is_fallback:
        return _("the data model")
    return _(_FROM[row.where]).format(where=where(bench, row.threshold.scope))


def hides(bench: Bench, row: Holding) -> str:
    """What it hides, nearest first: `pump: above 5.1 mm/s`."""
    return "; ".join(
        f"{where(bench, one.scope)}: {limit(one, unit_of(bench, one))}" for one in row.hides
    )


def severity(one: Threshold) -> str:
    """Icon, colour and word; Markdown."""
    colour, icon = LOOKS[one.severity]
    return f":{colour}[:material/{icon}:] {plain(_(SEVERITIES[one.severity]))}"


def status(one: Threshold) -> str:
    """How far a version has come; Markdown."""
    text = _(STATUSES[one.status])
    if one.status == "pending" and one.approver:
        text = _("Approved by {name}").format(name=one.approver)
    if one.ends:
        text += ", " + _("takes it out of force")
    return f":gray-badge[:material/{STATUS_ICONS[one.status]}: {plain(text)}]"


def conduct(bench: Bench, one: Threshold) -> str:
    """How it trips and returns, in a sentence."""
    unit = one.unit or limit_unit(one.kind, unit_of(bench, one))
    said = []
    if one.window_min and _is_figure(bench, one):
        said.append(_("over {n} min").format(n=one.window_min))
    elif one.window_min:
        text = _("the {statistic} of {n} min")
        said.append(text.format(statistic=_(STATISTICS[one.statistic]).lower(), n=one.window_min))
    if one.on_delay_min:
        said.append(_("for {n} min before it alerts").format(n=one.on_delay_min))
    if one.deadband:
        said.append(_("returns {width} inside the limit").format(width=amount(one.deadband, unit)))
    if one.off_delay_min:
        said.append(_("clear for {n} min before it returns").format(n=one.off_delay_min))
    if one.latch:
        said.append(_("stays until it is reset"))
    if one.realarm_min:
        said.append(_("alerts again after {n} min").format(n=one.realarm_min))
    return "; ".join(said)


def _is_figure(bench: Bench, one: Threshold) -> bool:
    found = bench.grounds.measures.get(one.measure)
    return found is not None and found.is_metric


def since(one: Threshold) -> str:
    """From when on a version holds."""
    if one.valid_from is None:
        return _("from when it is published")
    return _("from {moment} UTC").format(moment=moment(one.valid_from))


def length(minutes: float | None) -> str:
    """`20 min`, `3.5 h`, `2.1 d`; a dash for none."""
    if minutes is None:
        return "–"
    if minutes < 120:
        return _("{n} min").format(n=pointed(f"{minutes:.0f}"))
    if minutes < 2_880:
        return _("{n} h").format(n=pointed(f"{minutes / 60:.1f}"))
    return _("{n} d").format(n=pointed(f"{minutes / 1_440:.1f}"))


def alerts(count: int) -> str:
    """So many alerts."""
    shown = pointed(f"{count:,}")
    return ngettext("{n} alert", "{n} alerts", count).format(n=shown)


def assets(count: int) -> str:
    """So many assets."""
    shown = pointed(f"{count:,}")
    return ngettext("{n} asset", "{n} assets", count).format(n=shown)


def day(at: dt.datetime) -> str:
    """A day and time, which are UTC."""
    return moment(at) + " UTC"
