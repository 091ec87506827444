"""Values as people read them: a number with its unit, a date, a span of time.

One place for charts, sentences and tables, so that a figure looks the same wherever it stands.
Numbers and dates are spelt as the language at hand spells them (`core.semantic.spelling`); a
negative number has a real minus sign.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from core.semantic.exact import Number, exact, is_number, magnitude, times
from core.semantic.query import Agg, Grain, Measure, SemanticQuery, TimeWindow, Transform
from core.semantic.result import ResultColumn
from core.semantic.spelling import SPELLINGS, Spelling
from core.semantic.units import display_unit
from core.translation import CODE, language, pgettext

MINUS = "−"
#: Between a number and its unit, so that a line never breaks there.
NBSP = "\u00a0"

_DAY = dt.timedelta(days=1)
_MAX_EXTRA_DECIMALS = 4
#: By how much of a value what is told of it may differ from it.
_MOST_OFF = 0.05


def unit_of(column: ResultColumn) -> str:
    """The symbol behind a column's numbers: `%` for a ratio, nothing for a bare number."""
    return "%" if column.display == "percent" else unit_symbol(column.unit)


def unit_symbol(unit: str | None) -> str:
    """The symbol of a UCUM unit as the language at hand writes it."""
    return _spelling().unit(display_unit(unit))


def scale_unit(column: ResultColumn) -> str | None:
    """The UCUM unit of the numbers that stand on a screen or an axis for a column's."""
    return "%" if column.display == "percent" else column.unit


def shown(value: Number, column: ResultColumn) -> Number:
    """The number that stands on a screen for a stored one: a ratio times 100."""
    return times(value, 100) if column.display == "percent" else value


def format_number(value: Number, decimals: int = 2) -> str:
    """A finite number with thousands separators, from its exact digits.

    Above 10,000 fewer decimals are kept, and a value that rounding would change by more than a
    twentieth keeps up to four more, so that neither noise nor nothing is shown.
    """
    size = magnitude(exact(value))
    near = float(size)
    if size >= 10_000:
        decimals = 0
    elif size >= 1_000:
        decimals = min(decimals, 1)
    wanted = decimals
    most = decimals + _MAX_EXTRA_DECIMALS
    while wanted < most and abs(round(near, wanted) - near) > near * _MOST_OFF:
        wanted += 1
    if size and round(near, wanted) == 0:
        wanted = decimals
    text = spelt(f"{size:,.{wanted}f}")
    is_negative = value < 0 and any(c in "123456789" for c in text)
    return MINUS + text if is_negative else text


def _spelling() -> Spelling:
    return SPELLINGS[language()]


def spelt(number: str) -> str:
    """A number in English digits, as the language at hand points and groups it."""
    marks = _spelling().marks
    return number.translate(marks) if marks else number


def number_marks() -> str:
    """The mark before decimals and the mark between thousands: `.,`."""
    return spelt(".") + spelt(",")


def format_fixed(value: float, decimals: int) -> str:
    """A number with just so many digits after the point, without groups."""
    return spelt(f"{value:.{decimals}f}")


def no_value() -> str:
    """What stands where there is no value."""
    return pgettext("no_value", "no value")


def _with_unit(text: str, symbol: str) -> str:
    return f"{text}{NBSP}{symbol}" if symbol else text


def format_value(value: object, column: ResultColumn) -> str:
    """A cell as text with its unit; `no value` for NULL, NaN and infinity."""
    if value is None:
        return no_value()
    if isinstance(value, bool):
        return pgettext("yes", "yes") if value else pgettext("no", "no")
    if isinstance(value, dt.datetime):
        return format_moment(value)
    if isinstance(value, dt.date):
        return format_date(value)
    if isinstance(value, int | float | Decimal):
        if not is_number(value):
            return no_value()
        text = format_number(shown(value, column), column.decimals)
        return _with_unit(text, unit_of(column))
    return column.said_values.get(str(value), str(value))


def format_plain(value: float, unit: str | None = None, decimals: int = 6) -> str:
    """A number as somebody typed it (a limit, a filter): no digits that are not there."""
    text = spelt(f"{abs(value):,.{decimals}f}".rstrip("0").rstrip("."))
    return _with_unit((MINUS if value < 0 else "") + text, unit_symbol(unit))


def format_change(value: Number, column: ResultColumn, *, signed: bool = True) -> str:
    """A difference with its sign and unit; of two ratios in points, never in per cent."""
    size = format_number(magnitude(shown(value, column)), column.decimals)
    is_ratio = column.display == "percent"
    symbol = pgettext("points", "points") if is_ratio else unit_symbol(column.unit)
    sign = "" if not signed or value == 0 else "+" if value > 0 else MINUS
    return _with_unit(sign + size, symbol)


def format_percent(fraction: float, decimals: int = 1, *, signed: bool = False) -> str:
    """A fraction as per cent: 0.123 -> `12.3 %`."""
    sign = "+" if signed and fraction > 0 else ""
    return _with_unit(sign + format_number(fraction * 100, decimals), "%")


def format_date(day: dt.date, *, year: bool = True) -> str:
    """`28 Jun 2026`."""
    return _spelling().day(day, year=year)


def format_moment(moment: dt.datetime, *, year: bool = True) -> str:
    """`28 Jun 2026 14:10`; with seconds only where there are any."""
    clock = f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"
    return f"{format_date(moment, year=year)} {clock}"


def format_duration(hours: float) -> str:
    """A span of time in the unit that suits it: minutes, hours or days."""
    size = abs(hours)
    if size < 1:
        return f"{format_number(hours * 60, 0)}{NBSP}{unit_symbol('min')}"
    if size < 72:
        return f"{format_number(hours, 1)}{NBSP}{unit_symbol('h')}"
    return f"{format_number(hours / 24, 1)}{NBSP}{pgettext('unit', 'days')}"


#: What a window is, which tells the word before it: `in June 2026`, `on 28 Jun 2026`, `from 22 to
#: 28 Jun 2026`; a `clock` is of one day, an `edge` has an end alone.
Shape = Literal["none", "edge", "day", "named", "clock", "moments", "days"]


def format_window(window: TimeWindow | None) -> str:
    """A window in absolute dates, its last day included: `22 to 28 Jun 2026`, `Jun 2026`."""
    return shaped_window(window)[0]


def shaped_window(window: TimeWindow | None) -> tuple[str, Shape]:
    """The same, with what the window is."""
    if window is None or (window.start is None and window.end is None):
        return pgettext("window", "all loaded data"), "none"
    if window.start is None:
        assert window.end is not None
        return pgettext("window", "before {edge}").format(edge=_edge(window.end)), "edge"
    if window.end is None:
        return pgettext("window", "from {edge}").format(edge=_edge(window.start)), "edge"
    start, end = window.start, window.end
    spelling = _spelling()
    if not window.is_whole_days:
        if start.date() == end.date():
            return _range(format_moment(start), f"{end:%H:%M}"), "clock"
        return _range(format_moment(start), format_moment(end)), "moments"
    calendar = _calendar_name(start, end)
    if calendar:
        return calendar, "named"
    last = end - _DAY
    if last <= start:
        return format_date(start), "day"
    if (start.year, start.month) == (last.year, last.month):
        return _range(spelling.within_month(start), format_date(last)), "days"
    if start.year == last.year:
        return _range(format_date(start, year=False), format_date(last)), "days"
    return _range(format_date(start), format_date(last)), "days"


def _range(first: str, last: str) -> str:
    return pgettext("window", "{first} to {last}").format(first=first, last=last)


def format_span(first: dt.date, last: dt.date) -> str:
    """Two days and what lies between: `1 Jan 2026 to 28 Jun 2026`."""
    return _range(format_date(first), format_date(last))


def is_later(window: TimeWindow | None, other: TimeWindow | None) -> bool:
    """Whether a window starts after another: what it is compared with then comes later."""
    return bool(window and other and window.start and other.start and window.start > other.start)


def _edge(moment: dt.datetime) -> str:
    return format_date(moment) if moment.time() == dt.time(0) else format_moment(moment)


def _calendar_name(start: dt.datetime, end: dt.datetime) -> str:
    """The name of a whole month, quarter or year, else nothing."""
    if start.day != 1 or end.day != 1:
        return ""
    months = (end.year - start.year) * 12 + end.month - start.month
    spelling = _spelling()
    if months == 1:
        return spelling.month(start)
    if months == 3 and start.month % 3 == 1:
        return spelling.quarter(start)
    if months == 12 and start.month == 1:
        return spelling.year(start)
    return ""


def weekday_name(number: int) -> str:
    """1 Monday .. 7 Sunday; the number itself when it is neither."""
    return _spelling().weekdays[number - 1] if 1 <= number <= 7 else str(number)


def weekday_plural(number: int) -> str:
    """The same of several: `Mondays`."""
    return weekday_name(number) + ("s" if language() == CODE else "")


def month_name(number: int) -> str:
    """1 January .. 12 December; the number itself when it is neither."""
    return _spelling().months[number - 1] if 1 <= number <= 12 else str(number)


def format_grain(value: object, grain: Grain | None) -> str:
    """A step of the time axis by its name: `week of 22 Jun 2026`, `Jun 2026`, `Monday`."""
    if value is None:
        return no_value()
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        if not math.isfinite(value):
            return no_value()
        number = int(value)
        match grain:
            case Grain.HOUR_OF_DAY:
                return f"{number:02d}:00"
            case Grain.DAY_OF_WEEK:
                return weekday_name(number)
            case Grain.MONTH_OF_YEAR:
                return month_name(number)
        return spelt(f"{value:g}")
    if isinstance(value, dt.date):
        spelling = _spelling()
        match grain:
            case Grain.YEAR:
                return str(value.year)
            case Grain.QUARTER:
                return spelling.quarter(value)
            case Grain.MONTH:
                return spelling.month(value)
            case Grain.WEEK:
                return pgettext("step", "week of {day}").format(day=format_date(value))
        if isinstance(value, dt.datetime) and grain not in (Grain.DAY, Grain.SHIFT):
            return format_moment(value)
        return format_date(value)
    return str(value)


def column_grains(
    columns: Sequence[ResultColumn], query: SemanticQuery | None
) -> tuple[Grain | None, ...]:
    """The grain of each result column, None where it is no step of time.

    Without a query (SQL outside its shape) a column's name tells.
    """
    found: list[Grain | None] = []
    if query is not None and query.kind == "aggregate":
        for dimension in query.dimensions:
            if dimension.grain is Grain.SHIFT:
                found += [Grain.SHIFT, None]
            else:
                found.append(dimension.grain)
        found = found[: len(columns)]
        return (*found, *([None] * (len(columns) - len(found))))
    by_name = {str(grain): grain for grain in Grain} | {"time": Grain.INTERVAL}
    return tuple(by_name.get(c.name) if c.role == "time" else None for c in columns)


def column_measures(
    columns: Sequence[ResultColumn], query: SemanticQuery | None
) -> tuple[Measure | None, ...]:
    """The query's measure behind each result column of that role, None for the others."""
    measures = iter(query.measures if query is not None else ())
    return tuple(next(measures, None) if c.role == "measure" else None for c in columns)


def is_level(measure: Measure | None) -> bool:
    """Whether a figure is on the scale of its column's readings (a mean, an extreme), so that the
    column's limits apply to it; a sum, a count, a spread or a share is not."""
    if measure is None or measure.transform not in (Transform.NONE, Transform.MOVING):
        return False
    levels = (Agg.AVG, Agg.MIN, Agg.MAX, Agg.PERCENTILE, Agg.LATEST)
    return measure.per is None and measure.over is None and measure.agg in levels
