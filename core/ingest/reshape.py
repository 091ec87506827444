"""From staged rows to the table: rows as they are, or one shape for exports of tags.

The one shape has a row for each asset, time and quality: read_at, read_on, area, asset, a
column a measure, and quality. Quality is part of the key so that a Bad reading of one tag never
stands in a row with a Good one of another.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from core.errors import UserFixable
from core.ingest.cell_sql import literal, quoted
from core.ingest.mapping import AREA, ASSET, DATE, QUALITY, TIME, Measure, measures
from core.ingest.quality import grade
from core.ingest.recognised import Recognised
from core.ingest.report import BadCell
from core.ingest.staging import SHOWN_CELLS, STAGING, Staged, fetch_one, refuse_bad, run
from core.ingest.workspace import Progress
from core.semantic.units import UnitError, display_unit, line, parse_unit
from core.translation import told

_GOOD = "Good"
#: Of a reading without a quality, where others have one.
_UNSAID = "Uncertain"
_MOST_CODES = 1_000
#: Readings of a long export as they count: one a tag and time.
READINGS = "work.readings"


def table(con: duckdb.DuckDBPyConnection, staged: Staged, name: str, progress: Progress) -> None:
    """Rows as they are, by time where the files were not in order."""
    found = staged.found
    chosen = ", ".join(f"c{i} AS {quoted(found.columns[i].name)}" for i in found.stored)
    run(con, f"CREATE TABLE {quoted(name)} AS SELECT {chosen} FROM {STAGING}", name, "table",
        progress)  # fmt: skip


def wide(con: duckdb.DuckDBPyConnection, staged: Staged, name: str, progress: Progress) -> None:
    """A column a tag -> the one shape."""
    found = staged.found
    columns = measures(found.mapping)
    places = {column.source: place for place, column in enumerate(found.columns)}
    qualities = _grades(con, found)
    rows = {row.tag: row for row in found.mapping if row.is_used}
    by_asset: dict[tuple[str, str], list[str]] = {}
    for tag, row in rows.items():
        by_asset.setdefault((row.asset.strip(), row.area.strip()), []).append(tag)
    has_area = any(row.area for row in rows.values())
    selects: list[str] = []
    for (asset, area), tags in by_asset.items():
        graded = {tag: _grade_of(found, places[tag], qualities) for tag in tags}
        plain = all(text == literal(_GOOD) for text in graded.values())
        one = len(set(graded.values())) == 1
        for wanted in ("",) if one else ("Good", "Uncertain", "Bad"):
            values, held = [], []
            for measure in columns:
                mine = [tag for tag in tags if tag in measure.tags]
                if not mine:
                    values.append("NULL")
                    continue
                tag = mine[0]
                value = _scaled(f"c{places[tag]}", measure.tags[tag])
                if wanted:
                    value = f"CASE WHEN {graded[tag]} = {literal(wanted)} THEN {value} END"
                values.append(value)
                held.append(
                    f"c{places[tag]} IS NOT NULL"
                    + ("" if plain else f" OR {graded[tag]} <> {literal(_GOOD)}")
                    if not wanted
                    else f"{graded[tag]} = {literal(wanted)} AND (c{places[tag]} IS NOT NULL OR "
                    f"{literal(wanted)} <> {literal(_GOOD)})"
                )
            quality = literal(wanted) if wanted else next(iter(graded.values()))
            places_ = f"{literal(area) if area else 'NULL'}, " if has_area else ""
            selects.append(
                f"SELECT c{found.axes.time}, {places_}{literal(asset)}, {', '.join(values)}, "
                f"{quality} FROM {STAGING} WHERE c{found.axes.time} IS NOT NULL AND "
                f"({' OR '.join(f'({text})' for text in held)})"
            )
    _create(con, name, columns, found, has_area=has_area)
    run(con, f"INSERT INTO {quoted(name)} {_dated(columns, has_area, ' UNION ALL '.join(selects))}",
        name, "table", progress)  # fmt: skip


def long(con: duckdb.DuckDBPyConnection, staged: Staged, name: str, progress: Progress) -> None:
    """A row a reading -> the one shape. READINGS must stand already."""
    found = staged.found
    columns = measures(found.mapping)
    rows = {row.tag: row for row in found.mapping if row.is_used}
    texts = _text_tags(con, staged)
    has_area = any(row.area for row in rows.values())
    turned = _tag_table(con, found, columns)
    chosen = []
    for number, measure in enumerate(columns):
        is_text = bool(texts & set(measure.tags))
        value = "r.v * m.scale + m.shift"
        if is_text:
            value = "coalesce(r.t, CAST(r.v AS VARCHAR))"
        elif number in turned:
            value = f"round({value}, 9)"
        else:
            value = "r.v"
        chosen.append(f"max({value}) FILTER (WHERE m.measure = {number})")
    area = "m.area, " if has_area else ""
    select = (
        f"SELECT r.ts, {area}m.asset, {', '.join(chosen)}, r.grade FROM {READINGS} r "
        f"JOIN work.tags m ON r.tag = m.tag AND r.unit IS NOT DISTINCT FROM m.unit "
        f"GROUP BY r.ts, {area}m.asset, r.grade"
    )
    _create(con, name, columns, found, has_area=has_area, texts=texts)
    run(con, f"INSERT INTO {quoted(name)} {_dated(columns, has_area, select)}", name, "table",
        progress)  # fmt: skip


def readings(con: duckdb.DuckDBPyConnection, staged: Staged, progress: Progress) -> None:
    """The staged rows of a long export as readings: row, ts, tag, unit, v (number), t (text) and
    grade; those without a time or tag are left out."""
    found = staged.found
    axes = found.axes
    _grades(con, found)
    unit = f"s.c{axes.unit}" if axes.unit is not None else "NULL::VARCHAR"
    grades, join = literal(_GOOD), ""
    if axes.quality is not None:
        grades = f"coalesce(g.grade, {literal(_UNSAID)})"
        join = f"LEFT JOIN work.grades g ON CAST(s.c{axes.quality} AS VARCHAR) = g.code"
    run(
        con,
        f"CREATE TABLE {READINGS} AS SELECT s.rowid AS row, s.c{axes.time}::TIMESTAMP AS ts, "
        f"CAST(s.c{axes.tag} AS VARCHAR) AS tag, {unit} AS unit, s.c{axes.value} AS v, "
        f"s.t{axes.value} AS t, {grades} AS grade FROM {STAGING} s {join} "
        f"WHERE s.c{axes.time} IS NOT NULL AND s.c{axes.tag} IS NOT NULL",
        "readings",
        "readings",
        progress,
    )


def _text_tags(con: duckdb.DuckDBPyConnection, staged: Staged) -> set[str]:
    """Tags whose values are words and no numbers. Raises UserFixable for tags with both, unless
    such cells are to be taken as empty."""
    used = {row.tag for row in staged.found.mapping if row.is_used}
    found = con.execute(
        f"SELECT tag, count(v), count(t) FROM {READINGS} GROUP BY tag HAVING count(t) > 0"
    ).fetchall()
    words = {str(tag) for tag, numbers, _ in found if not numbers}
    mixed = {str(tag): int(bad) for tag, numbers, bad in found if numbers and str(tag) in used}
    if mixed and staged.found.choices.bad_cells == "refuse":
        assert staged.found.axes.value is not None
        column = staged.found.columns[staged.found.axes.value].source
        listed = ", ".join(literal(tag) for tag in mixed)
        first = con.execute(
            f"SELECT row, t FROM {READINGS} WHERE t IS NOT NULL AND tag IN ({listed}) "
            f"ORDER BY row LIMIT {SHOWN_CELLS}"
        ).fetchall()
        cells = [BadCell(*staged.place(int(row)), column, str(text)[:80]) for row, text in first]
        raise refuse_bad(mixed, cells)
    return words & used


def _tag_table(
    con: duckdb.DuckDBPyConnection, found: Recognised, columns: Sequence[Measure]
) -> set[int]:
    """Which measure of which asset each tag is, with the line from each unit that it came in;
    gives the measures that have values to be turned into another unit."""
    con.execute(
        "CREATE OR REPLACE TABLE work.tags (tag VARCHAR, unit VARCHAR, asset VARCHAR, "
        "area VARCHAR, measure INTEGER, scale DOUBLE, shift DOUBLE)"
    )
    place = {tag: number for number, one in enumerate(columns) for tag in one.tags}
    rows = {row.tag: row for row in found.mapping if row.is_used}
    seen = con.execute(f"SELECT DISTINCT tag, unit FROM {READINGS}").fetchall()
    turned: set[int] = set()
    for tag, text in seen:
        row = rows.get(str(tag))
        if row is None:
            continue
        measure = columns[place[row.tag]]
        scale, shift = measure.tags[row.tag]
        given = parse_unit(str(text)) if text is not None else None
        if given is not None and measure.unit is not None and given != row.unit:
            try:
                scale, shift = line(given, measure.unit)
            except UnitError as error:
                raise UserFixable(
                    told(
                        "The tag {tag} has readings in {one} and in {other}, which measure "
                        "different things. Nothing was imported. Mend the units in the files.",
                        tag=repr(row.tag),
                        one=display_unit(given),
                        other=display_unit(measure.unit),
                    )
                ) from error
        if (scale, shift) != (1.0, 0.0):
            turned.add(place[row.tag])
        con.execute(
            "INSERT INTO work.tags VALUES (?, ?, ?, ?, ?, ?, ?)",
            [tag, text, row.asset.strip(), row.area.strip() or None, place[row.tag], scale, shift],
        )
    return turned


def unit_mixes(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Tags of a long export whose readings came in several units."""
    rows = con.execute(
        f"SELECT tag, list_sort(list(DISTINCT unit)) FROM {READINGS} GROUP BY tag "
        "HAVING count(DISTINCT unit) > 1 ORDER BY tag LIMIT 20"
    ).fetchall()
    return tuple(
        told(
            "Units differ: {tag} has readings in {units}, which are turned into one.",
            tag=repr(str(tag)),
            units=", ".join(str(unit) for unit in units if unit is not None),
        )
        for tag, units in rows
    )


def _grades(con: duckdb.DuckDBPyConnection, found: Recognised) -> dict[str, str]:
    """Each code of quality in the files with its grade, also as a table. Raises UserFixable for a
    code that is not known."""
    places = sorted(
        p for p in {found.axes.quality, *found.axes.qualities.values()} if p is not None
    )
    con.execute("CREATE OR REPLACE TABLE work.grades (code VARCHAR, grade VARCHAR)")
    if not places:
        return {}
    union = " UNION ".join(
        f"SELECT DISTINCT CAST(c{place} AS VARCHAR) FROM {STAGING} WHERE c{place} IS NOT NULL"
        for place in places
    )
    codes = [str(code) for (code,) in con.execute(f"{union} LIMIT {_MOST_CODES + 1}").fetchall()]
    if len(codes) > _MOST_CODES:
        raise UserFixable(
            told(
                "The column {column} has over {n} values and is no quality. Choose another one.",
                column=repr(found.columns[places[0]].source),
                n=_MOST_CODES,
            )
        )
    graded = {code: grade(code, found.quality_codes) for code in codes}
    if graded:
        con.executemany("INSERT INTO work.grades VALUES (?, ?)", [list(g) for g in graded.items()])
    return dict(graded)


def _grade_of(found: Recognised, place: int, graded: dict[str, str]) -> str:
    """The grade of a wide export's tag in each row, as an expression."""
    of_tag = found.axes.qualities.get(place, found.axes.quality)
    if of_tag is None:
        return literal(_GOOD)
    cases = " ".join(f"WHEN {literal(code)} THEN {literal(g)}" for code, g in graded.items())
    text = f"CAST(c{of_tag} AS VARCHAR)"
    return f"CASE {text} {cases} ELSE {literal(_UNSAID)} END" if cases else literal(_UNSAID)


def _create(
    con: duckdb.DuckDBPyConnection,
    name: str,
    columns: Sequence[Measure],
    found: Recognised,
    *,
    has_area: bool,
    texts: set[str] | None = None,
) -> None:
    """The empty table, each measure with its label and unit as its comment."""
    types = {column.source: column.type for column in found.columns}
    made = []
    for measure in columns:
        is_text = bool((texts or set()) & set(measure.tags)) or any(
            found.shape == "wide" and types.get(tag) not in ("integer", "double")
            for tag in measure.tags
        )
        made.append(f"{quoted(measure.name)} {'VARCHAR' if is_text else 'DOUBLE'}")
    area = f"{AREA} VARCHAR, " if has_area else ""
    con.execute(
        f"CREATE TABLE {quoted(name)} ({TIME} TIMESTAMP, {DATE} DATE, {area}{ASSET} VARCHAR, "
        f"{', '.join(made)}, {QUALITY} VARCHAR)"
    )
    for measure in columns:
        unit = display_unit(measure.unit)
        said = f"{measure.label} [{unit}]" if unit else measure.label
        con.execute(f"COMMENT ON COLUMN {quoted(name)}.{quoted(measure.name)} IS {literal(said)}")


def _dated(columns: Sequence[Measure], has_area: bool, select: str) -> str:
    """The rows with their date, by time and asset."""
    names = [TIME, *([AREA] if has_area else []), ASSET, *(m.name for m in columns), QUALITY]
    listed = ", ".join(quoted(n) for n in names)
    rest = ", ".join(quoted(n) for n in names[1:])
    return (
        f"SELECT {TIME}, CAST({TIME} AS DATE), {rest} FROM ({select}) AS shaped({listed}) "
        f"ORDER BY {TIME}, {ASSET}"
    )


def _scaled(value: str, line_: tuple[float, float]) -> str:
    scale, offset = line_
    return value if line_ == (1.0, 0.0) else f"round({value} * {scale!r} + {offset!r}, 9)"


def count(con: duckdb.DuckDBPyConnection, name: str) -> int:
    """Rows of a table."""
    return int(fetch_one(con, f"SELECT count(*) FROM {name}")[0])
