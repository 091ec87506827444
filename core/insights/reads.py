"""The interpretation of SQL that no SemanticQuery says: what it reads, when, and under which
conditions, as short labels and in sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.semantic.display import format_plain, format_span, format_window
from core.semantic.facts import Extent
from core.semantic.model import SemanticModel
from core.semantic.phrases import listed, lowered, say, sentence
from core.semantic.query import Filter, Op, SemanticQuery, TimeWindow
from core.semantic.said import entities_of
from core.semantic.wording import condition_of, together
from core.statement.reads import Read
from core.types import Chip, Parameter, ReadWindow, ResultColumn

#: How far the rows of a table go, for whoever asks.
ExtentOf = Callable[[str], Extent]
#: Figures and conditions that are named; the table and the SQL have all of them.
_NAMED = 6


@dataclass(frozen=True, slots=True)
class Said:
    """What a statement says of itself. columns: of its result. is_listing: it lists rows as they
    are. limit: the most rows that it asks for. parameters: of the verified pair it comes from."""

    reads: tuple[Read, ...]
    windows: tuple[ReadWindow, ...]
    columns: tuple[ResultColumn, ...]
    is_listing: bool = False
    limit: int | None = None
    parameters: tuple[Parameter, ...] = ()


def read_windows(
    reads: Sequence[Read], later: Sequence[TimeWindow], extent: ExtentOf
) -> tuple[ReadWindow, ...]:
    """Each time that is read, once. later: of the answer's rows, where more is read for them."""
    found = [ReadWindow(window) for window in dict.fromkeys(later)]
    timed = [read for read in reads if read.table.own_time is not None]
    by_table = {read.table.name: _windows_of(timed, read.table.name) for read in timed}
    are_alike = len({frozenset(windows) for windows in by_table.values()}) == 1
    for read in timed:
        words = [] if are_alike else [_entities(read)]
        if read.is_tied:
            tied = say("read_tied", table=sentence(_entities(read)))
            found.append(ReadWindow(None, tied))
            continue
        if read.is_aside and any(not r.is_aside for r in timed):
            words.append(say("read_aside"))
        if later:
            words.append(say("read_for_it"))
        of = ", ".join(words)
        if read.window is None:
            whole = extent(read.table.name)
            found.append(ReadWindow(None, of, whole.first, whole.last))
        else:
            found.append(ReadWindow(read.window, of))
    return tuple(dict.fromkeys(found))


def read_chips(said: Said, model: SemanticModel) -> tuple[Chip, ...]:
    """Measure, by, where, when, top and readings, in this order."""
    found = [*_measures(said), *_splits(said), *_wheres(said, model)]
    found += [_when(one) for one in said.windows]
    if said.limit is not None:
        found.append(Chip("top", say("chip_sorted", which=say("chip_first"), n=said.limit)))
    return (*found, *_readings(said))


def explain_reads(said: Said, model: SemanticModel) -> str:
    """The same in sentences, a line each."""
    figures = [c.label for c in said.columns if c.role in ("measure", "change")]
    splits = [c.label for c in _split_columns(said)]
    lines = [say("ex_measures", what=listed(figures))] if figures else []
    lines += [say("ex_by", splits=listed(splits))] if splits else []
    filters = [chip.label for chip in _plain_wheres(said, model)]
    lines.append(say("ex_where", filters=listed(filters)) if filters else say("ex_no_where"))
    if any(read.is_partial for read in said.reads):
        lines.append(say("ex_further"))
    if said.windows:
        periods = listed([_when(one).label for one in said.windows])
        lines.append(say("ex_times", periods=periods))
    return "\n".join(lines)


def conditions_words(filters: Sequence[Filter], table: str, model: SemanticModel) -> list[str]:
    """Conditions on a table in words."""
    query = SemanticQuery(model.name, table)
    return [condition_of(group, query, model) for group in together(filters)]


def _windows_of(reads: Sequence[Read], table: str) -> set[TimeWindow | None]:
    return {read.window for read in reads if read.table.name == table}


def _entities(read: Read) -> str:
    return entities_of(read.table)


def _measures(said: Said) -> list[Chip]:
    if said.is_listing:
        tables = dict.fromkeys(_entities(r) for r in said.reads if not r.is_aside)
        return [Chip("measure", say("chip_rows", entities=listed(list(tables))))] if tables else []
    figures = [c for c in said.columns if c.role in ("measure", "change", "field")]
    if not figures:
        return [Chip("measure", say("chip_distinct"))]
    return [Chip("measure", c.label) for c in figures[:_NAMED]]


def _split_columns(said: Said) -> list[ResultColumn]:
    if said.is_listing:
        return []
    return [c for c in said.columns if c.role in ("dimension", "time")]


def _splits(said: Said) -> list[Chip]:
    return [Chip("by", c.label, c.model_column or "") for c in _split_columns(said)]


def _wheres(said: Said, model: SemanticModel) -> list[Chip]:
    found = _plain_wheres(said, model)[:_NAMED]
    numbers = [p for p in said.parameters if p.kind == "number" and p.role != "limit"]
    for one in numbers:
        values = [format_plain(v) for v in one.values if isinstance(v, int | float)]
        is_written = any(character.isdigit() for character in one.phrase)
        label = f"{one.label} {one.phrase if is_written else listed(values)}"
        found.append(Chip("where", label, one.phrase))
    if any(read.is_partial for read in said.reads):
        found.append(Chip("where", say("chip_further")))
    return found


def _plain_wheres(said: Said, model: SemanticModel) -> list[Chip]:
    """The conditions that could be read, each once; `in part` for one that some reads lack."""
    found: dict[str, Chip] = {}
    for read in said.reads:
        others = [r for r in said.reads if r.table.name == read.table.name]
        mine = [f for f in read.filters if not _grades(f, read) and not _is_own_split(f, said)]
        for group in together(mine):
            words = conditions_words(group, read.table.name, model)[0]
            phrase = _phrase(group, said.parameters)
            everywhere = all(set(group) <= set(r.filters) for r in said.reads)
            in_table = all(set(group) <= set(r.filters) for r in others)
            label = sentence(words)
            if not everywhere and in_table and len({r.table.name for r in said.reads}) > 1:
                label = say("chip_of", label=label, of=_entities(read))
            elif not everywhere:
                label = say("chip_in_part", condition=label)
            found.setdefault(label, Chip("where", label, phrase or _detail(group)))
    return list(found.values())


def _is_own_split(one: Filter, said: Said) -> bool:
    """Whether it only leaves out rows without a value of what the rows are split by."""
    names = {c.model_column for c in _split_columns(said)}
    return one.op is Op.NOT_NULL and one.column in names


def _phrase(group: tuple[Filter, ...], parameters: Sequence[Parameter]) -> str:
    """The words of the question that a condition holds."""
    same = (p for p in parameters if p.column == group[0].column)
    return next((p.phrase for p in same if set(p.values) == set(group[0].values)), "")


def _detail(group: tuple[Filter, ...]) -> str:
    return ", ".join(f"{f.column} {f.op} {', '.join(map(str, f.values))}".strip() for f in group)


def _when(one: ReadWindow) -> Chip:
    if one.window is None and one.first is None:
        return Chip("when", one.of or say("chip_all_data"))
    if one.window is None:
        assert one.first is not None
        last = one.last or one.first
        period = format_span(one.first, last)
        label = say("chip_all_data_from", period=period)
    else:
        label = sentence(format_window(one.window))
    is_production = one.window is not None and one.window.axis == "production"
    detail = say("chip_when_production") if is_production else ""
    return Chip(
        "when", say("chip_of", label=label, of=lowered(one.of)) if one.of else label, detail
    )


def _grades(one: Filter, read: Read) -> bool:
    quality = read.table.quality
    return quality is not None and one.column == quality.column


def _readings(said: Said) -> list[Chip]:
    """Which readings count, where each read of a graded table says so."""
    graded = [r for r in said.reads if r.table.quality is not None]
    good = [r for r in graded if any(_grades(f, r) and _is_good(f, r) for f in r.filters)]
    if not good:
        said_otherwise = [f for r in graded for f in r.filters if _grades(f, r)]
        return [Chip("readings", _grade_words(f)) for f in dict.fromkeys(said_otherwise)]
    label = say("chip_good")
    if len(good) < len(graded):
        label = say("chip_in_part", condition=label)
    quality = good[0].table.quality
    return [Chip("readings", label, quality.column if quality else "")]


def _is_good(one: Filter, read: Read) -> bool:
    quality = read.table.quality
    is_good = quality is not None and set(one.values) <= set(quality.good)
    return is_good and one.op in (Op.EQ, Op.IN)


def _grade_words(one: Filter) -> str:
    values = listed([str(v) for v in one.values], link="or")
    return values if one.op in (Op.EQ, Op.IN) else say("op_ne", column="", value=values).strip()
