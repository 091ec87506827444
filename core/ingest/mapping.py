"""The table that says which asset and measure each tag is: proposed from the tags' names, edited
by people, and written as CSV.

Tags of one measure land in one column of one unit; two tags may not be the same measure of the
same asset.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from core.errors import UserFixable, did_you_mean
from core.ingest.layout import label_and_unit
from core.ingest.tags import fitting, parse_tag
from core.semantic.units import UnitError, is_ucum, line, parse_unit
from core.translation import told

HEADER: Final = ("tag", "asset", "measure", "unit", "area", "use")
_NO: Final = frozenset({"no", "0", "false", "-", "nein", "không"})
#: Names of the other columns in the one shape.
TIME, DATE, ASSET, AREA, QUALITY = "read_at", "read_on", "asset", "area", "quality"
_TAKEN: Final = frozenset({TIME, DATE, ASSET, AREA, QUALITY})


@dataclass(frozen=True, slots=True)
class TagRow:
    """One tag. measure: words, such as `temperature`. unit: UCUM, of the values in the files; None
    without one. is_used: whether it is imported. is_certain: whether its name says all of it."""

    tag: str
    asset: str
    measure: str
    unit: str | None = None
    area: str = ""
    is_used: bool = True
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of the one shape. tags: tag -> scale and offset into the column's unit."""

    name: str
    label: str
    unit: str | None
    tags: Mapping[str, tuple[float, float]]


def propose(tags: Sequence[str], units: Mapping[str, str | None]) -> tuple[TagRow, ...]:
    """A row for each tag, by its name. units: UCUM, where the files say it."""
    rows = []
    for tag in tags:
        label, unit = label_and_unit(tag)
        plain, unit = parse_tag(label), units.get(tag) or unit
        said = fitting(plain, label, unit)
        rows.append(
            TagRow(
                tag=tag,
                asset=said.asset or label,
                measure=said.measure or "value",
                unit=unit,
                area=said.area,
                is_certain=bool(said.measure and said.asset) and said is plain,
            )
        )
    return _apart(rows)


def _apart(rows: list[TagRow]) -> tuple[TagRow, ...]:
    """Tags that would be the same measure of the same asset: where their names have loops, each
    loop is a place of its own; else their functions, then their own names, go into the measure."""
    crowded = {asset for (asset, _), count in _places(rows).items() if count > 1}
    for place, row in enumerate(rows):
        said = parse_tag(label_and_unit(row.tag)[0])
        if row.asset in crowded and said.loop and said.path:
            rows[place] = replace(row, asset=f"{row.asset} {said.loop}", is_certain=False)
    for attempt in ("functions", "name"):
        counts = _places(rows)
        for place, row in enumerate(rows):
            if counts[row.asset, row.measure] < 2:
                continue
            said = parse_tag(label_and_unit(row.tag)[0])
            extra = said.functions.casefold() if attempt == "functions" else row.tag
            if extra:
                measure = f"{row.measure} {extra}"
                rows[place] = replace(row, measure=measure, is_certain=False)
    return tuple(rows)


def _places(rows: Sequence[TagRow]) -> Counter[tuple[str, str]]:
    return Counter((row.asset, row.measure) for row in rows)


def merged(proposed: Sequence[TagRow], chosen: Sequence[TagRow]) -> tuple[TagRow, ...]:
    """What was chosen, with the proposal for tags that it does not have.

    Raises UserFixable for a chosen tag that the files do not have.
    """
    by_tag = {row.tag: row for row in chosen}
    known = {row.tag for row in proposed}
    for tag in by_tag:
        if tag not in known:
            raise UserFixable(
                told(
                    "The table of tags names {tag}, which the files do not have.{hint}",
                    tag=repr(tag),
                    hint=did_you_mean(tag, known),
                )
            )
    return tuple(by_tag.get(row.tag, row) for row in proposed)


def measures(rows: Sequence[TagRow]) -> tuple[Measure, ...]:
    """The columns that these tags fill, each of one unit: that of its first tag.

    Raises UserFixable for two tags in one place and for units that cannot become one.
    """
    used = [row for row in rows if row.is_used]
    if not used:
        raise UserFixable(told("The table of tags uses no tag. Use at least one."))
    places: dict[tuple[str, str], str] = {}
    by_measure: dict[str, list[TagRow]] = {}
    for row in used:
        if not row.asset.strip() or not row.measure.strip():
            raise UserFixable(
                told("The tag {tag} needs an asset and a measure.", tag=repr(row.tag))
            )
        key = row.asset.strip(), _folded(row.measure)
        if key in places:
            raise UserFixable(
                told(
                    "The tags {one} and {other} are both {measure} of {asset}. Name their "
                    "measures apart, or do not use one of them.",
                    one=repr(places[key]),
                    other=repr(row.tag),
                    measure=row.measure,
                    asset=row.asset,
                )
            )
        places[key] = row.tag
        by_measure.setdefault(key[1], []).append(row)
    taken = set(_TAKEN)
    found = []
    for of_one in by_measure.values():
        unit = next((row.unit for row in of_one if row.unit), None)
        name = column_name(of_one[0].measure, unit, taken)
        taken.add(name)
        tags = {row.tag: _line(row, unit) for row in of_one}
        found.append(Measure(name, of_one[0].measure.strip(), unit, tags))
    return tuple(found)


def _line(row: TagRow, unit: str | None) -> tuple[float, float]:
    if row.unit is None or unit is None:
        return 1.0, 0.0
    try:
        return line(row.unit, unit)
    except UnitError as error:
        raise UserFixable(
            told(
                "The tag {tag} is in {given} and other tags of {measure} are in {unit}, which "
                "measure different things. Name its measure apart.",
                tag=repr(row.tag),
                given=row.unit,
                measure=repr(row.measure),
                unit=unit,
            )
        ) from error


def column_name(label: str, unit: str | None, taken: set[str] | frozenset[str] = _TAKEN) -> str:
    """A name for a column: lower case letters and digits, the unit at its end."""
    plain = unicodedata.normalize("NFKD", label.replace("ß", "ss").replace("đ", "d"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    base = re.sub(r"[^a-z0-9]+", "_", plain.casefold()).strip("_") or "column"
    if base[0].isdigit():
        base = f"c_{base}"
    ending = unit_ending(unit)
    if ending and not base.endswith(f"_{ending}"):
        base = f"{base}_{ending}"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name


def unit_ending(unit: str | None) -> str:
    """A unit as the end of a column's name: `Cel` -> `c`, `m3/h` -> `m3_h`, `kW.h` -> `kwh`."""
    if not unit or unit == "1":
        return ""
    known = {"Cel": "c", "[degF]": "f", "%": "pct", "/min": "rpm"}
    text = known.get(unit) or re.sub(r"\{[^}]*\}|[\[\]]|_(i|av|us)\b", "", unit).replace(".", "")
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")


def to_csv(rows: Sequence[TagRow]) -> str:
    """The table as CSV; no cell of it is a formula to a spreadsheet."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for row in rows:
        use = "yes" if row.is_used else "no"
        cells = (row.tag, row.asset, row.measure, row.unit or "", row.area, use)
        writer.writerow(["'" + c if c.startswith(("=", "+", "-", "@")) else c for c in cells])
    return out.getvalue()


def from_csv(text: str) -> tuple[TagRow, ...]:
    """The table out of CSV with commas or semicolons. Raises UserFixable with the line."""
    first = text.splitlines()[0] if text.strip() else ""
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=_mark(first)))
    header = [cell.strip().casefold() for cell in rows[0]] if rows else []
    unknown = [cell for cell in header if cell and cell not in HEADER]
    if unknown or not {"tag", "asset", "measure"} <= set(header):
        raise UserFixable(
            told(
                "The table of tags needs the columns tag, asset and measure, and may have unit, "
                "area and use. Its first line is: {line}",
                line=first[:200],
            )
        )
    found: dict[str, TagRow] = {}
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        values = dict(zip(header, (_bare(cell) for cell in cells), strict=False))
        row = _row(number, values)
        if row.tag in found:
            raise UserFixable(
                told("Table of tags, line {line}: {tag} stands twice.", line=number, tag=row.tag)
            )
        found[row.tag] = row
    return tuple(found.values())


def _row(line: int, values: Mapping[str, str]) -> TagRow:
    if not values.get("tag"):
        raise UserFixable(told("Table of tags, line {line}: the tag is missing.", line=line))
    return TagRow(
        tag=values["tag"],
        asset=values.get("asset", ""),
        measure=values.get("measure", ""),
        unit=read_unit(values.get("unit", ""), line),
        area=values.get("area", ""),
        is_used=values.get("use", "yes").casefold() not in _NO,
    )


def read_unit(text: str, line: int) -> str | None:
    """The UCUM code of a unit as people write it. Raises UserFixable for none that is known."""
    if not text.strip():
        return None
    unit = text.strip() if is_ucum(text.strip()) else parse_unit(text)
    if unit is None:
        raise UserFixable(
            told(
                "Table of tags, line {line}: {unit} is no unit that Gemba knows. Leave it empty, "
                "or write one such as °C, bar or kW.",
                line=line,
                unit=repr(text),
            )
        )
    return unit


def _bare(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _mark(line: str) -> str:
    return ";" if line.count(";") > line.count(",") else ","


def _folded(measure: str) -> str:
    return re.sub(r"[\W_]+", " ", measure.casefold()).strip()
