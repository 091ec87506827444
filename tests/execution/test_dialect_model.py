"""DuckDB's values through the dialect against an independent reading of StarRocks' rules in Python,
on random arguments: this is where differences would hide."""

import calendar
import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.execution.dialect import to_duckdb
from tests.execution.starrocks_tables import open_store

DATES = st.dates(dt.date(1901, 1, 1), dt.date(2099, 12, 31))
MOMENTS = st.datetimes(dt.datetime(1980, 1, 1), dt.datetime(2060, 1, 1))
TEXTS = st.text("ab-# é", max_size=12)
DELIMITERS = st.text("ab-#", min_size=1, max_size=2)
UNITS = st.sampled_from(("year", "quarter", "month", "week", "day", "hour", "minute", "second"))
MANY = settings(max_examples=300, deadline=None)


@pytest.fixture(scope="module")
def store():
    connection = open_store()
    yield connection
    connection.close()


def value(store, sql: str) -> object:
    return store.execute(to_duckdb(f"SELECT {sql}")).fetchone()[0]


def literal(found: object) -> str:
    return "'" + str(found).replace("\\", "\\\\").replace("'", "''") + "'"


def week_of(day: dt.date, mode: int) -> tuple[int, int]:
    """(year, week) that a day's week belongs to, by the rules of the table of modes: bit 0 Monday
    first; week 1 is the first with four days in the year in modes 1, 3, 4, 6, else the first
    whole one."""
    first_weekday = 0 if mode & 1 else 6  # Python's numbers
    four_days = mode in (1, 3, 4, 6)

    def start_of(year: int) -> dt.date:
        january = dt.date(year, 1, 1)
        ahead = (first_weekday - january.weekday()) % 7
        start = january + dt.timedelta(days=ahead)
        return start - dt.timedelta(days=7) if four_days and ahead >= 4 else start

    year = day.year + 1
    while day < start_of(year):
        year -= 1
    return year, (day - start_of(year)).days // 7 + 1


@MANY
@given(day=DATES, mode=st.integers(0, 7))
def test_weeks(store, day: dt.date, mode: int):
    year, week = week_of(day, mode)
    if mode in (2, 3, 6, 7):
        wanted = week
    elif year < day.year:
        wanted = 0
    else:
        wanted = week if year == day.year else week_of(day - dt.timedelta(7), mode)[1] + 1
    assert value(store, f"WEEK('{day}', {mode})") == wanted
    # YEARWEEK has no week 0: the year is the week's own, by the rule of the mode without it.
    year, week = week_of(day, {0: 2, 1: 3, 4: 6, 5: 7}.get(mode, mode))
    assert value(store, f"YEARWEEK('{day}', {mode})") == year * 100 + week


def months_between(a: dt.datetime, b: dt.datetime) -> int:
    months = (b.year - a.year) * 12 + b.month - a.month
    rest_a, rest_b = (a.day, a.time()), (b.day, b.time())
    if b >= a and rest_b < rest_a:
        return months - 1
    return months + 1 if b < a and rest_b > rest_a else months


def cut(number: int, by: int) -> int:
    return number // by if number >= 0 else -(-number // by)


@MANY
@given(a=MOMENTS, b=MOMENTS, unit=UNITS)
def test_complete_units(store, a: dt.datetime, b: dt.datetime, unit: str):
    if unit in ("year", "quarter", "month"):
        wanted = cut(months_between(a, b), {"year": 12, "quarter": 3, "month": 1}[unit])
    else:
        seconds = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}[unit]
        wanted = cut((b - a) // dt.timedelta(microseconds=1), seconds * 1_000_000)
    assert value(store, f"TIMESTAMPDIFF({unit}, '{a}', '{b}')") == wanted
    assert value(store, f"DATE_DIFF('{unit}', '{b}', '{a}')") == wanted
    assert value(store, f"{unit.upper()}S_DIFF('{b}', '{a}')") == wanted


@MANY
@given(at=MOMENTS, number=st.integers(-2_000, 2_000), unit=UNITS)
def test_moves(store, at: dt.datetime, number: int, unit: str):
    if unit in ("year", "quarter", "month"):
        months = at.year * 12 + at.month - 1 + number * {"year": 12, "quarter": 3, "month": 1}[unit]
        year, month = divmod(months, 12)
        wanted = None
        if 1 <= year <= 9999:
            last = calendar.monthrange(year, month + 1)[1]
            wanted = at.replace(year=year, month=month + 1, day=min(at.day, last))
    else:
        wanted = at + number * dt.timedelta(**{f"{unit}s": 1})
    found = value(store, f"{unit.upper()}S_ADD('{at}', {number})")
    if wanted is None:
        assert found is None or found.year < 1
    else:
        assert found == wanted


@MANY
@given(day=DATES, width=st.integers(1, 40), unit=st.sampled_from(("day", "week", "month", "year")))
def test_slices(store, day: dt.date, width: int, unit: str):
    origin = dt.date(1, 1, 1)
    if unit in ("day", "week"):
        step = width * (7 if unit == "week" else 1)
        start = origin + dt.timedelta(days=(day - origin).days // step * step)
        end = start + dt.timedelta(days=step)
    else:
        step = width * (12 if unit == "year" else 1)
        months = ((day.year - 1) * 12 + day.month - 1) // step * step
        start = dt.date(months // 12 + 1, months % 12 + 1, 1)
        end = dt.date((months + step) // 12 + 1, (months + step) % 12 + 1, 1)
    assert value(store, f"DATE_SLICE('{day}', INTERVAL {width} {unit})") == start
    assert value(store, f"DATE_SLICE('{day}', INTERVAL {width} {unit}, CEIL)") == end


@MANY
@given(day=DATES, name=st.sampled_from(tuple(calendar.day_name)))
def test_weekdays(store, day: dt.date, name: str):
    ahead = (list(calendar.day_name).index(name) - day.weekday() - 1) % 7 + 1
    assert value(store, f"NEXT_DAY('{day}', '{name}')") == day + dt.timedelta(ahead)
    behind = (day.weekday() - list(calendar.day_name).index(name) - 1) % 7 + 1
    assert value(store, f"PREVIOUS_DAY('{day}', '{name[:3]}')") == day - dt.timedelta(behind)
    assert value(store, f"TO_DAYS('{day}')") == day.toordinal() + 365
    assert value(store, f"FROM_DAYS({day.toordinal() + 365})") == day
    assert value(store, f"MAKEDATE({day.year}, DAYOFYEAR('{day}'))") == day


def ordinal(number: int) -> str:
    if number in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


@MANY
@given(at=MOMENTS)
def test_formats(store, at: dt.datetime):
    one = week_of(at.date(), 1)
    u = 0 if one[0] < at.year else one[1] if one[0] == at.year else 53
    two, three = week_of(at.date(), 2), week_of(at.date(), 3)
    zero = two[1] if two[0] == at.year else 0
    hour = at.hour % 12 or 12
    wanted = (
        f"{ordinal(at.day)}|{zero:02}|{u:02}|{two[1]:02}|{three[1]:02}|{two[0]}|{three[0]}|"
        f"{at.hour}|{hour}|{at.month}|{at.day}|{at:%f}|{at:%A}|{at:%b}|{at:%j}|"
        f"{hour:02}:{at:%M:%S %p}|{at:%H:%M:%S}|{(at.weekday() + 1) % 7}|{at:%y}|%"
    )
    form = "%D|%U|%u|%V|%v|%X|%x|%k|%l|%c|%e|%f|%W|%b|%j|%r|%T|%w|%y|%%"
    assert value(store, f"DATE_FORMAT('{at}', '{form}')") == wanted


@MANY
@given(at=MOMENTS, tail=st.sampled_from(("", "x", " 7", ".5")))
def test_texts_are_read_as_they_were_written(store, at: dt.datetime, tail: str):
    at = at.replace(microsecond=0)
    for form in ("%Y-%m-%d %H:%i:%s", "%d.%m.%Y %T", "%c/%e/%Y %k:%i:%s", "%Y%m%d%H%i%s"):
        written = value(store, f"DATE_FORMAT('{at}', '{form}')")
        assert value(store, f"STR_TO_DATE('{written}{tail}', '{form}')") == at
    assert value(store, f"STR_TO_DATE('{at}{tail}', '%Y-%m-%d')") == at.date()
    assert value(store, f"STR_TO_DATE('{tail}?{at}', '%Y-%m-%d')") is None


ZONES = ("Europe/Berlin", "America/New_York", "Asia/Shanghai", "Asia/Kolkata", "UTC",
         "Australia/Adelaide", "America/St_Johns")  # fmt: skip


def instant(at: dt.datetime, zone: str) -> dt.datetime:
    """The earlier of two moments; of a time that was leapt over, the leap. Whole seconds."""
    found = at.replace(tzinfo=ZoneInfo(zone), fold=0)
    back = found.astimezone(dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if back == at:
        return found.astimezone(dt.UTC)
    late, early = (at.replace(tzinfo=ZoneInfo(zone), fold=f).astimezone(dt.UTC) for f in (0, 1))
    while late - early > dt.timedelta(seconds=1):  # the leap lies between: halve
        middle = early + (late - early) // 2
        before = middle.astimezone(ZoneInfo(zone)).utcoffset()
        if before == early.astimezone(ZoneInfo(zone)).utcoffset():
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def _near_leaps() -> list[dt.datetime]:
    """Quarters of hours about the nights of 2023 and 2024 on which some of these clocks change."""
    days = ("2023-03-12", "2023-03-26", "2023-10-29", "2023-11-05", "2024-03-31", "2024-04-07",
            "2023-10-01", "2024-10-06")  # fmt: skip
    return [
        dt.datetime.fromisoformat(day) + dt.timedelta(minutes=15 * n)
        for day in days
        for n in range(16)
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_zones(store, zone: str):
    for at in [*_near_leaps(), dt.datetime(1999, 7, 1, 5), dt.datetime(2031, 1, 1)]:
        wanted = instant(at, zone).astimezone(ZoneInfo("Asia/Tokyo")).replace(tzinfo=None)
        assert value(store, f"CONVERT_TZ('{at}', '{zone}', 'Asia/Tokyo')") == wanted, at
        assert value(store, f"CONVERT_TZ('{at}', '{zone}', '+09:00')") == wanted, at


def parts_from_end(text: str, delimiter: str) -> list[str]:
    found = text[::-1].split(delimiter[::-1])
    return [part[::-1] for part in found]


@MANY
@given(text=TEXTS, delimiter=DELIMITERS, number=st.integers(1, 5))
def test_parts(store, text: str, delimiter: str, number: int):
    ahead, behind = text.split(delimiter), parts_from_end(text, delimiter)
    call = f"({literal(text)}, {literal(delimiter)}, "
    wanted = ahead[number - 1] if number <= len(ahead) else None
    assert value(store, f"SPLIT_PART{call}{number})") == wanted
    wanted = behind[number - 1] if number <= len(behind) else None
    assert value(store, f"SPLIT_PART{call}-{number})") == wanted
    assert value(store, f"SUBSTRING_INDEX{call}{number})") == delimiter.join(ahead[:number])
    wanted = delimiter.join(reversed(behind[:number]))
    assert value(store, f"SUBSTRING_INDEX{call}-{number})") == wanted


@MANY
@given(text=TEXTS, other=TEXTS, start=st.integers(-14, 14), length=st.integers(-2, 14))
def test_pieces(store, text: str, other: str, start: int, length: int):
    shown, sought = literal(text), literal(other)
    at = start - 1 if start > 0 else len(text) + start
    whole = "" if start == 0 or at < 0 else text[at:]
    if at >= 0:  # a start before the text is read differently by versions
        wanted = whole[:length] if length > 0 else ""
        assert value(store, f"SUBSTRING({shown}, {start}, {length})") == wanted
    assert value(store, f"LEFT({shown}, {length})") == text[: max(length, 0)]
    assert value(store, f"STRRIGHT({shown}, {length})") == (text[-length:] if length > 0 else "")
    assert value(store, f"LOCATE({sought}, {shown})") == text.find(other) + 1
    assert value(store, f"LENGTH({shown})") == len(text.encode())
    assert value(store, f"STRCMP({shown}, {sought})") == (
        (text.encode() > other.encode()) - (text.encode() < other.encode())
    )


@MANY
@given(
    left=st.decimals(-9999, 9999, places=2),
    right=st.decimals(-99, 99, places=1),
    whole=st.integers(-(10**9), 10**9),
)
def test_quotients_of_decimals(store, left: Decimal, right: Decimal, whole: int):
    def rounded(quotient: Decimal, places: int) -> Decimal:
        return quotient.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)

    a, b = f"CAST('{left}' AS DECIMAL(10,2))", f"CAST('{right}' AS DECIMAL(5,1))"
    if right:
        assert value(store, f"{a} / {b}") == pytest.approx(
            float(rounded(left / right, 8)), abs=1e-9
        )
        found = value(store, f"CAST({whole} AS BIGINT) / {b}")
        assert found == pytest.approx(float(rounded(whole / right, 6)), rel=1e-12, abs=1e-9)
        assert value(store, f"{a} DIV {b}") == int(left / right)
    else:
        assert value(store, f"{a} / {b}") is None
        assert value(store, f"{a} DIV {b}") is None
    assert value(store, f"CAST({a} AS INT)") == int(left)


@MANY
@given(a=st.integers(-(10**12), 10**12), b=st.integers(-1000, 1000))
def test_remainders(store, a: int, b: int):
    if b == 0:
        assert value(store, f"({a}) % ({b})") is None
        assert value(store, f"PMOD({a}, {b})") is None
        return
    remainder = a - cut(a, abs(b)) * abs(b)
    assert value(store, f"({a}) % ({b})") == remainder
    first = remainder + b
    assert value(store, f"PMOD({a}, {b})") == first - cut(first, abs(b)) * abs(b)
    assert value(store, f"({a}) DIV ({b})") == cut(a, abs(b)) * (1 if b > 0 else -1)
