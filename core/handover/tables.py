"""The parts of a sheet as tables of texts: the same on the screen and on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from core.handover.sheet import Figures, LineRow, Ranked, Sheet
from core.handover.words import Words
from core.semantic.display import unit_of
from core.semantic.model import Handover, Metric, SemanticModel
from core.semantic.result import ResultColumn


@dataclass(frozen=True, slots=True)
class TextTable:
    """Title, header and rows. right: columns of figures. strong: rows that stand out. empty: what
    to say where there are no rows. more: a line under it."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    strong: tuple[int, ...] = ()
    empty: str = ""
    more: str = ""


def words_of(sheet: Sheet, model: SemanticModel, language: str = "") -> Words:
    """The words of a sheet: of the plant's language, or of another that is asked for."""
    chosen = language or sheet.language
    labels = model.labels.get(chosen)
    return Words(chosen, labels.plain() if labels is not None else {})


def subtitle_of(sheet: Sheet, words: Words) -> str:
    """Which shift it is."""
    shift = sheet.shift
    text = words.say(
        "shift_of",
        shift=words.label(shift.name),
        day=words.day(shift.day),
        start=f"{shift.start:%H:%M}",
        end=f"{shift.end:%H:%M}",
    )
    if sheet.is_whole:
        return text
    return f"{text} · {words.say('open', moment=words.moment(sheet.until))}"


def quality_of(sheet: Sheet, words: Words) -> str:
    """Quality of the shift's readings, and how new the data are."""
    quality = sheet.quality
    if quality is None or quality.good is None:
        return words.say("no_quality")
    good = words.percent(quality.good)
    return words.say("quality", good=good, n=words.number(quality.readings, 0))


def tables_of(sheet: Sheet, model: SemanticModel, words: Words) -> tuple[TextTable, ...]:
    """All tables, in the order of the sheet."""
    said = model.handover
    assert said is not None
    figure = words.label(said.figure, model.metrics[said.figure].label)
    tables = [_lines(sheet, model, said, words, figure), _losses(sheet, model, said, words, figure)]
    metric = model.metrics[said.downtime]
    lost, down = words.label(metric.name, metric.label), _hours(metric, words)
    columns = model.tables[model.default_table].columns
    tables.append(
        _ranked(
            words.say("reasons", figure=lost), sheet.reasons, words,
            (words.label(said.reason, columns[said.reason].label), down),
        )
    )  # fmt: skip
    asset = words.label(said.asset, columns[said.asset].label)
    tables.append(
        _ranked(
            words.say("assets", figure=lost), sheet.assets, words,
            (asset, down, words.say("mostly")),
        )
    )  # fmt: skip
    tables.append(_worst(sheet, model, said, words, (asset, figure, down)))
    if sheet.alarms is not None:
        tables.append(_alarms(sheet, model, said, words))
    return tuple(tables)


def _lines(
    sheet: Sheet, model: SemanticModel, said: Handover, words: Words, figure: str
) -> TextTable:
    column = model.tables[model.default_table].columns[said.line]
    header = (
        words.label(said.line, column.label),
        figure,
        words.say("change_before"),
        words.say("change_day"),
        *(words.label(n, model.metrics[n].label) for n in said.losses),
        _hours(model.metrics[said.downtime], words),
    )
    rows = [_line(row, row.name, words) for row in sheet.lines]
    rows.append(_line(sheet.whole, words.say("whole"), words))
    right = tuple(range(1, len(header)))
    title = words.say("by_line", figure=figure)
    return TextTable(title, header, tuple(rows), right, strong=(len(rows) - 1,))


def _line(row: LineRow, name: str, words: Words) -> tuple[str, ...]:
    now = row.now
    factors = [words.percent(f) for f in now.factors]
    return (
        name,
        words.percent(now.figure),
        words.points(_change(now, row.before)),
        words.points(_change(now, row.day_before)),
        *factors,
        _amount(now.downtime, words),
    )


def _change(now: Figures, other: Figures) -> float | None:
    if now.figure is None or other.figure is None:
        return None
    return now.figure - other.figure


def _losses(
    sheet: Sheet, model: SemanticModel, said: Handover, words: Words, figure: str
) -> TextTable:
    """What each factor took, of the plant and of each line; together with the figure 100 %."""
    names = [words.label(n, model.metrics[n].label) for n in said.losses]
    column = model.tables[model.default_table].columns[said.line]
    rows = []
    whole = LineRow(words.say("whole"), sheet.whole.now, sheet.whole.before, sheet.whole.day_before)
    for row in (*sheet.lines, whole):
        lost = row.now.losses()
        if lost:
            rows.append((row.name, *(words.points(-part) for part in lost)))
    title = words.say("losses", figure=figure)
    header = (words.label(said.line, column.label), *names)
    right = tuple(range(1, len(header)))
    strong = (len(rows) - 1,) if rows else ()
    return TextTable(title, header, tuple(rows), right, strong, words.say("no_losses"))


def _ranked(
    title: str, entries: Sequence[Ranked], words: Words, header: tuple[str, ...]
) -> TextTable:
    rows = []
    for entry in entries:
        cells = (words.label(entry.name), _amount(entry.value, words), words.label(entry.of))
        rows.append(cells[: len(header)])
    return TextTable(title, header, tuple(rows), (1,), empty=words.say("nothing"))


def _worst(
    sheet: Sheet,
    model: SemanticModel,
    said: Handover,
    words: Words,
    header: tuple[str, str, str],
) -> TextTable:
    asset, figure, down = header
    factors = [words.label(n, model.metrics[n].label) for n in said.losses]
    rows = [
        (
            row.name,
            words.percent(row.figures.figure),
            *(words.percent(f) for f in row.figures.factors),
            _amount(row.figures.downtime, words),
        )
        for row in sheet.worst
    ]
    names = (asset, figure, *factors, down)
    title = words.say("worst", figure=figure)
    return TextTable(
        title, names, tuple(rows), tuple(range(1, len(names))), empty=words.say("nothing")
    )


def _alarms(sheet: Sheet, model: SemanticModel, said: Handover, words: Words) -> TextTable:
    alarms = sheet.alarms
    assert alarms is not None
    assert said.alarms is not None
    columns = model.tables[said.alarms].columns
    header = tuple(words.label(n, columns[n].label) for n in alarms.fields)
    rows = tuple(tuple(_cell(value, words) for value in row) for row in alarms.rows)
    total = words.number(alarms.total, 0)
    if alarms.is_cut:
        total = words.say("at_least", n=total)
    left = alarms.total - len(rows)
    more = words.say("more", n=words.number(left, 0)) if left > 0 else ""
    return TextTable(
        words.say("alarms", n=total), header, rows, empty=words.say("none_open"), more=more
    )


def _cell(value: object, words: Words) -> str:
    if value is None:
        return "–"
    if isinstance(value, dt.datetime):
        return words.moment(value)
    if isinstance(value, dt.date):
        return words.day(value)
    if isinstance(value, float):
        return words.number(value, 2)
    return words.label(str(value))


def _amount(value: float | None, words: Words) -> str:
    return "–" if value is None else words.number(value, 1)


def _hours(metric: Metric, words: Words) -> str:
    """A metric's name with its unit."""
    column = ResultColumn("v", metric.label, "double", "measure", metric.unit)
    symbol = unit_of(column)
    name = words.label(metric.name, metric.label)
    return f"{name} ({symbol})" if symbol else name


__all__ = ["TextTable", "quality_of", "subtitle_of", "tables_of", "words_of"]
