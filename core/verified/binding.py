"""Tying the words of a question to the literals of its SQL.

A binding is whole or it is none: every slot that the question names is found in the SQL, and the
SQL narrows no time and no place that the question does not name. What stands in the way is told
as problems, for whoever writes the pair.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.language.time_phrases import ClockTime
from core.semantic.display import format_window
from core.semantic.query import TimeWindow
from core.translation import CODE, marked, named, speaking, told
from core.verified.dictionary import Dictionary, either
from core.verified.figures import NumberTie, number_tie
from core.verified.plan_body import PlanBody
from core.verified.spots import Body, Spot
from core.verified.template import Slot, Template
from core.verified.windows import (
    SAME,
    Source,
    arrangement,
    lengths,
    moment_of,
    sources_of,
)


@dataclass(frozen=True, slots=True)
class ValueTie:
    """The spot holds the values of these slots, in that order, as `column` says them."""

    spot: int
    slots: tuple[int, ...]
    column: str


@dataclass(frozen=True, slots=True)
class MomentTie:
    """The spot holds an edge; all sources of it must agree."""

    spot: int
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Binding:
    """A wording tied to a body.

    columns: for each value slot, the column that it names. fixed: slots that must hold what they
    hold; same_length: window slots that must keep their length; same_words: window slots that
    must be said in the same words, because a name in the SQL says them too. linked: slots that name
    one thing twice and must go on doing so. clock: what `now` was.
    """

    template: Template
    windows: tuple[TimeWindow | None, ...]
    columns: tuple[str, ...]
    values: tuple[ValueTie, ...]
    moments: tuple[MomentTie, ...]
    numbers: tuple[NumberTie, ...]
    fixed: frozenset[int]
    same_length: frozenset[int]
    same_words: frozenset[int]
    linked: tuple[tuple[int, int], ...]
    edges: tuple[Source, ...]
    arranged: tuple[int, ...]
    clock: ClockTime

    def role(self, slot: int, spots: Sequence[Spot]) -> str:
        """`limit` for a number that caps rows, `compared` for one that bounds a figure."""
        return next((spots[t.spot].role for t in self.numbers if t.slot == slot), "")


@dataclass(slots=True)
class Tied:
    """A binding, or what stands in its way. remarks: words that the SQL does not hold as they are;
    the binding holds for them alone, and whoever writes the pair should look at them. unsaid: those
    of the problems that are times which the question does not name."""

    binding: Binding | None
    problems: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()


def window_of(slot: Slot) -> TimeWindow | None:
    """The window of a window slot."""
    if slot.window is None:
        return None
    return TimeWindow(
        slot.window.start, slot.window.end, phrase=slot.phrase, grain=slot.window.grain
    )


def tie(
    template: Template,
    body: Body,
    clock: ClockTime,
    words: Dictionary,
    *,
    open_to: tuple[str, ...] = (),
    is_loose: bool = False,
) -> Tied:
    """The binding of a wording to its SQL. clock: against which its times were read. open_to:
    plants that need no naming, because the asker sees no others. is_loose: the SQL is only compared
    with the question and never written again, so that it may hold a value twice, and a day that is
    named may be a turn in it ("after the service on 3 May")."""
    tying = _Tying(template, body, clock, words, open_to, is_loose=is_loose)
    return tying.tied()


class _Tying:
    def __init__(
        self,
        template: Template,
        body: Body,
        clock: ClockTime,
        words: Dictionary,
        open_to: tuple[str, ...],
        *,
        is_loose: bool,
    ) -> None:
        self.is_loose = is_loose
        self.template = template
        self.slots = template.slots
        self.body = body
        self.clock = clock
        self.words = words
        self.open_to = {*open_to}
        self.is_open = not isinstance(body, PlanBody)
        self.windows = tuple(window_of(s) for s in self.slots)
        self.problems: list[str] = []
        self.remarks: list[str] = []
        self.unsaid: list[str] = []
        self.linked: list[tuple[int, int]] = []
        self.used: set[int] = set()
        self.columns = [""] * len(self.slots)
        self.fixed: set[int] = set()
        self.values: list[ValueTie] = []
        self.moments: list[MomentTie] = []
        self.numbers: list[NumberTie] = []

    def tied(self) -> Tied:
        for index, slot in enumerate(self.slots):
            if slot.kind == "value":
                self._value(index, slot)
        self._value_rows()
        self._moments()
        for index, slot in enumerate(self.slots):
            if slot.kind == "number":
                self._number(index, slot)
        self._unnamed()
        self._figures()
        same_length = self._same_length()
        same_words = self._names()
        if self.problems or self.unsaid:
            problems = tuple(dict.fromkeys((*self.problems, *self.unsaid)))
            return Tied(None, problems, tuple(self.remarks), tuple(self.unsaid))
        edges = self._edges()
        at = [moment_of(e, self.windows, self.clock) for e in edges]
        binding = Binding(
            self.template,
            self.windows,
            tuple(self.columns),
            tuple(self.values),
            tuple(self.moments),
            tuple(self.numbers),
            frozenset(self.fixed),
            same_length,
            same_words,
            tuple(self.linked),
            edges,
            arrangement(at),
            self.clock,
        )
        return Tied(binding, (), tuple(dict.fromkeys(self.remarks)))

    # -- values ------------------------------------------------------------------------------

    def _value(self, index: int, slot: Slot) -> None:
        """Every spot that holds just this slot's values."""
        for at, spot in enumerate(self.body.spots):
            column = self._column_of(slot, spot)
            if spot.kind != "values" or column is None or at in self.used:
                continue
            if self.columns[index] and not self.words.same(self.columns[index], column):
                continue
            self.columns[index] = self.columns[index] or column
            self.values.append(ValueTie(at, (index,), column))
            self.used.add(at)

    def _column_of(self, slot: Slot, spot: Spot) -> str | None:
        """The slot's column by which its values are those of the spot."""
        for column, texts in slot.values:
            said = self.words.translated(texts, column, spot.column)
            if said is not None and set(said) == set(spot.texts):
                return column
        return None

    def _value_rows(self) -> None:
        """A list in the SQL that holds the values of several slots ("Hamburg against Austin")."""
        free = [i for i, s in enumerate(self.slots) if s.kind == "value" and not self.columns[i]]
        for at, spot in enumerate(self.body.spots):
            if spot.kind != "values" or at in self.used or len(spot.texts) < 2:
                continue
            for column in sorted({c for i in free for c in self.slots[i].columns}):
                mine = [i for i in free if self.slots[i].of(column)]
                said = [
                    self.words.translated(self.slots[i].of(column), column, spot.column)
                    for i in mine
                ]
                texts = [t for group in said for t in group or ()]
                if len(mine) > 1 and None not in said and sorted(texts) == sorted(spot.texts):
                    for index in mine:
                        self.columns[index] = column
                    self.values.append(ValueTie(at, tuple(mine), column))
                    self.used.add(at)
        for index, slot in enumerate(self.slots):
            if slot.kind != "value":
                continue
            if self.columns[index]:
                self._check_value(index, slot)
            else:
                self._unheld(index, slot)

    def _unheld(self, index: int, slot: Slot) -> None:
        """A value that no spot holds: named twice, or in words that the SQL says its own way; a
        place or a thing must be held."""
        for other, known in enumerate(self.slots):
            if other != index and self.columns[other] and known.values == slot.values:
                self.columns[index] = self.columns[other]
                self.linked.append((other, index))
                return
        said = told(
            "The question says “{phrase}”, and the SQL does not compare {labels} with it.",
            phrase=slot.phrase,
            labels=self._labels(slot),
        )
        if self.is_loose and (spot := self._alike(slot)) is not None:
            self.used.add(spot)
            self.columns[index] = slot.values[0][0]
            texts = ", ".join(self.body.spots[spot].texts)
            self.remarks.append(
                told(
                    "The question says “{phrase}”, and the SQL “{texts}”.",
                    phrase=slot.phrase,
                    texts=texts,
                )
            )
            return
        if slot.columns <= self.words.places:
            self.problems.append(said)
            return
        self.remarks.append(said)
        self.columns[index] = slot.values[0][0]
        self.fixed.add(index)

    def _alike(self, slot: Slot) -> int | None:
        """A free spot that may name the same things in other words."""
        for at, spot in enumerate(self.body.spots):
            if at not in self.used and spot_alike(slot, spot, self.words):
                return at
        return None

    def _check_value(self, index: int, slot: Slot) -> None:
        ties = [t for t in self.values if index in t.slots]
        signs = {self.body.spots[t.spot].negated for t in ties}
        says_not = any(w.startswith(("g:not", "g:but")) for w in self.template.words)
        if slot.negated and signs == {False}:
            said = told(
                "The question leaves out “{phrase}”, and the SQL compares with it.",
                phrase=slot.phrase,
            )
            (self.remarks if self.is_open else self.problems).append(said)
        if signs == {True} and not says_not:
            self.problems.append(
                told(
                    "The SQL leaves out “{phrase}”, and the question does not.", phrase=slot.phrase
                )
            )
        column = self.columns[index]
        texts = {t for tied in ties for t in self.body.spots[tied.spot].texts}
        others = [
            s
            for at, s in enumerate(self.body.spots)
            if s.kind == "values" and at not in self.used and self.words.same(column, s.column)
        ]
        folded = {t.casefold() for t in self.body.texts}
        is_elsewhere = any(t.casefold() in text for t in texts for text in folded)
        is_name = any(_holds(name, text.casefold()) for name in self.body.names for text in texts)
        if others or is_elsewhere or is_name:
            self.fixed.add(index)

    def _labels(self, slot: Slot) -> str:
        return either([self.words.labels.get(c, c).lower() for c in sorted(slot.columns)])

    # -- times -------------------------------------------------------------------------------

    def _moments(self) -> None:
        named = [i for i, w in enumerate(self.windows) if w is not None]
        unexplained: list[Spot] = []
        for at, spot in enumerate(self.body.spots):
            if spot.kind != "moment" or spot.moment is None:
                continue
            sources = self._sources(spot)
            if sources:
                self.moments.append(MomentTie(at, sources))
                self.used.add(at)
            else:
                unexplained.append(spot)
        loose = [t for t in self.body.texts if t[:4].isdecimal() and t[4:5] == "-"]
        for index in named:
            self._check_window(index)
        if unexplained and not named:
            dates = ", ".join(sorted({f"{s.moment:%Y-%m-%d}" for s in unexplained if s.moment}))
            self.unsaid.append(
                told("The SQL reads a time ({dates}) that the question does not name.", dates=dates)
            )
        if loose and not named:
            self.unsaid.append(
                told(
                    "The SQL holds {text}, a time that the question does not name.",
                    text=repr(loose[0]),
                )
            )
        if unexplained or loose:
            self.fixed |= set(named)
        if self.is_loose and unexplained and named:
            dates = ", ".join(sorted({f"{s.moment:%Y-%m-%d}" for s in unexplained if s.moment}))
            self.remarks.append(
                told("The SQL also reads {dates}, which the question does not name.", dates=dates)
            )

    def _sources(self, spot: Spot) -> tuple[Source, ...]:
        assert spot.moment is not None
        numbers = self.body.numbers
        if spot.edge == "day":
            day = TimeWindow(spot.moment, spot.moment + dt.timedelta(days=1))
            return tuple(
                Source(i, SAME, "start")
                for i, w in enumerate(self.windows)
                if w is not None and (w.start, w.end) == (day.start, day.end)
            )
        return sources_of(spot.moment + spot.behind, spot.edge, self.windows, self.clock, numbers)

    def _check_window(self, index: int) -> None:
        window = self.windows[index]
        assert window is not None
        found = {
            "day" if self.body.spots[t.spot].edge == "day" else s.edge
            for t in self.moments
            for s in t.sources
            if s.slot == index and s.how == SAME and not s.run_up
        }
        is_open = window.end == self.clock.now and "end" not in found
        wanted = {e for e in ("start", "end") if getattr(window, e) is not None}
        if is_open:
            wanted.discard("end")
        if "day" in found or wanted <= found:
            return
        starts_at_another = any(
            other is not None and i != index and other.end == window.start
            for i, other in enumerate(self.windows)
        )
        is_day = window.length == dt.timedelta(days=1)
        if "end" in found and (is_day or starts_at_another):
            self.fixed.add(index)  # "as of 30 June"; "in June, with the change from May"
            return
        phrase = self.template.slots[index].phrase
        if self.is_loose and is_day and self._is_turn(window):
            self.remarks.append(
                told(
                    "The SQL does not read “{phrase}” as the time that is asked for.", phrase=phrase
                )
            )
            return
        moments = {s.moment for s in self.body.spots if s.moment is not None}
        dates = ", ".join(f"{m:%Y-%m-%d}" for m in sorted(moments))
        other = marked("The question says “{phrase}” ({window}), and the SQL reads {dates}.")
        none = marked("The question says “{phrase}” ({window}), and the SQL does not read it so.")
        values = {"phrase": phrase, "window": _named_window(window)}
        self.problems.append(told(other, **values, dates=dates) if dates else told(none, **values))

    def _is_turn(self, day: TimeWindow) -> bool:
        """Whether something in the SQL begins or ends at a day's edge."""
        edges = {day.start, day.end}
        return any(s.moment and s.moment + s.behind in edges for s in self.body.spots)

    def _same_length(self) -> frozenset[int]:
        """Windows whose length the SQL also holds as a figure, or of which it reads one day."""
        found = set()
        for index, window in enumerate(self.windows):
            if window is None:
                continue
            is_day = any(
                self.body.spots[t.spot].edge == "day" and any(s.slot == index for s in t.sources)
                for t in self.moments
            )
            has_run_up = any(s.run_up for t in self.moments for s in t.sources)
            if is_day or (lengths(window) & self.body.numbers and not has_run_up):
                found.add(index)
        return frozenset(found)

    def _figures(self) -> None:
        """A figure that the SQL compares with and no word names, such as a limit, holds for the
        kind of thing that the pair is about: that stays then. Nothing and one are no limits."""
        figures = [
            spot.number
            for at, spot in enumerate(self.body.spots)
            if spot.kind == "number" and spot.role == "compared" and at not in self.used
        ]
        if not any(number not in (0.0, 1.0) for number in figures):
            return
        for index, column in enumerate(self.columns):
            if column and (column not in self.words.places or column == self.words.entity):
                self.fixed.add(index)

    def _names(self) -> frozenset[int]:
        """Windows that a name in the SQL says too (`scrap_may`, `this_week`)."""
        found = set()
        for index, slot in enumerate(self.slots):
            if slot.kind != "window":
                continue
            said = [t.norm for t in slot.tokens if t.kind in ("word", "number", "code")]
            bare = [w for w in said if len(w) > 2]
            for name in self.body.names:
                parts = _words_of(name)
                runs = ["_".join(said[i : i + 2]) for i in range(len(said) - 1)]
                is_whole = any(run in name for run in runs)
                is_part = len(bare) > 0 and any(b in parts for b in bare if b not in _STEPS)
                if is_whole or is_part:
                    found.add(index)
        return frozenset(found)

    def _edges(self) -> tuple[Source, ...]:
        """The edges of all windows in play, where there is more than one of them."""
        pairs = {(s.slot, s.how) for t in self.moments for s in t.sources}
        if len(pairs) < 2:
            return ()
        return tuple(
            Source(slot, how, edge) for slot, how in sorted(pairs) for edge in ("start", "end")
        )

    # -- numbers -----------------------------------------------------------------------------

    def _number(self, index: int, slot: Slot) -> None:
        assert slot.number is not None
        wanted = "limit" if self._is_limit(slot) else "compared"
        others = [s.number for i, s in enumerate(self.slots) if i != index and s.kind == "number"]
        found: list[NumberTie] = []
        for at, spot in enumerate(self.body.spots):
            if spot.kind != "number" or at in self.used or spot.role != wanted:
                continue
            number = number_tie(at, index, slot, spot)
            if number is not None:
                found.append(number)
        in_sql = {s.number for s in self.body.spots if s.kind == "number"} | self.body.numbers
        if found:
            self.numbers += found
            self.used |= {t.spot for t in found}
        elif slot.unit is None and slot.number not in in_sql and not self._is_article(slot):
            self.remarks.append(
                told(
                    "The question says “{phrase}”, and the SQL holds no such number.",
                    phrase=slot.phrase,
                )
            )
        elif self.is_loose and slot.unit is not None and not self._is_held(slot, in_sql):
            self.remarks.append(
                told(
                    "The question says “{phrase}”, and the SQL does not hold it.",
                    phrase=slot.phrase,
                )
            )
        is_twice = slot.number in others or (slot.number in self.body.numbers)
        if not found or is_twice or wanted == "compared":
            self.fixed.add(index)  # a limit is part of what was verified; only N may be another

    def _is_held(self, slot: Slot, numbers: Iterable[float | None]) -> bool:
        """Whether the SQL holds a number with its unit in some way, be it as text."""
        texts = {float(text) for text in self.body.texts if text.isdecimal()}
        return bool(_ways(slot) & {*numbers, *texts})

    def _is_article(self, slot: Slot) -> bool:
        """Whether "one" may be no number ("one of them")."""
        return self.is_loose and slot.number == 1 and not any(c.isdecimal() for c in slot.phrase)

    def _is_limit(self, slot: Slot) -> bool:
        """Whether the words beside a number ask for so many of something."""
        if slot.unit is not None:
            return False
        around = self.template.words[max(0, slot.at - 1) : slot.at + 2]
        return not any("comparators" in w or "between" in w for w in around)

    # -- the rest ----------------------------------------------------------------------------

    def _unnamed(self) -> None:
        """Places that the SQL keeps or leaves out and the question does not name."""
        for at, spot in enumerate(self.body.spots):
            if spot.kind != "values" or at in self.used or spot.column not in self.words.places:
                continue
            if self.open_to and not spot.negated and self.open_to <= {*spot.texts}:
                continue
            if self.is_loose and {*spot.texts} <= self._said_as(spot.column):
                continue
            label = self.words.labels.get(spot.column, spot.column).lower()
            said = told(
                "The SQL reads {label} {values}, which the question does not say.",
                label=label,
                values=", ".join(spot.texts),
            )
            is_left_out = self.is_loose and spot.negated
            (self.remarks if is_left_out else self.problems).append(said)

    def _said_as(self, column: str) -> set[str]:
        """All values that the question names, as this column says them."""
        said = (
            self.words.translated(texts, source, column)
            for slot in self.slots
            for source, texts in slot.values
        )
        return {text for texts in said for text in texts or ()}


def spot_alike(slot: Slot, spot: Spot, words: Dictionary) -> bool:
    """Whether a spot names as many things as a slot, by a column of other names for them."""
    return spot.kind == "values" and any(
        column != spot.column
        and len(texts) == len(spot.texts)
        and not words.same(column, spot.column)
        and words.is_alike(column, spot.column)
        for column, texts in slot.values
    )


_STEPS = frozenset({"day", "days", "week", "weeks", "month", "months", "year", "years", "quarter"})


def _named_window(window: TimeWindow) -> str:
    """A window as the log says it, and as the language at hand does."""
    with speaking(CODE):
        english = format_window(window)
    return named(english, format_window(window))


def _ways(slot: Slot) -> set[float | None]:
    """A number with a unit as a SQL may hold it: as it is, as a share, in another unit of time."""
    number = slot.number or 0.0
    factors = (1, 0.01, 7, 24, 60, 3600, 1440, 86400, 168, 10080, 604800)
    ways = {float(f"{number * f:.12g}") for f in factors}
    return {*ways, *(float(f"{number / f:.12g}") for f in (24, 60, 3600))}


def _words_of(name: str) -> frozenset[str]:
    """The words of a name in SQL."""
    return frozenset(name.replace("-", "_").replace(" ", "_").split("_"))


def _holds(name: str, value: str) -> bool:
    """Whether a name in SQL holds a value as words of it."""
    word, name = (text.replace("-", "_").replace(" ", "_") for text in (value, name))
    return len(word) > 1 and f"_{word}_" in f"_{name}_"
