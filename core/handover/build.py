"""Makes a shift's sheet: each figure is a governed query of the person who looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from core.errors import UserFixable
from core.handover.sheet import Alarms, AssetRow, Figures, LineRow, Ranked, Sheet
from core.semantic.model import Handover, SemanticModel, TimeAxis
from core.semantic.query import (
    Dimension,
    Filter,
    Grain,
    Measure,
    Op,
    Order,
    SemanticQuery,
    TimeWindow,
)
from core.semantic.shifts import Shift, shift_before, shift_on
from core.translation import gettext as _
from core.types import DataQuality, Result

#: Entries of each ranking, and alarms that are shown.
_TOP: Final = 5
_ALARMS: Final = 12

RunQuery = Callable[[SemanticQuery], Result]
Grade = Callable[[SemanticQuery], DataQuality | None]
_Name = TypeVar("_Name")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which sheet is wanted. until: how far the plant's data go, on its clock."""

    plant: str
    plant_name: str
    shift: Shift
    until: dt.datetime


def build_sheet(asked: Asked, model: SemanticModel, run: RunQuery, grade: Grade) -> Sheet:
    """The sheet. run: rows of a query under the person's own rights; grade: quality of the readings
    that it takes. Raises UserFixable for a model without a sheet, and what they raise."""
    return _Builder(asked, model, run).sheet(grade)


def axis_of(model: SemanticModel) -> tuple[Handover, TimeAxis]:
    """The model's section and the time of its table. Raises UserFixable where there is none."""
    time = model.tables[model.default_table].time
    if model.handover is None or time is None:
        raise UserFixable(
            _(
                "The model {model} says nothing of a shift's sheet; its file can (`handover:`)."
            ).format(model=repr(model.label))
        )
    return model.handover, time


class _Builder:
    def __init__(self, asked: Asked, model: SemanticModel, run: RunQuery) -> None:
        self._asked = asked
        self._model = model
        self._run = run
        self._said, self._time = axis_of(model)
        table = model.tables[model.default_table]
        self._scope = table.scope

    def sheet(self, grade: Grade) -> Sheet:
        asked, hours = self._asked, self._time.shift_hours
        before = shift_before(asked.shift, hours)
        day_before = shift_on(asked.shift.day - dt.timedelta(days=1), asked.shift.name, hours)
        assets, worst = self._assets()
        return Sheet(
            model=self._model.name,
            plant=asked.plant,
            plant_name=asked.plant_name,
            language=self._said.languages.get(asked.plant, "en"),
            shift=asked.shift,
            before=before,
            day_before=day_before,
            until=asked.until,
            is_whole=asked.until >= asked.shift.end,
            whole=self._whole(before, day_before),
            lines=self._lines(before, day_before),
            reasons=self._reasons(),
            assets=assets,
            worst=worst,
            alarms=self._alarms(),
            quality=grade(self._query(asked.shift, (), ())),
            zone=self._model.timezones.get(asked.plant, "UTC"),
        )

    # -- figures -----------------------------------------------------------------------------

    def _query(
        self,
        shift: Shift,
        columns: Iterable[str],
        metrics: Iterable[str],
        *,
        limit: int | None = None,
    ) -> SemanticQuery:
        assert self._time.shift is not None
        start = dt.datetime.combine(shift.day, dt.time())
        day = TimeWindow(start, start + dt.timedelta(days=1), "production", grain=Grain.DAY)
        measures = tuple(Measure(metric=name) for name in metrics)
        return SemanticQuery(
            self._model.name,
            self._model.default_table,
            measures=measures,
            dimensions=tuple(Dimension(column=name) for name in columns),
            filters=(*self._here(), Filter(self._time.shift, Op.EQ, (shift.name,))),
            time=day,
            order=(Order("measure", 0),) if measures else (),
            limit=limit,
        )

    def _here(self) -> tuple[Filter, ...]:
        assert self._scope is not None, "the model's file was checked for it"
        return (Filter(self._scope, Op.EQ, (self._asked.plant,)),)

    @property
    def _figures(self) -> tuple[str, ...]:
        said = self._said
        return (said.figure, *said.losses, said.downtime)

    def _whole(self, before: Shift, day_before: Shift) -> LineRow:
        found = [self._row(shift) for shift in (self._asked.shift, before, day_before)]
        return LineRow("", *found)

    def _row(self, shift: Shift) -> Figures:
        rows = _rows(self._run(self._query(shift, (), self._figures)))
        return _figures_of(rows[0]) if rows else Figures()

    def _lines(self, before: Shift, day_before: Shift) -> tuple[LineRow, ...]:
        shifts = (self._asked.shift, before, day_before)
        by_shift = [self._by(shift, self._said.line) for shift in shifts]
        names = sorted({name for found in by_shift for name in found})
        empty = Figures()
        rows = [LineRow(n, *(found.get(n, empty) for found in by_shift)) for n in names]
        return tuple(row for row in rows if row.now != empty or row.before != empty)

    def _by(self, shift: Shift, column: str) -> dict[str, Figures]:
        rows = _rows(self._run(self._query(shift, (column,), self._figures)))
        return {str(row[0]): _figures_of(row[1:]) for row in rows if row[0] is not None}

    # -- rankings ----------------------------------------------------------------------------

    def _reasons(self) -> tuple[Ranked, ...]:
        said = self._said
        rows = _rows(self._run(self._query(self._asked.shift, (said.reason,), (said.downtime,))))
        found = [Ranked(str(n), float(v)) for n, v in rows if n is not None and v]
        return tuple(sorted(found, key=lambda r: -r.value)[:_TOP])

    def _assets(self) -> tuple[tuple[Ranked, ...], tuple[AssetRow, ...]]:
        """Assets that stood most, with their main reason, and those with the least figure."""
        said, shift = self._said, self._asked.shift
        by_asset = self._by(shift, said.asset)
        reasons = self._main_reasons()
        stood = [
            Ranked(n, f.downtime, reasons.get(n, "")) for n, f in by_asset.items() if f.downtime
        ]
        stood.sort(key=lambda r: (-r.value, r.name))
        rated = [AssetRow(n, f) for n, f in by_asset.items() if f.figure is not None]
        rated.sort(key=lambda a: (a.figures.figure or 0.0, a.name))
        return tuple(stood[:_TOP]), tuple(rated[:_TOP])

    def _main_reasons(self) -> dict[str, str]:
        said = self._said
        query = self._query(self._asked.shift, (said.asset, said.reason), (said.downtime,))
        most: dict[str, tuple[float, str]] = {}
        for asset, reason, value in _rows(self._run(query)):
            if reason is not None and value and value > most.get(asset, (0.0, ""))[0]:
                most[str(asset)] = (float(value), str(reason))
        return {asset: reason for asset, (_, reason) in most.items()}

    # -- alarms ------------------------------------------------------------------------------

    def _alarms(self) -> Alarms | None:
        """Events that had begun and not ended when the shift did."""
        said = self._said
        table = self._model.tables[said.alarms] if said.alarms else None
        if table is None or table.time is None or table.time.end is None:
            return None
        moment = min(self._asked.shift.end, self._asked.until)
        wanted = [n for n in said.alarm_fields if n in table.columns]
        fields = tuple(dict.fromkeys((*wanted, table.time.timestamp)))
        still = Filter(table.time.end, Op.IS_NULL)
        later = Filter(table.time.end, Op.GE, (moment,))
        plant = table.scope or said.plant
        value = self._asked.plant if table.scope else self._asked.plant_name
        rows: list[tuple[Any, ...]] = []
        is_cut = False
        for ended in (still, later):
            query = SemanticQuery(
                self._model.name,
                table.name,
                kind="records",
                fields=fields,
                filters=(Filter(plant, Op.EQ, (value,)), ended),
                time=TimeWindow(None, moment),
            )
            result = self._run(query)
            names = result.table.column_names
            at = [names.index(name) for name in fields if name in names]
            rows += [tuple(row[i] for i in at) for row in _rows(result)]
            is_cut = is_cut or result.truncated
        when = fields.index(table.time.timestamp)
        rows.sort(key=lambda row: (row[when] is None, row[when]))
        shown = tuple(row[: len(wanted)] for row in rows[:_ALARMS])
        return Alarms(len(rows), shown, tuple(wanted), is_cut)


def _rows(result: Result) -> list[tuple[Any, ...]]:
    columns = [column.to_pylist() for column in result.table.columns]
    return list(zip(*columns, strict=True))


def _figures_of(cells: Iterable[Any]) -> Figures:
    """Cells in the order of the section: figure, factors, and by what is ranked."""
    figure, *factors, downtime = [None if c is None else float(c) for c in cells]
    return Figures(figure, tuple(factors), downtime)
