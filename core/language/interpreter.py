"""From items to a draft: which words are measures, splits, filters, times, conditions.

Passes run in an order in which each one takes away what would confuse the next: times first,
then numeric conditions, splits ("by ..."), counts, rankings, aggregates; what is left is read by
its kind. A word that no pass takes is left over, and the question is asked back.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from core.language.conditions import Condition, find_conditions, skip
from core.language.draft import (
    ConditionDraft,
    DimensionDraft,
    Draft,
    MeasureDraft,
    Ranking,
    ValueDraft,
)
from core.language.lexicon import Lexicon
from core.language.normalise import singular
from core.language.reading import Ask
from core.language.tagger import Item
from core.language.vocabulary import Target, Vocabulary
from core.semantic import units
from core.semantic.model import SemanticModel
from core.semantic.query import Agg, Anchor, Filter, Grain, Op
from core.types import Clarification, Option

_FUNCTION_GROUPS = frozenset({"ignored", "and", "or", "but", "the", "only", "which"})
_GRAIN_WORDS_ADVERB = ("hourly", "daily", "weekly", "monthly", "quarterly", "yearly", "annual")


class Interpreter:
    """Reads the items of one question into a draft. One instance serves one question."""

    def __init__(
        self, model: SemanticModel, vocabulary: Vocabulary, lexicon: Lexicon, items: list[Item]
    ) -> None:
        self.model = model
        self.vocabulary = vocabulary
        self.lexicon = lexicon
        self.items = items
        self.draft = Draft(items)
        self.levels = _entity_levels(model)

    def run(self) -> Draft:
        """All passes in order."""
        self._settle_words()
        self._extend_numbered_values()
        self._anchor()
        self._times()
        self._readings()
        self._charts()
        self._conditions()
        self._splits()
        self._counts()
        self._ranking()
        self._aggregates()
        self._nouns()
        self._adjuncts()
        return self.draft

    # -- what an item is ---------------------------------------------------------------------

    def is_measure(self, item: Item) -> bool:
        return any(self._is_measure_target(t) for t in item.targets)

    def _is_measure_target(self, target: Target) -> bool:
        if target.kind == "metric":
            return True
        return target.kind == "column" and self._column_role(target) == "measure"

    def _column_role(self, target: Target) -> str:
        return self.vocabulary.columns[target.name][0].role

    def dimension_targets(self, item: Item) -> tuple[Target, ...]:
        return tuple(
            t
            for t in item.targets
            if t.kind == "column" and self._column_role(t) in ("dimension", "text")
        )

    def value_targets(self, item: Item) -> tuple[Target, ...]:
        values = item.of_kind("value")
        whole = tuple(t for t in values if not t.is_partial)
        return whole or values

    def is_noun_value(self, item: Item) -> bool:
        """A value that names a kind of the model's entity ("pumps")."""
        return any(t.name in self.levels for t in self.value_targets(item))

    def _free(self, at: int) -> bool:
        return 0 <= at < len(self.items) and not self.items[at].use

    def _next(self, at: int) -> int:
        """Index of the next item after `at` that is no ignorable word."""
        return skip(self.items, at + 1)

    def _previous(self, at: int) -> int:
        at -= 1
        while at >= 0 and (
            ({"ignored", "the"} & set(self.items[at].tags))
            and not self.items[at].targets
            and self.items[at].number is None
        ):
            at -= 1
        return at

    def _settle_words(self) -> None:
        """Words whose neighbours decide: `current vibration` is no current, `high alarms` is a
        priority."""
        items = self.items
        for at, item in enumerate(items[:-1]):
            after = items[skip(items, at + 1)] if skip(items, at + 1) < len(items) else None
            if after is None:
                continue
            if item.tags.get("aggregates") and self.is_measure(item) and self.is_measure(after):
                item.targets = ()
            if {"running", "moving"} & set(item.tags) and (
                self.is_measure(after) or "aggregates" in after.tags or after.of_kind("table")
            ):
                item.targets = ()
            if all(t.is_partial for t in item.targets) and item.number is None:
                found = tuple(
                    t
                    for t in self.vocabulary.guarded(item.norm)
                    if any(t.tables & table.tables for table in after.of_kind("table"))
                )
                if len(found) == 1:
                    item.targets, item.level = found, 3

    def _anchor(self) -> None:
        """`before the last work order`, `in the 24 hours before its first failure`."""
        for at, item in enumerate(self.items):
            relation = _relation(item.norm)
            if relation is None or item.time is not None or item.targets:
                continue
            found = self._anchor_event(at)
            if found is None:
                continue
            edge, table, filters, last = found
            span, first = self._anchor_span(at)
            for index in range(first, last + 1):
                self.items[index].use = "time"
                self.items[index].time = None
            phrase = " ".join(i.text for i in self.items[first : last + 1])
            self.draft.anchor = Anchor(table, edge, relation, filters, span, phrase)
            return

    def _anchor_event(
        self, at: int
    ) -> tuple[Literal["first", "last"], str, tuple[Filter, ...], int] | None:
        """The event after `before`: (edge, table, its filters, last item)."""
        cursor = at + 1
        while cursor < len(self.items) and (
            ({"ignored", "the"} & set(self.items[cursor].tags))
            and not self.items[cursor].targets
            and not {"first", "last"} & set(self.items[cursor].tags)
        ):
            cursor += 1
        if cursor >= len(self.items):
            return None
        word = self.items[cursor]
        if not ({"first", "last"} & set(word.tags)) or word.targets:
            return None
        edge: Literal["first", "last"] = "first" if "first" in word.tags else "last"
        filters: list[Filter] = []
        cursor += 1
        while cursor < len(self.items):
            item = self.items[cursor]
            tables = item.of_kind("table")
            if tables:
                name = tables[0].name
                columns = self.model.tables[name].columns
                if all(f.column in columns for f in filters):
                    return edge, name, tuple(filters), cursor
                return None
            values = self.value_targets(item)
            if values and not self.is_measure(item):
                filters.append(Filter(values[0].name, Op.EQ, (values[0].value or "",)))
            elif not item.is_ignorable:
                return None
            cursor += 1
        return None

    def _anchor_span(self, at: int) -> tuple[dt.timedelta | None, int]:
        """`24 hours` or `the week` right before the relation: (span, first item)."""
        spans = {"min": "minutes", "h": "hours", "d": "days", "wk": "weeks"}
        before = at - 1
        if before >= 0:
            item = self.items[before]
            if item.number is not None and item.unit in spans:
                return dt.timedelta(**{spans[item.unit]: item.number}), before
            words = {"hour": "hours", "day": "days", "week": "weeks"}
            grain = item.tags.get("grains")
            article = self.items[before - 1].norm.split()[-1] if before else ""
            if grain in words and not item.targets and article in ("the", "a", "an", "one"):
                return dt.timedelta(**{words[grain]: 1}), before
        own = self.items[at].norm.split()
        for word, unit in (("day", "days"), ("week", "weeks"), ("hour", "hours")):
            if word in own:
                return dt.timedelta(**{unit: 1}), at
        return None, at

    # -- passes ------------------------------------------------------------------------------

    def _extend_numbered_values(self) -> None:
        """`lines 1, 2 and 4` and `PMP-01 and 03`: bare numbers after a numbered value."""
        items = self.items
        for at, item in enumerate(items):
            values = self.value_targets(item)
            letters = _letters_of(values[0].value or "") if values else ""
            is_label = not values and any(
                self.vocabulary.columns[t.name][0].linked for t in self.dimension_targets(item)
            )
            if not letters and is_label:
                letters = singular(item.tokens[-1].norm)
            if not letters:
                continue
            cursor = at + 1 if letters and not is_label else at
            while True:
                joint = cursor
                if cursor > at:
                    if joint >= len(items) or not {"and", "or", "range_to"} & set(
                        items[joint].tags
                    ):
                        break
                    while joint < len(items) and {"and", "or"} & set(items[joint].tags):
                        joint += 1
                else:
                    joint = at + 1
                if joint >= len(items) or items[joint].number is None or items[joint].unit:
                    break
                number = items[joint].number
                assert number is not None
                found = self.vocabulary.code(letters, int(number)) if number >= 0 else ()
                if not found or number != int(number):
                    if is_label and cursor == at and number == int(number):
                        self._ask_which(f"{item.text} {items[joint].text}", letters)
                    break
                items[joint].targets, items[joint].number = found, None
                items[joint].time = None
                if cursor == at:
                    item.use = item.use or "names the values"
                cursor = joint + 1

    def _ask_which(self, text: str, letters: str) -> None:
        """Ask back for a numbered value that there is none of; nothing where none is known."""
        known = self.vocabulary.of_letters(letters)
        names = list(dict.fromkeys(t.value or "" for t in known))
        if names:
            raise Ask(
                Clarification(
                    f"There is no {text}. There are {', '.join(names[:8])}"
                    f"{' and others' if len(names) > 8 else ''}.",
                    tuple(Option(n, self._with(text, n)) for n in names[:4]),
                    (text,),
                )
            )

    def _with(self, old: str, new: str) -> str:
        words = " ".join(i.text for i in self.items)
        return words.replace(old, new, 1)

    def _times(self) -> None:
        for at, item in enumerate(self.items):
            is_asked = bool(at) and "which" in self.items[at - 1].tags
            if (
                "grains" in item.tags
                and item.time is not None
                and (is_asked or self._is_split_context(at))
            ):
                item.time = None  # "by weekday" is a step and no window
            if item.time is not None and not item.use:
                self.draft.times.append((at, item.time))
                item.use = "time"

    def _readings(self) -> None:
        at = self.draft.has("readings")
        if at is not None:
            payload = self.items[at].tags["readings"]
            self.draft.readings = "all" if payload == "all" else "good"
            self.draft.mark(at, "which readings count")

    def _charts(self) -> None:
        for at, item in enumerate(self.items):
            payload = item.tags.get("charts")
            if payload is None or item.targets or item.use:
                continue
            self.draft.mark(at, "kind of picture")
            if payload == "pie":
                self.draft.chart = "bar"
                self.draft.notes.append("Shown as bars: shares are easier to compare in bars.")
            elif payload == "chart":
                self.draft.wants_trend = True
            else:
                self.draft.chart = payload  # type: ignore[assignment]

    def _conditions(self) -> None:
        for condition in find_conditions(self.items):
            if any(self.items[i].use for i in range(condition.first, condition.last + 1)):
                continue
            if condition.unit is None and self._is_other_number(condition.last):
                continue
            self._refuse_or(condition)
            measure = self._condition_measure(condition)
            for index in range(condition.first, condition.last + 1):
                self.draft.mark(index, "condition")
            for index in range(max(0, condition.first - 5), condition.first):
                if "links" in self.items[index].tags and not self.items[index].targets:
                    self.draft.mark(index, "condition")
            self.draft.conditions.append(ConditionDraft(condition, measure))

    def _is_other_number(self, at: int) -> bool:
        """`up to 5 assets`: a number that counts things is no limit of a figure, unless the
        things can be counted (an event table or a metric)."""
        after = self._next(at)
        if after >= len(self.items):
            return False
        item = self.items[after]
        return bool("grains" in item.tags and not item.targets)

    def _refuse_or(self, condition: Condition) -> None:
        """Two limits joined by `or` are two questions; taken together they would mean `and`."""
        if not self.draft.conditions:
            return
        last = self.draft.conditions[-1].condition.last
        between = self.items[last + 1 : condition.first]
        if any(i.norm == "or" for i in between):
            raise Ask(
                Clarification(
                    "Two limits joined by “or” cannot be asked in one question. Please ask for "
                    "one of them at a time.",
                    (),
                    ("or",),
                )
            )

    def _fits(self, item: Item, unit: str | None) -> bool:
        """Whether a number with this unit can be about the item's figure."""
        if unit is None or item.of_kind("table"):
            return True
        for target in item.targets:
            if target.kind == "metric":
                metric = self.model.metrics[target.name]
                own = metric.unit
                if unit == "%" and metric.display == "percent":
                    return True
            elif target.kind == "column":
                own = self.vocabulary.columns[target.name][0].unit
            else:
                continue
            if own is not None and units.same_dimension(own, unit):
                return True
        return False

    def _take_ratio(self, item: Item) -> None:
        """`scrap above 2 %` is about the rate of scrap: the one percentage of the model that is
        formed from that amount."""
        for target in item.targets:
            if target.kind != "column":
                continue
            begin = f"SUM({target.name})".upper()
            found = [
                m
                for m in self.model.metrics.values()
                if m.display == "percent"
                and (m.expression or "").upper().replace(" ", "").startswith(begin + "/")
            ]
            if len(found) == 1:
                item.targets = (Target("metric", found[0].name, frozenset({found[0].table})),)
                return

    def _refuse_other_unit(self, first: int, unit: str | None) -> None:
        """`vibration above 80 °C`: a figure right before a number of another kind is asked
        back."""
        before = self._previous(first)
        if unit is None or before < 0 or not self.is_measure(self.items[before]):
            return
        item = self.items[before]
        if unit == "%" and not self._fits(item, unit):
            self._take_ratio(item)
        own = [
            u
            for t in item.targets
            if self._is_measure_target(t)
            for u in [
                self.model.metrics[t.name].unit
                if t.kind == "metric"
                else self.vocabulary.columns[t.name][0].unit
            ]
            if u is not None
        ]
        is_count = any(
            t.kind == "metric"
            and (self.model.metrics[t.name].expression or "").upper() == "COUNT(*)"
            for t in item.targets
        )
        if not self._fits(item, unit) and not is_count:
            shown = units.display_unit(own[0]) if own else ""
            kind = f"is measured in {shown}" if shown else "is a plain number"
            raise Ask(
                Clarification(
                    f"{item.text.capitalize()} {kind}, not in {units.display_unit(unit)}. "
                    "Which limit do you mean?",
                    (),
                    tuple(i.text for i in self.items[first : first + 2]),
                )
            )

    def _condition_measure(self, condition: Condition) -> MeasureDraft | None:
        first, last, unit = condition.first, condition.last, condition.unit
        after = self._next(last)
        if after < len(self.items) and self._free(after) and after - last <= 2:
            item = self.items[after]
            noun = after
            while noun < len(self.items) - 1 and (
                self.items[noun].of_kind("value") and self._table_follows(noun)
            ):
                noun = self._next(noun)
            item = self.items[noun]
            if (self.is_measure(item) or item.of_kind("table")) and self._fits(item, unit):
                self.draft.mark(noun, "figure of the condition")
                return self._measure(noun)
        self._refuse_other_unit(first, unit)
        cursor = first - 1
        steps = 0
        while cursor >= 0 and steps < 8:
            item = self.items[cursor]
            if (
                self.is_measure(item)
                and (not item.use or item.use == "figure of the condition")
                and self._fits(item, unit)
            ):
                self.draft.mark(cursor, "figure of the condition")
                measure = self._measure(cursor)
                self._attach_aggregate_before(cursor, measure)
                return measure
            if item.use == "condition":
                for previous in reversed(self.draft.conditions):
                    if previous.measure is not None:
                        return previous.measure
            steps += 1
            cursor -= 1
        return None

    def _attach_aggregate_before(self, at: int, measure: MeasureDraft) -> None:
        before = self._previous(at)
        if before >= 0 and "aggregates" in self.items[before].tags and self._free(before):
            payload = self.items[before].tags["aggregates"]
            if payload in ("avg", "max", "min", "sum", "median"):
                self._set_aggregate(measure, payload)
                self.draft.mark(before, "how the figure is formed")

    def _measure(self, at: int) -> MeasureDraft:
        item = self.items[at]
        targets = tuple(t for t in item.targets if self._is_measure_target(t))
        if not targets:
            tables = item.of_kind("table")
            return MeasureDraft(tables, at, is_count=True)
        return MeasureDraft(targets, at)

    # splits ---------------------------------------------------------------------------------

    def _splits(self) -> None:
        for at, item in enumerate(self.items):
            if "by" not in item.tags or item.use or item.targets or item.time:
                continue
            self._split_list(at)
        for at, item in enumerate(self.items):
            if item.use or "grains" not in item.tags:
                continue
            if item.norm in _GRAIN_WORDS_ADVERB or " by " in item.norm:
                self._add_grain(at, by=True)

    def _split_list(self, by_at: int) -> None:
        """The nouns after `by`: columns, grains and class words, joined by and / commas."""
        cursor = self._next(by_at)
        wise_at = by_at - 1
        if "wise" in self.items[by_at].norm:
            cursor = wise_at
        taken = False
        while cursor < len(self.items):
            item = self.items[cursor]
            if item.use:
                break
            dims = self.dimension_targets(item)
            if self._is_agent(by_at, cursor, item):
                self.draft.agents.add(cursor)
                break
            if dims:
                self._add_dimension(cursor, by=True)
            elif "grains" in item.tags and not item.targets:
                self._add_grain(cursor, by=True)
            elif self.is_noun_value(item):
                self._add_value(cursor, noun=True)
                self._add_entity(cursor, listed=False)
            else:
                break
            taken = True
            if "wise" in self.items[by_at].norm:
                break
            joint = self._next(cursor)
            if joint < len(self.items) and "and" in self.items[joint].tags:
                after = self._next(joint)
                while after < len(self.items) and {"and", "by"} & set(self.items[after].tags):
                    after = self._next(after)
                if after < len(self.items) and self._can_split(self.items[after]):
                    for index in range(joint, after):
                        self.draft.mark(index, "joins")
                    cursor = after
                    continue
            break
        if taken:
            self.draft.mark(by_at, "split")
        else:
            self._each_row(by_at)
            self._mark_plain_by(by_at)

    def _mark_plain_by(self, by_at: int) -> None:
        """`by` before a figure ("top 5 by downtime") or before who did it is no split."""
        word = self.items[by_at].norm
        cursor = self._next(by_at)
        plain = ("by", "along", "across", "among", "within each")
        if word not in plain or cursor >= len(self.items):
            return
        item = self.items[cursor]
        is_figure = self.is_measure(item) or bool(item.of_kind("table"))
        if is_figure or cursor in self.draft.agents or item.of_kind("value"):
            self.draft.mark(by_at, "by what")

    def _each_row(self, by_at: int) -> None:
        """`hours per work order`: the mean over the rows of that table."""
        cursor = self._next(by_at)
        while cursor < len(self.items) - 1 and self.items[cursor].of_kind("value"):
            cursor = self._next(cursor)
        before = self._previous(by_at)
        if cursor >= len(self.items) or before < 0:
            return
        tables = self.items[cursor].of_kind("table")
        if tables and not self.items[cursor].is_plural and self.is_measure(self.items[before]):
            measure = self._measure(before)
            measure.each_row = True
            self.draft.measures.append(measure)
            self.draft.tables.append((cursor, tables[0].name))
            self.draft.mark(before, "figure")
            for index in (by_at, cursor):
                self.draft.mark(index, "mean of each")

    def _is_agent(self, by_at: int, at: int, item: Item) -> bool:
        """`used by the chillers`: who did it, and no split."""
        between = self.items[by_at + 1 : at]
        before = self.items[by_at - 1].norm.split()[-1] if by_at else ""
        is_passive = before.endswith("ed") or before in ("made", "done", "drawn", "taken")
        return (
            self.items[by_at].norm == "by"
            and (any("the" in i.tags for i in between) or is_passive)
            and self.is_noun_value(item)
            and not self.dimension_targets(item)
        )

    def _can_split(self, item: Item) -> bool:
        if item.use:
            return False
        dims = bool(self.dimension_targets(item)) and not self.is_measure(item)
        return dims or ("grains" in item.tags and not item.targets)

    def _add_dimension(self, at: int, *, by: bool = False, listed: bool = False) -> DimensionDraft:
        item = self.items[at]
        targets = self.dimension_targets(item)
        found = DimensionDraft(
            targets[0].name,
            None,
            at,
            listed=listed,
            plural=item.is_plural,
            after_by=by,
        )
        self.draft.dimensions.append(found)
        self.draft.mark(at, "split")
        return found

    def _add_grain(self, at: int, *, by: bool = False, listed: bool = False) -> DimensionDraft:
        item = self.items[at]
        grain = Grain(item.tags["grains"])
        plural = item.norm.endswith("s") and not item.norm.endswith("ss")
        found = DimensionDraft(None, grain, at, listed=listed, plural=plural, after_by=by)
        self.draft.dimensions.append(found)
        self.draft.mark(at, "time step")
        return found

    def _add_entity(self, at: int, *, listed: bool) -> DimensionDraft:
        found = DimensionDraft(
            self.model.entity, None, at, listed=listed, plural=self.items[at].is_plural
        )
        self.draft.dimensions.append(found)
        return found

    def _add_value(self, at: int, *, noun: bool = False) -> ValueDraft:
        found = ValueDraft(
            self.value_targets(self.items[at]),
            at,
            negated=self._negated(at),
            is_noun=noun,
            is_agent=at in self.draft.agents,
        )
        self.draft.values.append(found)
        self.draft.mark(at, "filter")
        return found

    def _negated(self, at: int) -> bool:
        """Whether a `not` governs the item: right before it ("not in line 2", "all but Line 2"),
        or before the first of a list of values of one column ("except Jam and Tool change")."""
        cursor, is_joined = at - 1, False
        while cursor >= 0:
            item = self.items[cursor]
            if "not" in item.tags and not item.targets and item.number is None:
                if self._is_absence(cursor, at):
                    return False
                if not is_joined and item.use in ("", "negation"):
                    item.use = "negation"
                    return True
                return False
            is_value = bool(self.items[at].of_kind("value"))
            if "but" in item.tags and not is_joined and is_value:
                item.use = "negation"
                return True
            if {"and", "or"} & set(item.tags) and not item.targets:
                is_joined = True
            elif is_joined and item.of_kind("value"):
                return self._negated(cursor)
            elif is_joined and item.time is not None and item.time.weekdays:
                is_joined = False  # "excluding weekends and night shifts"
            elif is_joined or not (
                (item.is_ignorable or "the" in item.tags or self.dimension_targets(item))
                and "only" not in item.tags
            ):
                return False
            cursor -= 1
        return False

    def _is_absence(self, no_at: int, at: int) -> bool:
        """`assets with no corrective order`: that there is none of something is no condition on
        rows, unless the rows are of that table ("alarms without low priority ones")."""
        if self.items[no_at].norm not in ("no", "without", "non", "not"):
            return False
        values = self.items[at].of_kind("value")
        is_event = bool(values) and all(self.model.default_table not in t.tables for t in values)
        spoken = any(i.of_kind("table") or self.is_measure(i) for i in self.items[:no_at])
        return is_event and not spoken

    # counts ---------------------------------------------------------------------------------

    def _counts(self) -> None:
        at = self._count_word()
        if at is None:
            return
        noun = self._count_noun(at)
        if noun is None:
            return
        item = self.items[noun]
        self.draft.mark(at, "count")
        for index in range(at + 1, noun):
            if "aggregates" in self.items[index].tags and self.items[index].tags["aggregates"] in (
                "distinct",
                "count",
            ):
                self.draft.mark(index, "count")
        self.draft.count_at = noun
        metrics = tuple(t for t in item.targets if self._is_measure_target(t))
        if metrics:
            self.draft.measures.append(MeasureDraft(metrics, noun))
            self.draft.mark(noun, "figure")
        elif item.of_kind("table"):
            self.draft.measures.append(MeasureDraft(item.of_kind("table"), noun, is_count=True))
            self.draft.tables.append((noun, item.of_kind("table")[0].name))
            self.draft.mark(noun, "figure")
        elif "count_of_rows" in item.tags and not item.targets:
            table = Target("table", self.model.default_table, frozenset({self.model.default_table}))
            self.draft.measures.append(MeasureDraft((table,), noun, is_count=True))
            self.draft.mark(noun, "figure")
        elif self.dimension_targets(item):
            self.draft.measures.append(
                MeasureDraft(self.dimension_targets(item), noun, agg=Agg.COUNT_DISTINCT)
            )
            self.draft.mark(noun, "figure")
        elif self._default_count(item) and not self.is_noun_value(item):
            self._add_value(noun)
            metric = self._default_count(item)
            self.draft.measures.append(
                MeasureDraft(
                    (Target("metric", metric, frozenset({self.model.metrics[metric].table})),), noun
                )
            )
        elif self.is_noun_value(item):
            self._add_value(noun, noun=True)
            entity = self.model.entity or ""
            tables = self.vocabulary.columns[entity][1]
            self.draft.measures.append(
                MeasureDraft((Target("column", entity, tables),), noun, agg=Agg.COUNT_DISTINCT)
            )

    def _count_word(self) -> int | None:
        for at, item in enumerate(self.items):
            payload = item.tags.get("aggregates")
            if payload in ("count", "distinct") and not item.use and not item.targets:
                if at + 1 < len(self.items) and "unit_word" in self.items[at + 1].tags:
                    continue  # "how many kWh" is an amount
                return at
        return None

    def _count_noun(self, at: int) -> int | None:
        """What is counted: the first noun after the counting word, past its adjectives."""
        adjective: int | None = None
        for index in range(at + 1, min(len(self.items), at + 8)):
            item = self.items[index]
            if item.use == "time" or (item.use and item.use != "negation"):
                if adjective is not None:
                    break
                continue
            if self.is_measure(item) and not item.of_kind("value"):
                return index
            if item.of_kind("table") or "count_of_rows" in item.tags:
                return index
            if self.dimension_targets(item) and not item.of_kind("value"):
                return index
            if item.of_kind("value"):
                if self.is_measure(item) and not self._table_follows(index):
                    return index
                if self.is_noun_value(item) and not self._table_follows(index):
                    return index
                if self._default_count(item) and not self._table_follows(index):
                    return index
                adjective = index
            elif adjective is not None and not (set(item.tags) & _FUNCTION_GROUPS):
                break
        return None

    def _default_count(self, item: Item) -> str:
        """The metric that counts what a value names ("bad readings"); empty for none."""
        for target in self.value_targets(item):
            name = self.vocabulary.columns[target.name][0].default_measure
            metric = self.model.metrics.get(name)
            if metric is not None and (metric.expression or "").upper() == "COUNT(*)":
                return name
        return ""

    def _table_follows(self, at: int) -> bool:
        """`high priority alarms`, `pump failures`: the next noun is what is counted."""
        after = self._next(at)
        if after >= len(self.items) or after - at > 1:
            return False
        item = self.items[after]
        return (
            bool(item.of_kind("table"))
            or self.is_measure(item)
            or bool(self.dimension_targets(item) and not item.of_kind("value"))
        )

    def _event_follows(self, at: int) -> bool:
        after = at + 1
        return after < len(self.items) and bool(self.items[after].of_kind("table"))

    # rankings -------------------------------------------------------------------------------

    def _ranking(self) -> None:
        for at, item in enumerate(self.items):
            payload = item.tags.get("superlatives")
            if payload is None or item.use or item.targets:
                continue
            if "comparators" in item.tags or ("change" in item.tags and item.norm in ("more",)):
                continue
            if item.norm in ("more", "less", "bad", "poor", "problem", "max", "maximum") and not (
                item.norm in ("max", "maximum") and self._noun_near(at) is not None
            ):
                continue
            ranking = Ranking(
                descending={"high": True, "low": False}.get(payload),
                good={"good": True, "bad": False}.get(payload),
                count=None,
                at=at,
                word=item.norm,
            )
            self._ranking_number(ranking)
            if ranking.noun_at is None:
                self._ranking_noun(ranking)
            if ranking.noun_at is None:
                self._noun_before(ranking)
            if self.draft.ranking is None:
                self.draft.ranking = ranking
                self.draft.mark(at, "ranking")
            elif (
                ranking.count is not None
                and self.draft.ranking.count is None
                and (ranking.noun_at is None)
            ):
                self.draft.ranking.count = ranking.count  # "the highest ...? top 5"
                self.draft.mark(at, "ranking")
            elif self.draft.ranking.measure_at is None and not self._is_second(at):
                # "top 5 pumps with the highest vibration": one ranking in two words
                first = self.draft.ranking
                first.descending = (
                    first.descending if ranking.descending is None else (ranking.descending)
                )
                first.word = item.norm
                self.draft.mark(at, "ranking")
        self._listed_nouns()
        self._numbered_nouns()
        self._rank_markers()

    def _is_second(self, at: int) -> bool:
        """`best and worst`, `top 5 and bottom 5`: two questions in one."""
        ranking = self.draft.ranking
        assert ranking is not None
        between = self.items[ranking.at + 1 : at]
        return any("and" in i.tags and not i.targets for i in between)

    def _noun_near(self, at: int) -> int | None:
        for index in (self._previous(at), self._previous(self._previous(at))):
            if 0 <= index < len(self.items) and "which" in self.items[index].tags:
                return index
        return None

    def _ranking_number(self, ranking: Ranking) -> None:
        steps = {"d": Grain.DAY, "wk": Grain.WEEK, "mo": Grain.MONTH, "h": Grain.HOUR}
        for index in (ranking.at + 1, ranking.at - 1, ranking.at + 2):
            if 0 <= index < len(self.items):
                item = self.items[index]
                if (
                    item.number is not None
                    and item.unit in steps
                    and not item.use
                    and (item.number == int(item.number) and index == ranking.at + 1)
                ):
                    ranking.count, ranking.noun_at = int(item.number), index
                    self.draft.dimensions.append(
                        DimensionDraft(None, steps[item.unit], index, listed=True, plural=True)
                    )
                    self.draft.mark(index, "how many")
                    return
                if (
                    item.number is not None
                    and item.unit is None
                    and not item.use
                    and (item.number == int(item.number) and 1 <= item.number <= 1000)
                ):
                    if index == ranking.at + 2 and not self.items[ranking.at + 1].is_ignorable:
                        continue
                    ranking.count = int(item.number)
                    self.draft.mark(index, "how many")
                    return

    def _ranking_noun(self, ranking: Ranking) -> None:
        """The thing ranked: the noun right after the superlative (and its number)."""
        cursor = self._next(ranking.at)
        if cursor < len(self.items) and self.items[cursor].use == "how many":
            cursor = self._next(cursor)
        steps = 0
        while cursor < len(self.items) and steps < 4:
            item = self.items[cursor]
            if item.use:
                if item.use == "split" or item.use == "time step":
                    return
                break
            if self.is_measure(item) and not self.dimension_targets(item):
                ranking.measure_at = cursor
                after = cursor + 1
                if after < len(self.items) and self._free(after):
                    noun = self.items[after]
                    if self.dimension_targets(noun) and not self.is_measure(noun):
                        self._add_dimension(after, listed=True)
                        ranking.noun_at = after
                return
            if item.of_kind("table"):
                return
            if self.dimension_targets(item):
                follows = self._next(cursor)
                if item.is_plural or follows >= len(self.items) or True:
                    self._add_dimension(cursor, listed=True)
                    ranking.noun_at = cursor
                return
            if self.is_noun_value(item) and not (
                self._table_follows(cursor) and not item.is_plural
            ):
                self._add_value(cursor, noun=True)
                self._add_entity(cursor, listed=True)
                ranking.noun_at = cursor
                return
            if "grains" in item.tags and not item.targets:
                self._add_grain(cursor, listed=True)
                ranking.noun_at = cursor
                return
            if item.of_kind("value"):
                steps += 1
                cursor = self._next(cursor)
                continue
            break

    def _noun_before(self, ranking: Ranking) -> None:
        """`technician with most hours`: the thing ranked stands right before."""
        cursor = ranking.at - 1
        while cursor >= 0 and self.items[cursor].is_ignorable:
            cursor -= 1
        if cursor < 0 or cursor == ranking.at - 1 or self.items[cursor].use:
            return
        if self.items[cursor + 1].norm not in ("with", "with the", "having", "that", "had", "has"):
            return
        item = self.items[cursor]
        if self.dimension_targets(item) and not self.is_measure(item):
            self._add_dimension(cursor, listed=True)
        elif self.is_noun_value(item):
            self._add_value(cursor, noun=True)
            self._add_entity(cursor, listed=True)
        else:
            return
        ranking.noun_at = cursor

    def _listed_nouns(self) -> None:
        """`which pumps`, `what lines`, `each pump`, `list the pumps`: nouns asked for one by
        one."""
        for at, item in enumerate(self.items):
            asks = "which" in item.tags or "records" in item.tags or ("compare" in item.tags)
            if not asks or item.targets or item.time:
                continue
            cursor = self._next(at)
            while cursor < len(self.items) and (
                "which" in self.items[cursor].tags or self.items[cursor].use == "ranking"
            ):
                cursor = self._next(cursor)
            while cursor < len(self.items) and self._is_adjective(cursor):
                cursor = self._next(cursor)
            if cursor >= len(self.items) or self.items[cursor].use:
                continue
            noun = self.items[cursor]
            if self.dimension_targets(noun) and not self.is_measure(noun):
                if not self._labels_a_value(cursor):
                    self._add_dimension(cursor, listed=True)
                    self.draft.mark(at, "asks which")
            elif self.is_noun_value(noun) and not self._event_follows(cursor):
                if "compare" in item.tags:
                    continue
                self._add_value(cursor, noun=True)
                self._add_entity(cursor, listed=True)
                self.draft.mark(at, "asks which")
            elif "grains" in noun.tags and not noun.targets and "which" in item.tags:
                self._add_grain(cursor, listed=True)
                self.draft.mark(at, "asks which")

    def _is_adjective(self, at: int) -> bool:
        """A value before the noun that it describes: `which Hamburg pumps`, `which A assets`."""
        item = self.items[at]
        if item.use or not item.of_kind("value"):
            return False
        after = at + 1
        if after >= len(self.items) or self.items[after].use:
            return False
        noun = self.items[after]
        is_dimension = bool(self.dimension_targets(noun)) and not self._labels_a_value(after)
        return is_dimension or (self.is_noun_value(noun) and not self.is_noun_value(item))

    def _numbered_nouns(self) -> None:
        """`three lines with the lowest quality`, `the 2 asset classes that use most`."""
        ranking = self.draft.ranking
        if ranking is None or ranking.count is not None:
            return
        for at, item in enumerate(self.items[:-1]):
            number = item.number
            if number is None or item.use or item.unit or item.time is not None:
                continue
            noun = at + 1
            while noun < len(self.items) - 1 and self._is_adjective(noun):
                noun += 1
            target = self.items[noun]
            if number != int(number) or not 1 <= number <= 1000:
                continue
            listed = next((d for d in self.draft.dimensions if d.at == noun), None)
            if listed is None and not target.use:
                if self.dimension_targets(target) and not self.is_measure(target):
                    listed = self._add_dimension(noun, listed=True)
                elif self.is_noun_value(target):
                    self._add_value(noun, noun=True)
                    listed = self._add_entity(noun, listed=True)
            if listed is not None:
                listed.listed = True
                ranking.count = int(number)
                self.draft.mark(at, "how many")
                return

    def _rank_markers(self) -> None:
        for group, descending in (("descending", True), ("ascending", False)):
            at = self.draft.has(group)
            if at is not None and self.items[at].use == "" and not self.items[at].targets:
                self.draft.mark(at, "order")
                word = self.items[at].norm
                good = {"best first": True, "worst first": False}.get(word)
                if self.draft.ranking is None:
                    self.draft.ranking = Ranking(
                        None if good is not None else descending, good, None, at, word
                    )
                elif good is None:
                    self.draft.ranking.descending = descending
        at = self.draft.has("rank_markers")
        if at is not None and not self.items[at].targets:
            self.draft.mark(at, "order")
            noun = self._next(at)
            if noun < len(self.items) and self._free(noun):
                if self.is_noun_value(self.items[noun]) and not self._table_follows(noun):
                    self._add_value(noun, noun=True)
                    self._add_entity(noun, listed=True)
                elif self.dimension_targets(self.items[noun]):
                    self._add_dimension(noun, listed=True)
            if self.draft.ranking is None and self.draft.dimensions:
                self.draft.ranking = Ranking(True, None, None, at, "ranked")

    # aggregates -----------------------------------------------------------------------------

    def _aggregates(self) -> None:
        self._per_period()
        for at, item in enumerate(self.items):
            payload = item.tags.get("aggregates")
            if payload is None or item.use or item.targets:
                continue
            if payload in ("count", "distinct") or self._is_reference(at):
                continue
            noun = self._aggregate_noun(at)
            if noun is None:
                continue
            if not self.is_measure(self.items[noun]) and payload != "sum":
                continue  # "most recent alarm" is the newest row; an average of rows is nothing
            measure = self._measure_at(noun)
            if payload == "percentile":
                continue
            self._set_aggregate(measure, payload)
            self.draft.mark(at, "how the figure is formed")
        self._percentiles()

    def _is_reference(self, at: int) -> bool:
        """`against the plant average`: what is compared with, and no way to form the figure."""
        if "average_reference" not in self.items[at].tags:
            return False
        for item in reversed(self.items[max(0, at - 4) : at]):
            if "versus" in item.tags and not item.use:
                return True
            if not (item.is_ignorable or "the" in item.tags or self.dimension_targets(item)):
                return False
        return False

    def _measure_at(self, at: int) -> MeasureDraft:
        for measure in self.draft.measures:
            if measure.at == at:
                return measure
        measure = self._measure(at)
        self.draft.measures.append(measure)
        self.draft.mark(at, "figure")
        return measure

    def _aggregate_noun(self, at: int) -> int | None:
        """The measure that an aggregate word belongs to: the next one, else the one before."""
        cursor, steps = self._next(at), 0
        while cursor < len(self.items) and steps < 4:
            item = self.items[cursor]
            if self.is_measure(item) and (not item.use or item.use == "figure"):
                return cursor
            if item.of_kind("table") and not item.use:
                return cursor
            is_passable = (
                bool(item.of_kind("value"))
                or "aggregates" in item.tags
                or ("superlatives" in item.tags or "and" in item.tags or "grains" in item.tags)
            )
            if not is_passable:
                break
            steps += 1
            cursor = self._next(cursor)
        before = self._previous(at)
        while before >= 0 and "and" in self.items[before].tags | {}:
            before = self._previous(before)
        if (
            before >= 0
            and self.is_measure(self.items[before])
            and self.items[before].use
            in (
                "",
                "figure",
            )
        ):
            return before
        free = [i for i, it in enumerate(self.items) if self.is_measure(it) and not it.use]
        return free[0] if len(free) == 1 else None

    def _set_aggregate(self, measure: MeasureDraft, payload: str) -> None:
        agg = {
            "avg": Agg.AVG,
            "sum": Agg.SUM,
            "max": Agg.MAX,
            "min": Agg.MIN,
            "median": Agg.PERCENTILE,
            "stddev": Agg.STDDEV,
            "latest": Agg.LATEST,
        }.get(payload)
        if agg is None:
            return
        if measure.agg is not None and measure.agg is not agg:
            second = MeasureDraft(measure.targets, measure.at, agg=agg)
            second.percentile = 0.5 if payload == "median" else None
            self.draft.measures.append(second)
            return
        measure.agg = agg
        if payload == "median":
            measure.percentile = 0.5

    def _percentiles(self) -> None:
        for at in range(len(self.items)):
            value = self._percentile_value(at)
            if value is None:
                continue
            noun = self._aggregate_noun(at)
            if noun is None:
                continue
            measure = self._measure_at(noun)
            if measure.agg is not None:
                measure = MeasureDraft(measure.targets, noun)
                self.draft.measures.append(measure)
            measure.agg, measure.percentile = Agg.PERCENTILE, value / 100
            self.draft.mark(at, "how the figure is formed")
            for index in (at + 1, at + 2):
                if index < len(self.items) and (
                    self.items[index].tags.get("aggregates") == "percentile"
                    or "percentile_words" in self.items[index].tags
                ):
                    self.draft.mark(index, "how the figure is formed")

    def _percentile_value(self, at: int) -> float | None:
        """`p95`, `95th percentile`, `95 percentile`."""
        item = self.items[at]
        if item.use:
            return None
        norm = item.tokens[0].norm
        if item.length == 1 and norm.startswith("p") and norm[1:].isdigit() and not item.targets:
            return float(norm[1:]) if 0 < int(norm[1:]) < 100 else None
        if item.tags.get("aggregates") == "percentile" or "percentile_words" in item.tags:
            for index in (at - 1, at + 1, at - 2):
                if 0 <= index < len(self.items) and self.items[index].number is not None:
                    value = self.items[index].number
                    assert value is not None
                    if 0 < value < 100:
                        self.draft.mark(index, "how the figure is formed")
                        for middle in range(index + 1, at):
                            self.draft.mark(middle, "how the figure is formed")
                        return value
        return None

    def _per_period(self) -> None:
        at = self.draft.has("per_period_average")
        if at is None:
            return
        words = self.items[at].norm
        grain = next(
            (
                g
                for word, g in (
                    ("day", Grain.DAY),
                    ("dai", Grain.DAY),
                    ("week", Grain.WEEK),
                    ("month", Grain.MONTH),
                    ("shift", Grain.SHIFT),
                    ("hour", Grain.HOUR),
                )
                if word in words
            ),
            Grain.DAY,
        )
        noun = self._aggregate_noun(at)
        if noun is None:
            return
        measure = self._measure_at(noun)
        measure.per = grain
        self.draft.mark(at, "average for each time step")

    # the rest -------------------------------------------------------------------------------

    def _nouns(self) -> None:
        self._step_nouns()
        for at, item in enumerate(self.items):
            if item.use or not item.targets:
                continue
            self._noun(at, item)

    def _step_nouns(self) -> None:
        """`days in June with ...`: a time step in the plural that a condition or ranking is
        about."""
        if not (self.draft.conditions or self.draft.ranking):
            return
        if any(d.grain is not None for d in self.draft.dimensions):
            return
        for at, item in enumerate(self.items):
            if item.use or item.targets or "grains" not in item.tags:
                continue
            if item.norm in ("days", "weeks", "months", "shifts"):
                self._add_grain(at, listed=True)

    def _noun(self, at: int, item: Item) -> None:
        measures = tuple(t for t in item.targets if self._is_measure_target(t))
        values = self.value_targets(item)
        dims = self.dimension_targets(item)
        if self._is_dated_column(at):
            self.draft.mark(at, "time column")
            return
        if measures and values:
            # "breakdowns": a figure unless another figure of the same table is asked for
            others = any(
                m.at != at and any(t.tables & values[0].tables for t in m.targets)
                for m in self.draft.measures
            ) or any(
                i != at and not other.use and self.is_measure(other) and not other.of_kind("value")
                for i, other in enumerate(self.items)
            )
            if others or self._is_spoken_of_by_time(at):
                self._add_value(at)
                return
            values = ()
        if measures:
            if dims and self._is_split_context(at):
                self._add_dimension(at)
                return
            self.draft.measures.append(MeasureDraft(measures, at))
            self.draft.mark(at, "figure")
        elif values:
            if dims and not any(not t.is_partial for t in values):
                self._add_plain_dimension(at)
                return
            self._add_value(at, noun=self.is_noun_value(item) and item.is_plural)
        elif item.of_kind("table"):
            self.draft.tables.append((at, item.of_kind("table")[0].name))
            self.draft.mark(at, "table")
        elif item.of_kind("state") and self._is_state(at):
            self.draft.states.append((at, item.of_kind("state")[0], self._negated(at)))
            self.draft.mark(at, "filter")
        elif dims:
            self._add_plain_dimension(at)
        else:
            self._time_column(at)

    def _is_dated_column(self, at: int) -> bool:
        """`installed before 2015`: a date column, other than a table's own time, right before a
        time phrase."""
        kinds = [
            self.vocabulary.columns[t.name][0] for t in self.items[at].targets if t.kind == "column"
        ]
        own = {c for t in self.model.tables.values() if t.time for c in (t.time.date, t.time.utc)}
        if not any(c.type in ("date", "datetime") and c.name not in own for c in kinds):
            return False
        return self._dates_an_event(at) and not self.items[at].of_kind("state")

    def _is_spoken_of_by_time(self, at: int) -> bool:
        """`breakdown minutes`: the time that something took, and not how often it was."""
        after = at + 1
        return after < len(self.items) and "duration" in self.items[after].tags

    def _is_split_context(self, at: int) -> bool:
        """Whether the item stands in a list after `by`: "by hour of day and weekday"."""
        before = self._previous(at)
        while before > 0 and "and" in self.items[before].tags and not self.items[before].targets:
            peer = self.items[before - 1]
            if not ("grains" in peer.tags or self.dimension_targets(peer)):
                return False
            before = self._previous(before - 1)
        return before >= 0 and "by" in self.items[before].tags

    def _add_plain_dimension(self, at: int) -> None:
        """A column's name that stands alone: the label of a value beside it, a thing spoken of
        in the singular with an article ("the plant"), or a split."""
        item = self.items[at]
        if self._labels_a_value(at):
            self.draft.mark(at, "names the value beside it")
            return
        before = self.items[at - 1] if at else None
        if (
            before is not None
            and not item.is_plural
            and "the" in before.tags
            and not any(m in item.norm for m in ("reason", "cause"))
        ):
            self.draft.mark(at, "speaks of the whole")
            return
        self._add_dimension(at, listed=item.is_plural)

    def _labels_a_value(self, at: int) -> bool:
        names = {t.name for t in self.dimension_targets(self.items[at])}
        for index in (self._next(at), at - 1):
            if 0 <= index < len(self.items):
                beside = self.items[index]
                columns = {t.name for t in beside.of_kind("value")}
                if columns & names or (columns and names & self._siblings(columns)):
                    return True
        return False

    def _siblings(self, columns: set[str]) -> set[str]:
        """Columns of the same level: a code and a name of one thing (`HAM plant`)."""
        found: set[str] = set()
        for name in columns:
            label = self.vocabulary.columns[name][0].label.split()[0]
            found |= {
                other
                for other, (column, _) in self.vocabulary.columns.items()
                if column.label.split()[0] == label and column.role == "dimension"
            }
        return found

    def _is_state(self, at: int) -> bool:
        """`not closed in June` is a state still; `closed in June` says when."""
        return self._negated(at) or not self._dates_an_event(at)

    def _dates_an_event(self, at: int) -> bool:
        """`closed last week`: a state that is also a time column, with its time right after."""
        if not any(t.kind == "column" for t in self.items[at].targets):
            return False
        after = at + 1
        while after < len(self.items) and self.items[after].is_ignorable:
            after += 1
        return after < len(self.items) and self.items[after].time is not None

    def _time_column(self, at: int) -> None:
        """`closed`, `opened`, `raised`: a time column beside a time phrase; the table's own one
        adds nothing."""
        self.draft.mark(at, "time column")

    def _between_measures(self) -> None:
        """`planned time vs run time`: two figures side by side."""
        at = self.draft.has("versus")
        if at is None or not 0 < at < len(self.items) - 1:
            return
        before, after = self._previous(at), self._next(at)
        figures = {m.at for m in self.draft.measures}
        if before in figures and after in figures:
            self.draft.mark(at, "joins")

    def _adjuncts(self) -> None:
        """Units to show, and function words that only join."""
        self._between_measures()
        for at, item in enumerate(self.items[:-1]):
            if (
                item.norm in ("under", "over")
                and not item.use
                and self.items[at + 1].use == "filter"
            ):
                self.draft.mark(at, "filter")
        shown = self.draft.has("display_unit")
        if shown is not None:
            self.draft.display_unit = self.items[shown].tags["display_unit"]
            self.draft.mark(shown, "unit of the answer")
        trend = self.draft.has("trend")
        if trend is not None and not self.items[trend].targets:
            self.draft.wants_trend = True
            self.draft.mark(trend, "over time")
        for index, item in enumerate(self.items):
            if (
                not item.use
                and not item.targets
                and item.number is None
                and (set(item.tags) & _FUNCTION_GROUPS)
            ):
                self.draft.mark(index, "")


def _entity_levels(model: SemanticModel) -> frozenset[str]:
    """Columns whose values are kinds of the entity: the level right above it in a hierarchy that
    has just these two levels (`asset_class` > `asset_id`)."""
    found = set()
    for hierarchy in model.hierarchies:
        if model.entity in hierarchy.levels and len(hierarchy.levels) == 2:
            found.add(hierarchy.levels[0])
    return frozenset(found)


def _relation(words: str) -> Literal["before", "after"] | None:
    """Which side of an event a preposition means."""
    last = words.rsplit(maxsplit=1)[-1]
    if last in ("before", "until", "till", "to") and words != "to":
        return "before"
    return "after" if last in ("after", "since", "following") else None


def _letters_of(value: str) -> str:
    """`Line 2` -> `line`, `PMP-03` -> `pmp`; empty when it is not letters and a number."""
    text = value.casefold().rstrip("0123456789")
    return text.rstrip(" -_") if text != value.casefold() and text.strip(" -_").isalpha() else ""
