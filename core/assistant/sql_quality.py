"""The quality of the readings that somebody's SQL reads, as far as its conditions can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.assistant import evidence
from core.errors import GembaError, QueryCancelled, QueryTimeout, Unavailable
from core.insights import conditions_words
from core.semantic.display import format_window
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel
from core.semantic.phrases import listed
from core.semantic.query import Filter, SemanticQuery, TimeWindow
from core.semantic.said import entities_of
from core.statement.reads import Read
from core.translation import gettext as _
from core.types import DataQuality, User

#: Windows that are counted apart; more of them are counted as one that holds all.
_APART = 3


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows of a table that are counted by grade: all that the SQL reads of it. is_more: the SQL
    uses only some of them."""

    table: str
    windows: tuple[TimeWindow | None, ...]
    filters: tuple[Filter, ...]
    is_more: bool


def measure_reads(
    reads: Sequence[Read],
    model: SemanticModel,
    facts: DataFacts,
    user: User,
    run: evidence.RunQuery,
    named: Callable[[Filter], Filter] = lambda one: one,
) -> DataQuality | None:
    """Shares of readings by grade in what the SQL reads, and the age of the oldest table's data.
    The note says where more was counted than the SQL uses, or nothing could be. named: a condition
    as people say it."""
    newest = [evidence.data_to(facts, name, user) for name in {r.table.name for r in reads}]
    known = [moment for moment in newest if moment is not None]
    data_to = min(known) if known else None
    graded = counted_rows([r for r in reads if r.table.quality is not None])
    if not graded:
        return DataQuality(data_to=data_to) if known else None
    try:
        counts = sum((_measured(one, model, run) for one in graded), Counter[str]())
    except GembaError as error:
        if isinstance(error, Unavailable | QueryCancelled) and not isinstance(error, QueryTimeout):
            raise
        return DataQuality(
            data_to=data_to,
            note=_("The readings' quality was not measured: {error}").format(error=error),
        )
    notes = [_note(one, model, named) for one in graded if one.is_more]
    return evidence.shares(counts, data_to, " ".join(notes))


def counted_rows(reads: Sequence[Read]) -> tuple[Counted, ...]:
    """For each table the rows under the conditions that all of its reads share, in their windows
    together; windows that overlap are one, so that no row is counted twice."""
    found = []
    for name in dict.fromkeys(read.table.name for read in reads):
        mine = [read for read in reads if read.table.name == name]
        common = [f for f in mine[0].filters if all(f in read.filters for read in mine)]
        quality = mine[0].table.quality
        kept = tuple(f for f in common if quality is None or f.column != quality.column)
        windows, is_wider = _together([read.window for read in mine])
        is_more = any(r.is_partial or set(r.filters) != set(common) for r in mine) or is_wider
        found.append(Counted(name, windows, kept, is_more))
    return tuple(found)


def _together(
    windows: Sequence[TimeWindow | None],
) -> tuple[tuple[TimeWindow | None, ...], bool]:
    """Windows that part no reading in two, and whether they hold more than those given."""
    axes = {w.axis for w in windows if w is not None}
    if None in windows or len(axes) != 1:
        return (None,), any(w is not None for w in windows)
    known = sorted((w for w in windows if w is not None), key=_start)
    found: list[TimeWindow] = []
    for window in known:
        last = found[-1] if found else None
        if last is not None and _meet(last, window):
            found[-1] = _hull(last, window)
        else:
            found.append(window)
    is_wider = len(found) > _APART
    while len(found) > _APART:
        found[:2] = [_hull(found[0], found[1])]
    return tuple(found), is_wider


def _start(window: TimeWindow) -> float:
    return float("-inf") if window.start is None else window.start.timestamp()


def _meet(one: TimeWindow, other: TimeWindow) -> bool:
    """Whether the later one begins before the earlier one has ended."""
    if one.end is None or other.start is None:
        return True
    return other.start < one.end


def _hull(one: TimeWindow, other: TimeWindow) -> TimeWindow:
    ends = [one.end, other.end]
    end = None if None in ends else max(e for e in ends if e is not None)
    return TimeWindow(one.start, end, one.axis)


def _measured(one: Counted, model: SemanticModel, run: evidence.RunQuery) -> Counter[str]:
    total: Counter[str] = Counter()
    for window in one.windows:
        query = SemanticQuery(model.name, one.table, filters=one.filters, time=window)
        total += evidence.grades(query, model, run)
    return total


def _note(one: Counted, model: SemanticModel, named: Callable[[Filter], Filter]) -> str:
    table = model.tables[one.table]
    of = [format_window(window) for window in one.windows]
    of += conditions_words([named(f) for f in one.filters], one.table, model)
    return _("The quality is that of all {plural} of {of}; the SQL uses only some of them.").format(
        plural=entities_of(table), of=listed(of)
    )
