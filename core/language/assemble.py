"""From a draft to a SemanticQuery, or to a question back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from core.errors import UserFixable
from core.language.choose import Chooser
from core.language.draft import ConditionDraft, DimensionDraft, Draft, MeasureDraft, Ranking
from core.language.reading import Ask
from core.language.time_phrases import ClockTime, TimeParser
from core.language.times import TimeReader, Times
from core.language.vocabulary import Target, Vocabulary
from core.semantic import units
from core.semantic.facts import DataFacts
from core.semantic.model import Column, Metric, SemanticModel
from core.semantic.query import (
    AUTO_WIDTH,
    Agg,
    Anchor,
    Comparison,
    Dimension,
    Filter,
    Grain,
    Having,
    Measure,
    Op,
    Order,
    SemanticQuery,
    TimeWindow,
    Transform,
)
from core.types import Clarification, Option

_HIGH_OF_VALUE = frozenset(
    {"highest", "maximal", "hottest", "warmest", "max", "maximum", "peak", "highest number of"}
    | {"coldest", "coolest", "lowest", "minimal", "smallest", "largest", "greatest", "biggest"}
)
_TOP_WORDS = ("top", "leading", "bottom")


@dataclass(slots=True)
class _Parts:
    """The query's parts while they come together."""

    table: str = ""
    kind: str = "aggregate"
    measures: list[Measure] = field(default_factory=list)
    dimensions: list[Dimension] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    having: list[Having] = field(default_factory=list)
    fields: tuple[str, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    per_group: bool = False
    comparison: Comparison | None = None


class Assembler:
    """Puts one draft together. One instance serves one question."""

    def __init__(
        self,
        model: SemanticModel,
        facts: DataFacts,
        vocabulary: Vocabulary,
        draft: Draft,
        clock: ClockTime,
        time_parser: TimeParser,
        question: str,
        scopes: frozenset[str],
    ) -> None:
        self.model = model
        self.facts = facts
        self.vocabulary = vocabulary
        self.draft = draft
        self.clock = clock
        self.question = question
        self.choose = Chooser(model, vocabulary, draft, question, scopes)
        self.reader = TimeReader(draft, clock, time_parser, question)
        self.parts = _Parts()
        self.out_of_scope: list[str] = []
        self.scopes = scopes
        self.times = Times()
        self._measure_of: dict[int, int] = {}
        self._peak: bool | None = None  # "max daily scrap": the step with the most, or the least

    # -- the whole ---------------------------------------------------------------------------

    def build(self) -> SemanticQuery:
        """The query. Raises Ask where a word fits two things or the question lacks a part."""
        self._same_nouns_once()
        self._average_steps()
        self._default_measures()
        self.parts.table = self._main_table()
        self._resolve_values()
        self._resolve_dimensions()
        self._refuse_or()
        self._dated_events()
        self.times = self.reader.read()
        self.parts.filters.extend(self.times.filters)
        self._resolve_measures()
        self._each_day()
        self._shift_instance()
        self._time_columns()
        self._conditions()
        self._aggregate_by_words()
        self._steps()
        self._ranking()
        self._comparison()
        self._transforms()
        self._histogram()
        self._records()
        self._check_tables()
        self._check_measures()
        self._drop_nulls()
        self._tell()
        return self._query()

    # -- columns that the question names -----------------------------------------------------

    def _same_nouns_once(self) -> None:
        """One dimension for each column or grain, however often it is named."""
        seen: dict[tuple[str | None, Grain | None], DimensionDraft] = {}
        for dim in self.draft.dimensions:
            key = (dim.column, dim.grain)
            if key in seen:
                seen[key].listed |= dim.listed
                seen[key].after_by |= dim.after_by
            else:
                seen[key] = dim
        self.draft.dimensions = list(seen.values())

    def _average_steps(self) -> None:
        """`average alarms per day`: an amount over each step, and no split by it."""
        at = next(
            (
                i
                for i, item in enumerate(self.draft.items)
                if item.tags.get("aggregates") == "avg" and not item.targets
            ),
            None,
        )
        if at is None:
            return
        for dim in self.draft.dimensions:
            grain = dim.grain or self._shift_grain(dim.column)
            by = self.draft.items[dim.at - 1] if dim.at else None
            is_per = by is not None and by.norm in ("per", "each", "every", "for each")
            if grain is None or grain.is_recurring or not (dim.after_by and is_per):
                continue
            amounts = [m for m in self.draft.measures if self._adds_up(m)]
            if len(amounts) == 1 == len(self.draft.measures):
                amounts[0].per, amounts[0].agg = grain, None
                self.draft.dimensions.remove(dim)
                self.draft.mark(at, "average for each time step")
            return

    def _shift_grain(self, column: str | None) -> Grain | None:
        shifts = {t.time.shift for t in self.model.tables.values() if t.time}
        return Grain.SHIFT if column is not None and column in shifts else None

    def _adds_up(self, measure: MeasureDraft) -> bool:
        if measure.is_count:
            return True
        target = measure.target
        if target.kind == "metric":
            return self.model.metrics[target.name].additive
        return target.kind == "column" and self.vocabulary.columns[target.name][0].additive

    def _named_columns(self) -> set[str]:
        """Columns that any reading of the question must have."""
        found = {d.column for d in self.draft.dimensions if d.column}
        for value in self.draft.values:
            names = {t.name for t in value.targets}
            if len(names) == 1:
                found |= names
        return {c for c in found if c}

    # -- measures ----------------------------------------------------------------------------

    def _default_measures(self) -> None:
        """A measure for questions that name none: rows of a table spoken of, or what the named
        columns are usually measured by."""
        draft = self.draft
        if draft.tables and self._counts_things():
            return
        if draft.measures or self._wants_time_of_event():
            return
        if draft.tables:
            if not self._wants_list():
                at, table = draft.tables[0]
                target = Target("table", table, frozenset({table}))
                draft.measures.append(MeasureDraft((target,), at, is_count=True))
                self._absorb_total()
            return
        if any(c.measure is not None for c in draft.conditions):
            return
        if draft.has("duration") is not None and self._names_grade():
            return  # the hours in which it was so
        said = self._measure_by_adjective() or self._measure_by_unit()
        if said is not None:
            draft.measures.append(said)
            return
        names = [d.column for d in draft.dimensions if d.column]
        names += [v.targets[0].name for v in draft.values]
        for name in names:
            default = self._default_measure_of(name)
            if default is not None and (draft.ranking or draft.has("records") is None):
                draft.measures.append(MeasureDraft((default,), 0))
                return

    def _counts_things(self) -> bool:
        return any(m.agg is Agg.COUNT_DISTINCT for m in self.draft.measures)

    def _wants_list(self) -> bool:
        """Whether a table's rows are wanted one by one: "list", "which alarms", "last 10 work
        orders", "show ... alarms"; else their number is."""
        draft = self.draft
        if draft.has("records") is not None or _has_edge(draft):
            return True
        ranking = draft.ranking
        if ranking is not None and ranking.noun_at is None and not draft.dimensions:
            return True
        if draft.dimensions or draft.wants_trend or draft.has("share") is not None:
            return False
        if draft.conditions:
            return not any(c.measure is not None and c.measure.is_count for c in draft.conditions)
        at = draft.tables[0][0]
        for index in range(at - 1, -1, -1):
            item = draft.items[index]
            if {"show", "which"} & set(item.tags) and not item.targets:
                return item.norm not in ("what is", "whats")
            is_adjective = bool(item.of_kind("value") or item.of_kind("state")) or item.is_ignorable
            if not (is_adjective or "the" in item.tags or item.number is not None):
                return False
        return False

    def _absorb_total(self) -> None:
        """`total alarms` is their number."""
        for item in self.draft.items:
            if item.tags.get("aggregates") == "sum" and not item.targets:
                item.use = item.use or "count"

    def _measure_by_adjective(self) -> MeasureDraft | None:
        """`hottest` says temperature: the one measure of the default table with that unit."""
        for at, item in enumerate(self.draft.items):
            unit = item.tags.get("measured_by_unit")
            if unit is None or item.targets:
                continue
            found = [
                Target("column", name, tables)
                for name, (column, tables) in self.vocabulary.columns.items()
                if column.role == "measure" and column.unit == unit
            ]
            if len(found) == 1:
                self.draft.mark(at, "figure")
                if self.draft.ranking is not None and self.draft.ranking.at == at:
                    self.draft.ranking.measure_at = at
                return MeasureDraft((found[0],), at)
        return None

    def _names_grade(self) -> bool:
        grades = {t.quality.column for t in self.model.tables.values() if t.quality}
        return any(v.targets[0].name in grades for v in self.draft.values)

    def _measure_by_unit(self) -> MeasureDraft | None:
        """`how many kWh`: the one amount with that unit, shown in it."""
        for at, item in enumerate(self.draft.items):
            unit = item.tags.get("unit_word")
            if unit is None or item.use or item.targets:
                continue
            found = [
                Target("column", name, tables)
                for name, (column, tables) in self.vocabulary.columns.items()
                if column.role == "measure"
                and column.unit is not None
                and units.same_dimension(column.unit, unit)
            ]
            if len(found) == 1:
                self.draft.mark(at, "figure")
                self.draft.display_unit = self.draft.display_unit or unit
                for index in range(at):
                    if self.draft.items[index].tags.get("aggregates") == "count":
                        self.draft.mark(index, "how much")
                return MeasureDraft((found[0],), at)
        return None

    def _default_measure_of(self, name: str) -> Target | None:
        default = self.vocabulary.columns[name][0].default_measure
        if not default:
            return None
        if default in self.model.metrics:
            return Target("metric", default, frozenset({self.model.metrics[default].table}))
        if default in self.vocabulary.columns:
            return Target("column", default, self.vocabulary.columns[default][1])
        return None

    def _wants_time_of_event(self) -> bool:
        return any(
            group in item.tags and not item.targets and item.time is None
            for item in self.draft.items
            for group in ("first_time", "last_time")
        )

    def _main_table(self) -> str:
        columns = self._named_columns()
        if self.draft.tables and self._counts_things():
            return self.draft.tables[0][1]
        for measure in self.draft.measures:
            if measure.is_count:
                return measure.target.name
            for target in measure.targets:
                tables = self.choose.tables_of(target)
                if self.choose.serves(target, columns):
                    return self._first_table(tables, columns)
        for condition in self.draft.conditions:
            if condition.measure is not None and not self.draft.tables:
                tables = self.choose.tables_of(condition.measure.target)
                return self._first_table(tables, columns)
        if self.draft.tables and (not self.draft.measures):
            return self.draft.tables[0][1]
        if self.draft.states and not self.draft.measures:
            return sorted(self.draft.states[0][1].tables)[0]
        if self.draft.measures:
            return self._first_table(self.choose.tables_of(self.draft.measures[0].target), columns)
        return self._first_table(frozenset(self.model.tables), columns)

    def _first_table(self, tables: frozenset[str], columns: Iterable[str]) -> str:
        wanted = set(columns)
        default = self.model.default_table
        ordered = sorted(tables, key=lambda t: (t != default, list(self.model.tables).index(t)))
        for name in ordered:
            if wanted <= set(self.model.tables[name].columns):
                return name
        return ordered[0]

    def _resolve_measures(self) -> None:
        columns = {d.column for d in self.parts.dimensions if d.column}
        columns |= {f.column for f in self.parts.filters if not f.column.startswith("@")}
        for measure in self.draft.measures:
            built = self._measure(measure, columns)
            index = self._put_measure(built)
            self._measure_of[measure.at] = index
        self._having_some()

    def _having_some(self) -> None:
        """`how many assets had downtime`: things counted where an amount is above zero."""
        counted = [m for m in self.draft.measures if m.agg is Agg.COUNT_DISTINCT]
        others = [m for m in self.draft.measures if m.agg is None and not m.is_count]
        if not counted or not others or any(c.measure in others for c in self.draft.conditions):
            return
        for draft in others:
            index = self._measure_of[draft.at]
            measure = self.parts.measures[index]
            column = self.vocabulary.columns.get(measure.column or "")
            if column is None or not column[0].additive:
                continue
            self.parts.filters.append(Filter(column[0].name, Op.GT, (0,)))
            self.parts.measures.remove(measure)

    def _put_measure(self, measure: Measure) -> int:
        for index, other in enumerate(self.parts.measures):
            if other == measure:
                return index
        self.parts.measures.append(measure)
        return len(self.parts.measures) - 1

    def _measure(self, draft: MeasureDraft, columns: Iterable[str]) -> Measure:
        if draft.is_count:
            return replace(self._count_of(draft.target.name), per=draft.per)
        target = self.choose.measure(draft, columns)
        table = self._table_for(target)
        if target.kind == "metric":
            return self._metric_measure(draft, self.model.metrics[target.name])
        column = self.model.tables[table].columns[target.name]
        agg = draft.agg
        other = table if table != self.parts.table else None
        if agg is None:
            agg = Agg(column.default_agg)
        elif agg is Agg.LATEST and self._is_of_many():
            self.parts.dimensions.append(Dimension(column=self.model.entity))
        elif agg is Agg.SUM and not column.additive:
            raise Ask(
                Clarification(
                    f"{column.label} does not add up: a sum of it means nothing. Do you want the "
                    "mean?",
                    (
                        Option(
                            f"Mean {column.label.lower()}",
                            f"mean {_without_sum(self.question)}",
                        ),
                    ),
                    ("sum",),
                )
            )
        elif agg in (Agg.MAX, Agg.MIN) and column.additive and not self._is_event_table(table):
            if not any(d.grain and not d.grain.is_recurring for d in self.parts.dimensions):
                raise self._ask_peak(column)
            self._peak = agg is Agg.MAX
            agg = Agg(column.default_agg)
        elif (
            agg is Agg.AVG
            and column.additive
            and draft.per is None
            and not self._is_event_table(table)
        ):
            raise self._ask_average(column)
        if draft.each_row and self._is_event_table(table):
            agg = Agg.AVG
        if draft.per is not None and column.additive:
            return Measure(agg=Agg.SUM, column=column.name, table=other, per=draft.per)
        return Measure(agg=agg, column=column.name, percentile=draft.percentile, table=other)

    def _is_of_many(self) -> bool:
        """Whether a latest value is asked of several things at once ("current flow of the
        pumps")."""
        entity = self.model.entity
        if entity is None or any(d.column for d in self.parts.dimensions):
            return False
        return not any(f.column == entity and f.op is Op.EQ for f in self.parts.filters) and any(
            v.is_noun for v in self.draft.values
        )

    def _is_event_table(self, table: str) -> bool:
        time = self.model.tables[table].time
        return time is None or time.interval_min is None

    def _ask_average(self, column: Column) -> Ask:
        rest = _without_average(self.question)
        options = tuple(
            Option(f"Average {column.label.lower()} per {grain}", f"average per {grain} {rest}")
            for grain in ("day", "week", "month")
        )
        total = Option(f"Total {column.label.lower()}", f"total {rest}")
        return Ask(
            Clarification(
                f"{column.label} is an amount: an average needs a step of time. Average per what?",
                (*options, total),
                ("average",),
            )
        )

    def _ask_peak(self, column: Column) -> Ask:
        label = column.label.lower()
        rest = _without_peak(self.question)
        return Ask(
            Clarification(
                f"{column.label} is an amount: its highest or lowest needs something to rank.",
                (
                    Option(f"The day with the most {label}", f"day with the most {rest}"),
                    Option(f"Total {label}", f"total {rest}"),
                ),
                (),
            )
        )

    def _metric_measure(self, draft: MeasureDraft, metric: Metric) -> Measure:
        if draft.per is not None and metric.additive:
            return Measure(metric=metric.name, per=draft.per)
        if draft.agg is Agg.LATEST and self.times.window is None:
            raise Ask(
                Clarification(
                    f"{metric.label} is formed over a span of time. Which one do you mean?",
                    tuple(
                        Option(f"{metric.label} {when}", f"{_without_now(self.question)} {when}")
                        for when in ("today", "yesterday", "this week")
                    ),
                )
            )
        if draft.agg in (None, Agg.AVG, Agg.SUM, Agg.LATEST):
            return Measure(metric=metric.name)
        raise Ask(
            Clarification(
                f"{metric.label} is computed from sums, so it has no {draft.agg.value} over "
                "single readings. Ask for it by a time step or a place instead.",
                (
                    Option(f"{metric.label} by day", f"{metric.label} by day"),
                    Option(f"{metric.label} by line", f"{metric.label}"),
                )[:1],
            )
        )

    def _count_of(self, table: str) -> Measure:
        for metric in self.model.metrics.values():
            if metric.table == table and _is_plain_count(metric) and metric.condition is None:
                return Measure(metric=metric.name)
        return Measure(agg=Agg.COUNT, table=table if table != self.parts.table else None)

    def _table_for(self, target: Target) -> str:
        tables = self.choose.tables_of(target)
        return self.parts.table if self.parts.table in tables else sorted(tables)[0]

    # -- values and dimensions ---------------------------------------------------------------

    def _measure_tables(self) -> frozenset[str]:
        return frozenset({self.parts.table})

    def _resolve_values(self) -> None:
        """Values to filters; values of one column that are joined go together."""
        named = self._named_columns()
        grouped: dict[tuple[str, bool], list[tuple[Target, int]]] = {}
        for value in self.draft.values:
            target = self.choose.values(value, named, self._measure_tables())
            is_foreign = self.scopes and target.scopes and not (target.scopes & self.scopes)
            if is_foreign and not value.negated:
                self.out_of_scope.append(target.value or "")
            is_scope = target.name in self._scope_names()
            if value.negated and self.scopes and is_scope and self.scopes <= target.scopes:
                self.out_of_scope.append(f"everything but {target.value}")
            grouped.setdefault((target.name, value.negated), []).append((target, value.at))
        self._resolve_states()
        for (name, negated), found in grouped.items():
            texts = tuple(dict.fromkeys(t.value or "" for t, _ in found))
            phrase = ", ".join(self.draft.items[at].text for _, at in found)
            if len(texts) == 1:
                op = Op.NE if negated else Op.EQ
            else:
                op = Op.NOT_IN if negated else Op.IN
            self._require_column(name, phrase)
            self.parts.filters.append(Filter(name, op, texts, phrase=phrase))
            if len(texts) > 1 and not negated:
                self._maybe_split(name, [at for _, at in found])

    def _resolve_states(self) -> None:
        """`open`, `unacknowledged`: conditions that the table's model names."""
        for at, target, negated in self.draft.states:
            states = {s.name: s for s in self.model.tables[self.parts.table].states}
            state = states.get(target.name)
            text = self.draft.items[at].text
            if state is None:
                raise Ask(Clarification(f"“{text}” does not go with this figure.", (), (text,)))
            if state.is_null is not None:
                op = Op.IS_NULL if state.is_null is not negated else Op.NOT_NULL
                self.parts.filters.append(Filter(state.column, op, phrase=text))
            else:
                op = Op.NOT_IN if negated else Op.IN
                if len(state.values) == 1:
                    op = Op.NE if negated else Op.EQ
                self.parts.filters.append(Filter(state.column, op, state.values, phrase=text))

    def _scope_names(self) -> set[str]:
        """Columns that say which scope a row is in: the scope column and the level above all."""
        table = self.model.tables[self.parts.table]
        return {c for c in (table.scope, *self._place_levels()[:1]) if c}

    def _require_column(self, name: str, phrase: str) -> None:
        table = self.model.tables[self.parts.table]
        if name in table.columns:
            return
        column = self.vocabulary.columns[name][0]
        raise Ask(
            Clarification(
                f"{table.label} are not recorded by {column.label.lower()}, so “{phrase}” cannot "
                "go with this figure.",
                (),
                (phrase,),
            )
        )

    def _maybe_split(self, name: str, ats: list[int]) -> None:
        """Two values side by side are two rows ("compare A and B", "A vs B", "A and B"); with
        "or", "total" or another split they are one selection."""
        if any(d.column == name for d in self.draft.dimensions):
            return
        between = range(min(ats), max(ats) + 1)
        tags = {tag for i in between for tag in self.draft.items[i].tags}
        compares = "versus" in tags or self.draft.has("compare") is not None
        for item in self.draft.items:
            if "change" in item.tags and item.norm.split()[0] in ("difference", "delta"):
                item.use, compares = item.use or "compares", True
        for item in self.draft.items:
            words = set(item.norm.split())
            if not item.use and not item.targets and words & {"more", "less", "better", "worse"}:
                item.use, compares = "compares", True
        is_listed = any(d.listed for d in self.draft.dimensions)
        both = self.draft.has("both")
        if both is not None and name in self._place_levels():
            self.draft.mark(both, "each of them")
        if not compares:
            others = [d for d in self.draft.dimensions if d.column]
            words = {w for item in self.draft.items for w in item.norm.split()}
            if "or" in {i.norm for i in self.draft.items} or others or is_listed:
                return
            if words & {"total", "combined", "together", "altogether", "sum"}:
                return
            if self.draft.tables and not self.draft.measures:
                return
            if any(m.agg is Agg.COUNT_DISTINCT for m in self.draft.measures):
                return
        for index in between:
            if {"versus", "compare"} & set(self.draft.items[index].tags):
                self.draft.mark(index, "compares")
        at = self.draft.has("compare")
        if at is not None:
            self.draft.mark(at, "compares")
        self.draft.dimensions.append(DimensionDraft(name, None, ats[0]))

    def _resolve_dimensions(self) -> None:
        """Dimension drafts to dimensions: the split ("by") ones first, then what is listed."""
        drafts = self.draft.dimensions
        ordered = [d for d in drafts if not d.listed] + [d for d in drafts if d.listed]
        if not any(d.listed for d in drafts):
            ordered = list(drafts)
        for dim in ordered:
            if dim.column is None:
                self.parts.dimensions.append(Dimension(grain=dim.grain))
                continue
            name = self._column_for(dim)
            if self._is_counted(name, dim):
                continue
            self._require_column(name, self.draft.items[dim.at].text)
            if not any(d.column == name for d in self.parts.dimensions):
                self.parts.dimensions.append(Dimension(column=name))
        if len(self.parts.dimensions) > 1:
            self.parts.dimensions.sort(key=lambda d: d.grain is None)

    def _is_counted(self, name: str, dim: DimensionDraft) -> bool:
        return any(
            m.agg is Agg.COUNT_DISTINCT and m.target.name == name and m.at == dim.at
            for m in self.draft.measures
        )

    def _column_for(self, dim: DimensionDraft) -> str:
        """The column that a noun means: one that the measure's table has, and of several the one
        that is measured by the measure asked for."""
        item = self.draft.items[dim.at]
        targets = [
            t
            for t in item.of_kind("column")
            if self.vocabulary.columns[t.name][0].role in ("dimension", "text")
        ]
        if not targets or dim.column not in {t.name for t in targets}:
            return dim.column or ""
        fitting = [t for t in targets if t.name in self.model.tables[self.parts.table].columns]
        fitting = fitting or targets
        if len(fitting) > 1:
            wanted = {m.target.name for m in self.draft.measures if not m.is_count}
            wanted |= {
                self._count_of(m.target.name).metric or ""
                for m in self.draft.measures
                if m.is_count
            }
            close = [
                t for t in fitting if self.vocabulary.columns[t.name][0].default_measure in wanted
            ]
            fitting = close or fitting
        if len(fitting) > 1:
            fewest = min(len(t.tables) for t in fitting)
            fitting = [t for t in fitting if len(t.tables) == fewest]
        if len(fitting) > 1:
            own = [t for t in fitting if self.choose.label(t).casefold() == item.norm]
            fitting = own or fitting
        if len(fitting) > 1:
            raise self.choose._ask(dim.at, fitting, "column")
        return fitting[0].name

    # -- time --------------------------------------------------------------------------------

    def _refuse_or(self) -> None:
        """`on pumps or in Austin`: conditions on two columns joined by `or` cannot be taken as
        both at once."""
        items = self.draft.items
        filters = {v.at: v.targets[0].name for v in self.draft.values if not v.negated}
        filters |= {at: target.name for at, target, _ in self.draft.states}
        for measure in self.draft.measures:
            metric = self.model.metrics.get(measure.target.name)
            if metric is not None and metric.condition is not None:
                filters[measure.at] = metric.name
        for at, item in enumerate(items):
            if item.norm != "or":
                continue
            before = max((i for i in filters if i < at), default=None)
            after = min((i for i in filters if i > at), default=None)
            if before is None or after is None or filters[before] == filters[after]:
                continue
            between = items[before + 1 : after]
            if all(i.is_ignorable or i.norm == "or" or "the" in i.tags for i in between):
                raise Ask(
                    Clarification(
                        f"“{items[before].text}” or “{items[after].text}” are two selections. "
                        "Please ask for one of them at a time.",
                        (),
                        ("or",),
                    )
                )

    def _dated_events(self) -> None:
        """`opened in May and closed in June`: each time belongs to the word before it."""
        if len(self.draft.times) < 2:
            return
        table = self.model.tables[self.parts.table]
        owned: list[tuple[int, str]] = []
        for at, _ in self.draft.times:
            before = at - 1
            while before >= 0 and self.draft.items[before].is_ignorable:
                before -= 1
            names = [
                t.name
                for t in (self.draft.items[before].targets if before >= 0 else ())
                if t.kind == "column"
                and t.name in table.columns
                and table.columns[t.name].type in ("date", "datetime")
            ]
            owned.append((at, names[0] if len(names) == 1 else ""))
        if not all(name for _, name in owned) or table.time is None:
            return
        kept = []
        for (at, phrase), (_, name) in zip(self.draft.times, owned, strict=True):
            if name in (table.time.timestamp, table.time.date):
                kept.append((at, phrase))
                continue
            text = self.draft.items[at].text
            for op, edge in ((Op.GE, phrase.start), (Op.LT, phrase.end)):
                if edge is not None:
                    self.parts.filters.append(Filter(name, op, (edge,), phrase=text))
        self.draft.times = kept
        for item in self.draft.items:
            if item.use == "time column":
                item.use = "time column of its own"

    def _each_day(self) -> None:
        """`every Sunday in June`: a figure for each of those days."""
        has_step = any(d.grain is not None for d in self.parts.dimensions)
        if not has_step and any(phrase.is_each for _, phrase in self.draft.times):
            self.parts.dimensions.insert(0, Dimension(grain=Grain.DAY))

    def _shift_instance(self) -> None:
        """`last night shift`: the newest shift of that name that has ended."""
        table = self.model.tables[self.parts.table]
        axis = table.time
        if axis is None or axis.shift is None or not axis.shift_hours:
            return
        at = next(
            (
                i
                for i, item in enumerate(self.draft.items)
                if not item.use and {"last", "latest"} & set(item.norm.split())
            ),
            None,
        )
        if at is None or self.times.window is not None:
            return
        wanted = [f for f in self.parts.filters if f.column == axis.shift and f.op is Op.EQ]
        names = [str(wanted[0].values[0])] if wanted else list(axis.shift_hours)
        is_bare = any(d.column == axis.shift for d in self.draft.dimensions)
        if not wanted and not is_bare:
            return
        ended: list[tuple[dt.datetime, dt.date, str]] = []
        for name in names:
            if name not in axis.shift_hours:
                continue
            start, end = axis.shift_hours[name]
            for back in range(4):
                day = self.clock.today - dt.timedelta(days=back)
                finish = dt.datetime.combine(day, dt.time()) + dt.timedelta(
                    minutes=end + (1440 if end <= start else 0)
                )
                if finish <= self.clock.now:
                    ended.append((finish, day, name))
                    break
        if not ended:
            return
        _, day, name = max(ended)
        self.draft.mark(at, "newest one that has ended")
        begin = dt.datetime.combine(day, dt.time())
        self.times.window = TimeWindow(
            begin,
            begin + dt.timedelta(days=1),
            "production",
            phrase=f"last {name.lower()} shift",
            grain=Grain.DAY,
        )
        if not wanted:
            self.parts.filters.append(Filter(axis.shift, Op.EQ, (name,)))
            self.parts.dimensions = [d for d in self.parts.dimensions if d.column != axis.shift]

    def _time_columns(self) -> None:
        """`closed last week`: the window is laid on another time column than the table's own."""
        table = self.model.tables[self.parts.table]
        for item in self.draft.items:
            if item.use != "time column":
                continue
            names = [t.name for t in item.of_kind("column") if t.name in table.columns]
            names = [n for n in names if table.time is None or n != table.time.timestamp]
            if not names or table.time is None:
                continue
            name = names[0]
            if name in (table.time.date, table.time.production_date, table.time.utc):
                continue
            window = self.times.window
            if window is None:
                continue
            kind = table.columns[name].type
            for op, edge in ((Op.GE, window.start), (Op.LT, window.end)):
                if edge is not None:
                    value = edge.date() if kind == "date" else edge
                    self.parts.filters.append(Filter(name, op, (value,), phrase=item.text))
            self.times.window = None

    def _production_axis(self, window: TimeWindow | None) -> TimeWindow | None:
        """A window of whole days is laid on production days when shifts are asked for."""
        time = self.model.tables[self.parts.table].time
        if window is None or time is None or time.production_date is None or time.shift is None:
            return window
        wheres = [f for m in self.parts.measures for f in m.where]
        uses_shift = any(f.column == time.shift for f in (*self.parts.filters, *wheres)) or any(
            d.column == time.shift or d.grain is Grain.SHIFT for d in self.parts.dimensions
        )
        if uses_shift and window.is_whole_days:
            return replace(window, axis="production")
        return window

    # -- conditions --------------------------------------------------------------------------

    def _conditions(self) -> None:
        for draft in self.draft.conditions:
            self._condition(draft)

    def _condition(self, draft: ConditionDraft) -> None:
        condition = draft.condition
        if condition.limit:
            raise self._ask_limit(draft)
        if draft.measure is None:
            target = self._target_by_unit(condition.unit)
        elif draft.measure.is_count:
            target = draft.measure.target
        else:
            columns = {d.column for d in self.parts.dimensions if d.column}
            target = self.choose.measure(draft.measure, columns)
            if condition.unit and not self._unit_fits(target, condition.unit):
                target = self._target_by_unit(condition.unit)
        op, values = condition.op, self._convert(target, condition.values, condition.unit)
        if target.kind == "column" and self._is_row_condition(draft, target):
            self._row_condition(target, op, values)
            return
        if self._is_time_question(target):
            self._row_measure(target, op, values)
            return
        self._group_condition(draft, target, op, values)

    def _target_by_unit(self, unit: str | None) -> Target:
        """The measure that a number with this unit can be about, when there is only one."""
        if unit is None:
            unit = next(
                (
                    i.tags["measured_by_unit"]
                    for i in self.draft.items
                    if i.use == "condition" and "measured_by_unit" in i.tags
                ),
                None,
            )
        if unit is not None:
            found = [
                Target("column", name, tables)
                for name, (column, tables) in self.vocabulary.columns.items()
                if column.role == "measure"
                and column.unit is not None
                and units.same_dimension(column.unit, unit)
                and self.parts.table in tables
            ]
            is_time = units.same_dimension(unit, "h")
            exact = [
                t for t in found if self.vocabulary.columns[t.name][0].unit == unit and not is_time
            ]
            if len(found) > 1 and len(exact) == 1:
                found = exact
            if len(found) == 1 and not is_time:
                return found[0]
            if found:
                raise Ask(
                    Clarification(
                        "Which figure is the limit about?",
                        tuple(
                            Option(self.choose.label(t), f"{self.choose.label(t)} {self.question}")
                            for t in found[:4]
                        ),
                    )
                )
        first = self.draft.conditions[0].condition
        limit = " ".join(i.text for i in self.draft.items[first.first : first.last + 1])
        sensors = [
            column.label.lower()
            for column in self.model.tables[self.parts.table].columns.values()
            if column.needs_good
        ]
        raise Ask(
            Clarification(
                "Which figure is the number about? Please name it.",
                tuple(
                    Option(f"{name.capitalize()} {limit}", _swap(self.question, limit, name))
                    for name in sensors[:4]
                ),
                (limit,),
            )
        )

    def _unit_of(self, target: Target) -> str | None:
        if target.kind == "metric":
            return self.model.metrics[target.name].unit
        if target.kind == "column":
            return self.vocabulary.columns[target.name][0].unit
        return None

    def _unit_fits(self, target: Target, unit: str) -> bool:
        own = self._unit_of(target)
        if own is None:
            return False
        if unit == "%" and self._is_percent(target):
            return True
        return units.same_dimension(own, unit)

    def _is_percent(self, target: Target) -> bool:
        return target.kind == "metric" and self.model.metrics[target.name].display == "percent"

    def _convert(
        self, target: Target, values: tuple[float, ...], unit: str | None
    ) -> tuple[float, ...]:
        own = self._unit_of(target)
        if self._is_percent(target):
            return tuple(v / 100 if unit == "%" or abs(v) > 1.5 else v for v in values)
        if unit is None or own is None or unit == own:
            return values
        try:
            return tuple(float(f"{units.convert(v, unit, own):.9g}") for v in values)
        except UserFixable as error:
            raise Ask(Clarification(str(error))) from error

    def _is_time_question(self, target: Target) -> bool:
        """Hours above a limit, when it was first passed: the condition makes the measure."""
        if target.kind != "column":
            return False
        groups = ("duration", "first_time", "last_time", "when")
        return any(self._wants(group) for group in groups) and not any(
            self._is_other_measure(m, target) for m in self.draft.measures
        )

    def _wants(self, group: str) -> bool:
        return any(
            group in i.tags and not i.targets and i.time is None and i.use in ("", "what is asked")
            for i in self.draft.items
        )

    def _is_other_measure(self, measure: MeasureDraft, target: Target) -> bool:
        return not measure.is_count and target.name not in {t.name for t in measure.targets}

    def _row_measure(self, target: Target, op: Op, values: tuple[float, ...]) -> None:
        where = (Filter(target.name, op, values),)
        for group, agg in (
            ("first_time", Agg.FIRST_TIME),
            ("last_time", Agg.LAST_TIME),
            ("duration", Agg.DURATION),
            ("when", Agg.FIRST_TIME),
        ):
            if self._wants(group):
                for item in self.draft.items:
                    if group in item.tags and not item.targets and item.time is None:
                        item.use = item.use or "what is asked"
                wanted = agg if agg is Agg.DURATION else self._first_or_last(agg)
                self._drop_plain_measure(target)
                in_minutes = agg is Agg.DURATION and self._says_minutes()
                unit = "min" if in_minutes else None
                self._put_measure(Measure(agg=wanted, where=where, unit=unit))
                return

    def _says_minutes(self) -> bool:
        return any(
            "duration" in i.tags and {"minutes", "mins"} & set(i.norm.split())
            for i in self.draft.items
        )

    def _first_or_last(self, agg: Agg) -> Agg:
        """`when did ... last`: a lone first or last decides which time is meant."""
        for item in self.draft.items:
            if item.use or item.targets or item.time is not None:
                continue
            if "last" in item.tags:
                item.use, agg = "what is asked", Agg.LAST_TIME
            elif "first" in item.tags:
                item.use, agg = "what is asked", Agg.FIRST_TIME
        return agg

    def _drop_plain_measure(self, target: Target) -> None:
        self.parts.measures = [
            m for m in self.parts.measures if not (m.column == target.name and not m.where)
        ]

    def _is_row_condition(self, draft: ConditionDraft, target: Target) -> bool:
        """Whether the condition picks rows before anything is aggregated."""
        column = self.vocabulary.columns[target.name][0]
        if self._is_time_question(target):
            return False
        if any(self._is_other_measure(m, target) for m in self.draft.measures):
            others = [m for m in self.draft.measures if self._is_other_measure(m, target)]
            if column.additive and not self._is_event_table(self.parts.table):
                return False
            if others and self._links_rows(draft):
                return True
            counted = [m for m in others if m.is_count or m.agg is Agg.COUNT_DISTINCT]
            return (
                bool(counted) or not self.parts.dimensions or self._is_event_table(self.parts.table)
            )
        if any(m.is_count for m in self.draft.measures) or self.draft.count_at is not None:
            return True
        if self.draft.tables or self._wants("records"):
            return self._is_event_table(self.parts.table) or not self.parts.dimensions
        return self._wants("count_of_rows")

    def _links_rows(self, draft: ConditionDraft) -> bool:
        """`when`, `while`, `where` before the condition make it one on rows."""
        begin = draft.condition.first
        for item in self.draft.items[max(0, begin - 4) : begin]:
            if {"when", "while", "where", "whenever"} & set(item.norm.split()):
                item.use = item.use or "condition"
                return True
        return False

    def _row_condition(self, target: Target, op: Op, values: tuple[float, ...]) -> None:
        self._require_column(target.name, self.choose.label(target))
        self.parts.filters.append(Filter(target.name, op, values))

    def _group_condition(
        self, draft: ConditionDraft, target: Target, op: Op, values: tuple[float, ...]
    ) -> None:
        if not self.parts.dimensions:
            noun = self._noun_for_group()
            if noun is None:
                raise self._ask_group(target)
            self.parts.dimensions.append(Dimension(column=noun))
        if target.kind == "table":
            measure = self._count_of(target.name)
        elif target.kind == "metric":
            measure = Measure(metric=target.name)
        else:
            column = self.vocabulary.columns[target.name][0]
            agg = draft.measure.agg if draft.measure and draft.measure.agg else None
            if agg is None and draft.condition.exceed and not column.additive:
                agg = Agg.MAX if op in (Op.GT, Op.GE, Op.BETWEEN) else Agg.MIN
            measure = Measure(agg=agg or Agg(column.default_agg), column=target.name)
        index = self._put_measure(measure)
        self.parts.having.append(Having(index, op, values))

    def _noun_for_group(self) -> str | None:
        """`pumps with ...`: the class word stands for the things of that class."""
        for value in self.draft.values:
            before = self.draft.items[value.at - 1].norm.split() if value.at else []
            is_one_of = bool(before) and before[-1] in ("any", "each", "every")
            if (value.is_noun or is_one_of) and self.model.entity:
                return self.model.entity
        return None

    def _ask_group(self, target: Target) -> Ask:
        label = self.choose.label(target)
        limit, rest = self._limit_text(), self._rest_text()
        name = label.lower()
        options = (
            Option(f"Hours with {name} {limit}", f"hours with {name} {limit} {rest}".strip()),
            Option(f"When it was first {limit}", f"when was {name} first {limit} {rest}".strip()),
            Option(f"The readings {limit}", f"list readings with {name} {limit} {rest}".strip()),
        )
        return Ask(
            Clarification(f"What do you want to know about {label.lower()} in that range?", options)
        )

    def _limit_text(self) -> str:
        condition = self.draft.conditions[0].condition
        items = self.draft.items[condition.first : condition.last + 1]
        return " ".join(i.text for i in items)

    def _rest_text(self) -> str:
        """Places and times of the question, in words that can be asked again."""
        values = [self.draft.items[v.at].text for v in self.draft.values if not v.negated]
        times = [self.draft.items[at].text for at, _ in self.draft.times]
        places = f"for {' '.join(values)}" if values else ""
        return " ".join(filter(None, (places, *times)))

    def _ask_limit(self, draft: ConditionDraft) -> Ask:
        column = draft.measure.target.name if draft.measure else None
        text = " ".join(
            i.text for i in self.draft.items[draft.condition.first : draft.condition.last + 1]
        )
        symbol = {Op.GT: "above", Op.LT: "below", Op.GE: "at least", Op.LE: "at most"}
        options = []
        for limit in self.model.limits:
            if column is not None and limit.column != column:
                continue
            unit = units.display_unit(self.vocabulary.columns[limit.column][0].unit or "")
            words = f"{symbol.get(draft.condition.op, 'above')} {limit.value:g} {unit}"
            options.append(
                Option(f"{limit.label}: {limit.value:g} {unit}", self.question.replace(text, words))
            )
        return Ask(Clarification("Which limit do you mean?", tuple(options[:4]), (text,)))

    # -- words that form the figure ----------------------------------------------------------

    def _aggregate_by_words(self) -> None:
        """`highest temperature` is the maximum; `when` questions without a limit."""
        self._event_times()
        self._time_amounts()
        self._now()
        ranking = self.draft.ranking
        if ranking is None or not self.parts.measures:
            return
        index = self._measure_of.get(ranking.measure_at or -1, 0)
        index = min(index, len(self.parts.measures) - 1)
        measure = self.parts.measures[index]
        if measure.column is None or measure.agg is None:
            return
        column = self.model.tables[measure.table or self.parts.table].columns[measure.column]
        said = any(
            m.agg is not None
            for m in self.draft.measures
            if not m.is_count and m.target.name == measure.column
        )
        if said or column.additive or measure.agg is not Agg.AVG:
            return
        if ranking.word in _HIGH_OF_VALUE and ranking.measure_at is not None:
            agg = Agg.MAX if ranking.descending else Agg.MIN
            self.parts.measures[index] = replace(measure, agg=agg)

    def _time_amounts(self) -> None:
        """`how many hours was it down`, `how long ...`: a measure of time, in the unit asked for;
        without one, the hours in which the filters hold."""
        at = self.draft.has("duration")
        if at is None:
            return
        if self.draft.tables and self._event_length(at):
            return
        words = self.draft.items[at].norm
        wanted = "h" if "hour" in words or "hrs" in words else "min" if "minute" in words else None
        for index, measure in enumerate(self.parts.measures):
            own = self._measure_unit(measure)
            if own is None or not units.same_dimension(own, "h"):
                continue
            self.draft.mark(at, "how long")
            if wanted and wanted != own:
                self.parts.measures[index] = replace(measure, unit=wanted)
            return
        has_place_only = not self._filters_state()
        if not self.parts.measures and not has_place_only:
            self.draft.mark(at, "how long")
            states = [f for f in self.parts.filters if self._is_state(f)]
            self.parts.filters = [f for f in self.parts.filters if f not in states]
            where = tuple(replace(f, phrase="") for f in states)
            self.parts.measures.append(Measure(agg=Agg.DURATION, where=where))

    def _event_length(self, at: int) -> bool:
        """`average duration of alarms`: the metric of the table that is formed from the events'
        start and end, the mean or, with "total", the sum."""
        table = self.model.tables[self.parts.table]
        if table.time is None or table.time.end is None:
            return False
        words = {w for item in self.draft.items for w in item.norm.split()}
        function = "SUM(" if words & {"total", "sum"} else "AVG("
        found = [
            m.name
            for m in self.model.metrics.values()
            if m.table == table.name
            and (m.expression or "").upper().startswith(function)
            and table.time.timestamp in (m.expression or "")
            and table.time.end in (m.expression or "")
        ]
        counts = [m for m in self.parts.measures if m == self._count_of(table.name)]
        if len(found) != 1 or (self.parts.measures and not counts):
            return False
        self.parts.measures = [Measure(metric=found[0])]
        self.draft.mark(at, "how long")
        for item in self.draft.items:
            if item.tags.get("aggregates") in ("avg", "sum") and not item.targets:
                item.use = item.use or "how the figure is formed"
        return True

    def _is_state(self, found: Filter) -> bool:
        quality = self.model.tables[self.parts.table].quality
        return quality is not None and found.column == quality.column

    def _measure_unit(self, measure: Measure) -> str | None:
        if measure.metric is not None:
            return self.model.metrics[measure.metric].unit
        if measure.agg is Agg.DURATION:
            return "h"
        if measure.column is not None:
            table = self.model.tables[measure.table or self.parts.table]
            return table.columns[measure.column].unit
        return None

    def _now(self) -> None:
        """`right now`: the latest reading, or what a count of open things is anyway."""
        at = self.draft.has("now")
        if at is None or self.times.window is not None:
            return
        if self.draft.states or any(
            m.metric and self.model.metrics[m.metric].condition for m in self.parts.measures
        ):
            self.draft.mark(at, "now")
            return
        for index, measure in enumerate(self.parts.measures):
            column = self.vocabulary.columns.get(measure.column or "")
            if measure.agg is Agg.AVG and column is not None and column[0].needs_good:
                self.parts.measures[index] = replace(measure, agg=Agg.LATEST)
                self.draft.mark(at, "now")
                if self._is_of_many():
                    self.parts.dimensions.append(Dimension(column=self.model.entity))

    def _event_times(self) -> None:
        """`when was the last alarm on ...`: the time of an event."""
        if self.parts.measures and any(
            m.agg in (Agg.FIRST_TIME, Agg.LAST_TIME, Agg.DURATION) for m in self.parts.measures
        ):
            return
        for group, agg in (("first_time", Agg.FIRST_TIME), ("last_time", Agg.LAST_TIME)):
            at = next(
                (
                    i
                    for i, item in enumerate(self.draft.items)
                    if group in item.tags
                    and not item.targets
                    and not item.use
                    and item.time is None
                ),
                None,
            )
            if at is None or (not self.draft.tables and not self.parts.filters):
                continue
            if self.draft.items[at].norm in ("earliest", "since when") and not self.draft.tables:
                continue
            if not self._is_event_table(self.parts.table) and not self._filters_state():
                continue
            if not self._keep_condition():
                continue
            self.draft.mark(at, "what is asked")
            self.parts.measures = [Measure(agg=self._first_or_last(agg))]
            return

    def _filters_state(self) -> bool:
        """Whether a filter says how a row is (its grade, its reason) and not where it is."""
        quality = self.model.tables[self.parts.table].quality
        states = {quality.column} if quality else set()
        return any(
            f.column in states
            or (not f.column.startswith("@") and self.vocabulary.columns[f.column][0].drop_null)
            for f in self.parts.filters
        )

    def _keep_condition(self) -> bool:
        """Turn counted events into a filter, so that their time can be asked for; False when a
        figure is named that is no count."""
        found: list[Filter] = []
        for measure in self.parts.measures:
            metric = self.model.metrics.get(measure.metric or "")
            if metric is None or not _is_plain_count(metric):
                return False
            if metric.condition is not None:
                condition = self._condition_filter(metric)
                if condition is None:
                    return False
                found.append(condition)
            self.parts.table = metric.table
        self.parts.filters.extend(found)
        return True

    def _steps(self) -> None:
        """A time step where a curve or a running figure needs one."""
        wants = self.draft.wants_trend or any(
            self.draft.has(g) is not None for g in ("running", "moving", "period_change")
        )
        has_step = any(d.grain is not None for d in self.parts.dimensions)
        if self.times.joined is not None and not has_step and not self.parts.dimensions:
            self.parts.dimensions.append(Dimension(grain=self.times.joined))
            return
        if not wants or has_step:
            return
        if self.draft.wants_trend and self._trend_is_chart_word() and self.parts.dimensions:
            return
        if not self.parts.measures:
            return
        period = self.draft.has("period_change")
        if period is not None:
            grain = _period_grain(self.draft.items[period].norm)
        else:
            grain = self._moving_grain() or self._auto_grain()
        self.parts.dimensions.insert(0, Dimension(grain=grain))

    def _trend_is_chart_word(self) -> bool:
        return not any("trend" in i.tags and i.use == "over time" for i in self.draft.items)

    def _moving_grain(self) -> Grain | None:
        at = self.draft.has("moving")
        if at is None:
            return None
        for index in (at - 1, at + 1, at + 2, at + 3):
            if 0 <= index < len(self.draft.items):
                unit = self.draft.items[index].unit
                found = {"d": Grain.DAY, "h": Grain.HOUR, "wk": Grain.WEEK, "mo": Grain.MONTH}
                if unit in found and self.draft.items[index].number is not None:
                    return found[unit]
        return Grain.DAY

    def _auto_grain(self) -> Grain:
        window = self.times.window
        start = window.start if window else None
        end = window.end if window else None
        span = self.facts.span(self.parts.table)
        start = start or (span[0] if span else None)
        end = end or (span[1] if span else None)
        if start is None or end is None:
            return Grain.DAY
        days = (end - start).total_seconds() / 86_400
        if days <= 2:
            return Grain.HOUR
        return Grain.DAY if days <= 62 else Grain.WEEK if days <= 400 else Grain.MONTH

    # -- ranking -----------------------------------------------------------------------------

    def _ranking(self) -> None:
        parts, ranking = self.parts, self.draft.ranking
        if self._peak is not None and ranking is None:
            parts.dimensions.sort(key=lambda d: d.grain is not None)
            parts.order = (Order("measure", 0, self._peak),)
            parts.limit, parts.per_group = 1, len(parts.dimensions) > 1
            return
        if ranking is None:
            self._default_order()
            return
        if not parts.measures:
            if self.draft.tables and not parts.dimensions:
                return  # rows are ranked when they are listed
            self._rank_without_measure()
            return
        index = self._measure_of.get(ranking.measure_at if ranking.measure_at is not None else -1)
        index = 0 if index is None else min(index, len(parts.measures) - 1)
        descending = self._descending(parts.measures[index])
        if not parts.dimensions:
            self._rank_nothing(index)
            return
        parts.order = (Order("measure", index, descending),)
        count = ranking.count
        listed = [d for d in self.draft.dimensions if d.listed]
        if count is None and ranking.word in _TOP_WORDS and any(d.plural for d in listed):
            count = 10
        if (
            count is None
            and listed
            and not any(d.plural for d in listed)
            and (ranking.word != "ranked")
        ):
            count = 1
        parts.limit = count
        split = [d for d in self.draft.dimensions if not d.listed]
        if count is not None and listed and split and len(parts.dimensions) > 2:
            raise Ask(
                Clarification(
                    "The top of each group can be told for one split at a time. Which one?",
                    (),
                )
            )
        if count is not None and listed and split and len(parts.dimensions) > 1:
            parts.per_group = True

    def _rank_without_measure(self) -> None:
        raise self._ask_measure("Ranked by which figure?")

    def _descending(self, measure: Measure) -> bool:
        ranking = self.draft.ranking
        assert ranking is not None
        if ranking.descending is not None and ranking.good is None:
            return ranking.descending
        direction = self._direction(measure)
        if direction == "none" or ranking.good is None:
            if ranking.word in ("worst", "poorest", "best") and direction == "none":
                raise Ask(
                    Clarification(
                        f"For this figure neither high nor low is {ranking.word}. "
                        "Highest or lowest?",
                        (
                            Option("Highest", self.question.replace(ranking.word, "highest")),
                            Option("Lowest", self.question.replace(ranking.word, "lowest")),
                        ),
                        (ranking.word,),
                    )
                )
            return True
        return (direction == "higher") == ranking.good

    def _direction(self, measure: Measure) -> str:
        if measure.metric is not None:
            return self.model.metrics[measure.metric].direction
        if measure.column is not None:
            table = self.model.tables[measure.table or self.parts.table]
            return table.columns[measure.column].direction
        return "none"

    def _rank_nothing(self, index: int) -> None:
        """A superlative with nothing to rank: the maximum of a reading, or ask "of what"."""
        measure = self.parts.measures[index]
        if measure.agg in (Agg.MAX, Agg.MIN):
            return
        raise self._ask_split("The highest or lowest of what?")

    def _ask_split(self, question: str) -> Ask:
        levels = [level for h in self.model.hierarchies[:1] for level in h.levels]
        options = []
        for name in levels[:4]:
            label = self.vocabulary.columns[name][0].label.lower()
            options.append(Option(f"By {label}", f"{self.question} by {label}"))
        return Ask(Clarification(question, tuple(options)))

    def _ask_measure(self, question: str) -> Ask:
        metrics = list(self.model.metrics.values())
        table_metrics = [m for m in metrics if m.table == self.parts.table][:4]
        options = tuple(Option(m.label, self._with_measure(m.label)) for m in table_metrics)
        return Ask(Clarification(question, options))

    def _with_measure(self, label: str) -> str:
        """The question as understood, with a figure put into it."""
        ranking = self.draft.ranking
        words = [label]
        dims = [d for d in self.draft.dimensions if d.column]
        if ranking is not None and dims:
            noun = self.draft.items[dims[-1].at].text
            count = f"{ranking.count} " if ranking.count else ""
            words = [f"{ranking.word} {count}{noun} by {label}"]
        elif dims:
            words.append("by " + " and ".join(self.draft.items[d.at].text for d in dims))
        return " ".join([*words, self._rest_text()]).strip()

    def _default_order(self) -> None:
        """Time runs forward; categories stand by their figure, highest first."""
        parts = self.parts
        if not parts.dimensions or parts.kind == "records":
            return
        if any(d.grain is not None for d in parts.dimensions) or not parts.measures:
            parts.order = tuple(
                Order("dimension", i, descending=False) for i in range(len(parts.dimensions))
            )
        else:
            parts.order = (Order("measure", 0, descending=True),)

    # -- comparison and transforms -----------------------------------------------------------

    def _comparison(self) -> None:
        if self.times.comparison is not None:
            self.parts.comparison = self.times.comparison
            self._only_changed()
            return
        versus = self.draft.has("versus")
        reference = self.draft.has("average_reference")
        if versus is None or reference is None or reference < versus:
            return
        self.draft.mark(versus, "compares")
        self.draft.mark(reference, "average to compare with")
        drop = self._reference_columns(self._reference_level(reference))
        self.parts.comparison = Comparison(
            "reference", drop=drop, phrase=self.draft.items[reference].text
        )

    def _only_changed(self) -> None:
        """`which lines got worse`: only the groups that changed that way, most changed first."""
        parts = self.parts
        if not any(d.listed for d in self.draft.dimensions) or not parts.measures:
            return
        words = {w for i in self.draft.items if "change" in i.tags for w in i.norm.split()}
        for item in self.draft.items:
            if item.norm in ("more", "higher", "less", "fewer", "lower") and not item.targets:
                item.use = item.use or "compares"
                words.add("up" if item.norm in ("more", "higher") else "down")
        rises = _turn(words, self._direction(parts.measures[0]))
        if rises is None:
            return
        parts.having.append(Having(0, Op.GT if rises else Op.LT, (0,), on="change"))
        parts.order = (Order("change", 0, descending=rises),)

    def _reference_level(self, reference: int) -> tuple[str | None, bool]:
        """The column that the average is spoken of with ("plant average", "average of all
        plants"), which is then no split, and whether it stands in the plural."""
        items = self.draft.items
        near = [reference - 1, reference + 1, reference + 2, reference + 3, reference + 4]
        for index in near:
            if not 0 <= index < len(items):
                continue
            dims = [d for d in self.draft.dimensions if d.at == index and not d.after_by]
            if dims and dims[0].column:
                name = dims[0].column
                self.parts.dimensions = [d for d in self.parts.dimensions if d.column != name]
                return name, items[index].is_plural
            if items[index].use == "speaks of the whole":
                names = [t.name for t in items[index].of_kind("column")]
                return (names[0] if names else None), items[index].is_plural
            if (
                index > reference
                and not items[index].is_ignorable
                and "the" not in (items[index].tags)
            ):
                break
        return None, False

    def _reference_columns(self, level: tuple[str | None, bool]) -> tuple[str, ...]:
        """Filters that fall away for the reference: those on places below the level that the
        average is over; that level's own too when it stands in the plural or is the only one."""
        table = self.model.tables[self.parts.table]
        order = self._place_levels()
        named = [f.column for f in self.parts.filters if f.column in order]
        name, is_plural = level
        if name in order and not is_plural:
            below = order[order.index(name) + 1 :]
            drop = [c for c in named if c in below]
        elif is_plural:
            drop = named
        else:
            drop = [c for c in named if c in order[1:]]
        drop = drop or named
        top = order[0] if order else None
        if drop and top not in drop and table.scope and not self.out_of_scope:
            scopes = self._scopes_of(drop)
            has_scope = any(f.column in (table.scope, top) for f in self.parts.filters)
            if len(scopes) == 1 and not has_scope and len(scopes) < len(self.scopes or scopes) + 1:
                self.parts.filters.append(Filter(table.scope, Op.EQ, tuple(scopes)))
        return tuple(drop)

    def _place_levels(self) -> tuple[str, ...]:
        """Levels of the entity's hierarchy from the most general one down."""
        for hierarchy in self.model.hierarchies:
            if self.model.entity in hierarchy.levels and len(hierarchy.levels) > 2:
                return hierarchy.levels
        return (self.model.entity,) if self.model.entity else ()

    def _scopes_of(self, columns: list[str]) -> set[str]:
        found: set[str] | None = None
        for value in self.draft.values:
            for target in value.targets:
                if target.name in columns and target.scopes:
                    found = set(target.scopes) if found is None else found & target.scopes
        return found or set()

    def _transforms(self) -> None:
        self._share()
        self._running()
        self._change()

    def _share(self) -> None:
        at = self.draft.has("share")
        if at is None or not self.parts.measures:
            if at is not None and self.draft.tables and not self.parts.measures:
                self.parts.measures.append(self._count_of(self.parts.table))
            else:
                return
        measure = self.parts.measures[0]
        if measure.metric and self.model.metrics[measure.metric].display == "percent":
            self.draft.mark(at, "as a percentage")
            return
        if not self._is_additive(measure):
            raise Ask(
                Clarification(
                    "A share needs an amount that adds up; this figure does not.",
                    (),
                    (self.draft.items[at].text,),
                )
            )
        self.draft.mark(at, "share of the total")
        part = self._named_part()
        if part is not None and self.parts.dimensions:
            self.parts.filters = [f for f in self.parts.filters if f is not part]
            self.parts.measures[0] = replace(
                measure, where=(replace(part, phrase=""),), transform=Transform.SHARE
            )
            return
        if self.parts.dimensions:
            kind = self._share_kind()
            self.parts.measures.insert(1, replace(measure, transform=kind))
            self.parts.having = [
                replace(h, measure=h.measure + (h.measure > 0)) for h in self.parts.having
            ]
            return
        picked = self._share_filter()
        if picked is None:
            raise self._ask_split("The share of what?")
        self._refuse_hidden_whole(picked)
        self.parts.filters = [f for f in self.parts.filters if f is not picked]
        self.parts.measures = [
            replace(measure, where=(replace(picked, phrase=""),), transform=Transform.SHARE)
        ]

    def _refuse_hidden_whole(self, part: Filter) -> None:
        """The share of one plant in all plants needs all plants."""
        everywhere = {s for entry in self.facts.values for s in entry.scopes}
        if self.scopes and not everywhere <= self.scopes and part.column in self._scope_names():
            raise Ask(
                Clarification(
                    f"Your account covers {', '.join(sorted(self.scopes))} only, so a share of "
                    "the whole cannot be told. Ask for the amount instead.",
                    (),
                    (part.phrase,),
                )
            )

    def _named_part(self) -> Filter | None:
        """The part that a share by places speaks of: "used by compressors", "uncertain
        readings"; it is a part of each group and no selection before the split."""
        grades = {t.quality.column for t in self.model.tables.values() if t.quality}
        agents = {v.targets[0].name for v in self.draft.values if v.is_agent}
        places = {level for h in self.model.hierarchies for level in h.levels}
        split: set[str | None] = {d.column for d in self.parts.dimensions}
        time = self.model.tables[self.parts.table].time
        shift = time.shift if time else None
        named = [f for f in self.parts.filters if f.phrase and not f.column.startswith("@")]
        if len(named) > 1:
            split.add(shift)  # beside another part, the shift is a selection
        found = [
            f
            for f in named
            if f.column not in split
            and (f.column in grades | agents or f.column not in places)
            and f.op in (Op.EQ, Op.IN, Op.IS_NULL, Op.NOT_NULL)
        ]
        return found[0] if len(found) == 1 else None

    def _share_kind(self) -> Transform:
        """`share by reason per plant` is of each plant's own total; `by reason and plant`, or one
        split, is of the whole."""
        splits = [d for d in self.draft.dimensions if d.column and d.after_by]
        if len(splits) != 2 or len(self.parts.dimensions) != 2:
            return Transform.SHARE
        first, second = sorted(splits, key=lambda d: d.at)
        between = self.draft.items[first.at + 1 : second.at]
        if not any("by" in i.tags and "and" not in i.tags for i in between):
            return Transform.SHARE
        outer = self._column_for(second)
        self.parts.dimensions.sort(key=lambda d: d.column != outer)
        return Transform.SHARE_WITHIN

    def _share_filter(self) -> Filter | None:
        """The filter that makes the part: the most particular one that is named."""
        rank: dict[str, int] = {}
        for hierarchy in self.model.hierarchies:
            for level, name in enumerate(hierarchy.levels):
                rank[name] = max(rank.get(name, 0), level)
        named = [
            f
            for f in self.parts.filters
            if f.phrase and not f.column.startswith("@") and f.op in (Op.EQ, Op.IN, Op.NE)
        ]
        if not named:
            return None
        if len(named) == 1:
            return named[0]
        own = [f for f in named if f.column not in rank]
        if len(own) == 1:
            return own[0]
        ordered = sorted(named, key=lambda f: rank.get(f.column, 9))
        return ordered[-1]

    def _is_additive(self, measure: Measure) -> bool:
        if measure.metric is not None:
            return self.model.metrics[measure.metric].additive
        if measure.agg in (Agg.COUNT, Agg.DURATION):
            return True
        if measure.column is None:
            return False
        table = self.model.tables[measure.table or self.parts.table]
        return table.columns[measure.column].additive and measure.agg is Agg.SUM

    def _running(self) -> None:
        at = self.draft.has("running")
        if at is not None and self.parts.measures:
            self.draft.mark(at, "adds up over time")
            first = self.parts.measures[0]
            self.parts.measures.insert(1, replace(first, transform=Transform.RUNNING))
        at = self.draft.has("moving")
        if at is None or not self.parts.measures:
            return
        self.draft.mark(at, "moving average")
        window = None
        for index in (at - 1, at + 1, at + 2, at + 3):
            if 0 <= index < len(self.draft.items):
                item = self.draft.items[index]
                if item.number is not None and not item.use and item.number == int(item.number):
                    window = int(item.number)
                    self.draft.mark(index, "moving average")
                    break
        if window is None:
            raise Ask(
                Clarification(
                    "A moving average over how many points?",
                    tuple(
                        Option(f"{n} points", f"{n} day moving average of {self.question}")
                        for n in (3, 7, 14)
                    ),
                )
            )
        first = self.parts.measures[0]
        if first.column is not None and first.agg is Agg.AVG:
            column = self.model.tables[self.parts.table].columns[first.column]
            if column.additive:
                first = replace(first, agg=Agg.SUM)
        self.parts.measures = [
            first,
            replace(first, transform=Transform.MOVING, window=window),
            *self.parts.measures[1:],
        ]

    def _change(self) -> None:
        period = self.draft.has("period_change")
        at = self.draft.has("change")
        has_step = any(
            d.grain is not None and not d.grain.is_recurring for d in self.parts.dimensions
        )
        if period is None and (at is None or self.parts.comparison is not None):
            if at is not None:
                self.draft.mark(at, "compares")
            return
        if not has_step or not self.parts.measures:
            return
        if period is not None:
            self.draft.mark(period, "change from step to step")
        if at is not None:
            self.draft.mark(at, "change from step to step")
        first = self.parts.measures[0]
        self.parts.measures.insert(1, replace(first, transform=Transform.CHANGE))

    def _histogram(self) -> None:
        """`histogram of vibration`: readings counted in bins of the figure; the width is found
        from the data when the turn runs."""
        parts = self.parts
        if self.draft.chart != "histogram" or parts.dimensions or len(parts.measures) != 1:
            return
        measure = parts.measures[0]
        if measure.column is None or measure.agg is not Agg.AVG or measure.where:
            return
        parts.dimensions = [Dimension(column=measure.column, bin_width=AUTO_WIDTH)]
        parts.measures = [Measure(agg=Agg.COUNT)]
        parts.order = (Order("dimension", 0, descending=False),)

    # -- lists of records --------------------------------------------------------------------

    def _records(self) -> None:
        parts, draft = self.parts, self.draft
        records = draft.has("records")
        rows = draft.has("count_of_rows")
        if self._measure_is_list() and (records is not None or self._asks_edge_event()):
            if records is not None:
                draft.mark(records, "list")
            self._list_rows()
            return
        if parts.measures:
            if records is not None:
                draft.mark(records, "list")
            return
        wants_rows = rows is not None and (records is not None or bool(parts.filters))
        if draft.tables and parts.dimensions:
            parts.measures.append(self._count_of(parts.table))
            if parts.order == () or parts.order[0].by == "dimension":
                parts.order = ()
                if draft.ranking is not None:
                    self._ranking()
                else:
                    self._default_order()
            if self.draft.has("share") is not None:
                self._share()
            return
        if draft.tables or wants_rows:
            if self._counts_rather():
                parts.measures.append(self._count_of(parts.table))
                return
            for at in (records, rows):
                if at is not None:
                    draft.mark(at, "list")
            self._list_rows()
            return
        if records is not None and parts.dimensions:
            draft.mark(records, "list")

    def _asks_edge_event(self) -> bool:
        """`the first failure of ...`: a lone first or last before counted events."""
        return _has_edge(self.draft) and self.draft.count_at is None

    def _counts_rather(self) -> bool:
        """`total alarms`, a comparison or a trend of events is about their number."""
        words = {w for item in self.draft.items for w in item.norm.split()}
        sums = any(
            i.tags.get("aggregates") == "sum" and not i.targets and not i.use
            for i in self.draft.items
        )
        if sums:
            for item in self.draft.items:
                if item.tags.get("aggregates") == "sum" and not item.targets:
                    item.use = item.use or "count"
        is_compared = self.parts.comparison is not None
        return sums or is_compared or "number" in words or self.draft.wants_trend

    def _measure_is_list(self) -> bool:
        """`list the open work orders`: a count under a condition, asked for as rows."""
        if len(self.parts.measures) != 1 or self.parts.dimensions:
            return False
        name = self.parts.measures[0].metric
        if name is None:
            return False
        metric = self.model.metrics[name]
        return _is_plain_count(metric) and self._condition_filter(metric) is not None

    def _condition_filter(self, metric: Metric) -> Filter | None:
        """The filter that a simple metric condition states: `x IS NULL`, `x = 'text'`."""
        text = (metric.condition or "").strip()
        parts = text.split()
        if len(parts) == 3 and text.upper().endswith(" IS NULL"):
            return Filter(parts[0], Op.IS_NULL)
        if " = '" in text and text.endswith("'") and text.count("'") == 2:
            column, value = text.split(" = ", 1)
            return Filter(column.strip(), Op.EQ, (value.strip("'"),))
        return None

    def _list_rows(self) -> None:
        parts, draft = self.parts, self.draft
        if parts.measures:
            metric = self.model.metrics[parts.measures[0].metric or ""]
            found = self._condition_filter(metric)
            if found is not None:
                parts.filters.append(found)
            parts.table = metric.table
        table = self.model.tables[parts.table]
        parts.kind = "records"
        parts.measures, parts.dimensions = [], []
        wanted = list(table.default_fields)
        for found in parts.filters:
            if found.column in table.columns and found.column not in wanted:
                wanted.append(found.column)
        parts.fields = tuple(wanted)
        time = table.time
        newest_first = True
        for index, item in enumerate(draft.items):
            if item.use or item.targets:
                continue
            if ({"last", "first"} & set(item.tags)) and item.time is None:
                newest_first = "last" in item.tags
                draft.mark(index, "order")
                beside = [
                    i
                    for i in (index + 1, index - 1)
                    if 0 <= i < len(draft.items)
                    and draft.items[i].number is not None
                    and not draft.items[i].use
                ]
                if beside:
                    parts.limit = int(draft.items[beside[0]].number or 0)
                    draft.mark(beside[0], "how many")
                else:
                    parts.limit = 1 if self._names_one() else parts.limit
        ranking = draft.ranking
        if ranking is not None and ranking.count:
            parts.limit = ranking.count
        ranked = self._ranked_column(ranking) if ranking is not None else None
        if ranking is not None and ranked is not None:
            if parts.limit is None and self._names_one():
                parts.limit = 1
            if ranked not in parts.fields:
                parts.fields = (*parts.fields, ranked)
            descending = ranking.descending is not False
            parts.order = (Order("column", 0, descending, column=ranked),)
        elif time is not None:
            parts.order = (Order("column", 0, newest_first, column=time.timestamp),)

    def _ranked_column(self, ranking: Ranking) -> str | None:
        """The column that rows are ranked by: said by the adjective's unit."""
        unit = self.draft.items[ranking.at].tags.get("measured_by_unit")
        table = self.model.tables[self.parts.table]
        found = [c.name for c in table.columns.values() if unit and c.unit == unit]
        if len(found) == 1:
            return found[0]
        raise self._ask_measure("Ranked by which figure?")

    def _names_one(self) -> bool:
        ats = [at for at, _ in self.draft.tables] + [m.at for m in self.draft.measures]
        return bool(ats) and not self.draft.items[ats[0]].is_plural

    # -- last checks -------------------------------------------------------------------------

    def _check_tables(self) -> None:
        """A table that is spoken of and gives neither rows nor figures is a word not used."""
        used = {self.parts.table}
        for measure in self.parts.measures:
            if measure.metric is not None:
                used |= self.choose.parts_of(measure.metric)
            if measure.table is not None:
                used.add(measure.table)
        for at, table in self.draft.tables:
            if table not in used or (at not in self._measure_of and self._is_idle()):
                text = self.draft.items[at].text
                raise Ask(
                    Clarification(
                        f"I understood the rest, but not what “{text}” should do in this "
                        "question. Do you want their number, or a list of them?",
                        (),
                        (text,),
                    )
                )

    def _is_idle(self) -> bool:
        """A table's name beside a figure that is no figure of its rows ("vibration alarms")."""
        own = self.model.tables[self.parts.table]
        is_event = own.time is None or own.time.interval_min is None
        return bool(self.draft.measures) and not is_event and self.parts.kind != "records"

    def _check_measures(self) -> None:
        parts = self.parts
        is_compared = parts.comparison is not None or self.times.comparison is not None
        if parts.kind == "records" or parts.measures:
            return
        is_compared = is_compared or any(i.use == "compares" for i in self.draft.items)
        if parts.dimensions and not is_compared:
            return
        raise self._ask_measure("What do you want to know? Name a figure.")

    def _drop_nulls(self) -> None:
        """Reasons that are empty where nothing happened are left out of a split by reason."""
        table = self.model.tables[self.parts.table]
        for dim in self.parts.dimensions:
            if dim.column is None or not table.columns[dim.column].drop_null:
                continue
            is_filtered = any(
                f.column == dim.column and f.op not in (Op.NE, Op.NOT_IN)
                for f in self.parts.filters
            )
            if not is_filtered:
                self.parts.filters.append(Filter(dim.column, Op.NOT_NULL))

    def _tell(self) -> None:
        """Say what a reader might take for something else."""
        parts, table = self.parts, self.model.tables[self.parts.table]
        entity = self.model.entity
        names_one = any(f.column == entity and f.op is Op.EQ for f in parts.filters)
        by_entity = any(d.column == entity for d in parts.dimensions)
        for measure in parts.measures:
            if measure.agg in (Agg.MAX, Agg.MIN) and entity and not (names_one or by_entity):
                word = "highest" if measure.agg is Agg.MAX else "lowest"
                label = table.columns[entity].label.lower() if entity in table.columns else "one"
                self.draft.notes.append(f"This is the {word} single reading of any {label}.")
                break
        self._tell_scope()
        self._tell_none()
        places = self._place_levels()
        named = {d.column for d in parts.dimensions} | {f.column for f in parts.filters}
        if table.scope is None or named & {table.scope, *places[:1]}:
            return
        for dim in parts.dimensions:
            if dim.column in places[1:] and dim.column != entity and self._is_pooled(dim.column):
                plural = (table.columns[dim.column].plural or dim.column).lower()
                top = table.columns[places[0]].label.lower()
                self.draft.notes.append(
                    f"{plural.capitalize()} of the same name in several {top}s are taken "
                    f"together. Add “by {top}” to part them."
                )

    def _tell_none(self) -> None:
        """`at most 3 failures`: what has none of the counted events is in no row."""
        for having in self.parts.having:
            measure = self.parts.measures[having.measure]
            metric = self.model.metrics.get(measure.metric or "")
            is_count = metric is not None and _is_plain_count(metric)
            if is_count and having.op in (Op.LT, Op.LE) and having.on == "value":
                self.draft.notes.append("Those with none at all are not in this list.")

    def _tell_scope(self) -> None:
        """A total, a share or a best place is one of the places that this user may see."""
        everywhere = {s for entry in self.facts.values for s in entry.scopes}
        if not self.scopes or everywhere <= self.scopes:
            return
        shares = any(m.transform is not Transform.NONE for m in self.parts.measures)
        names = self._scope_names()
        split = any(d.column in names for d in self.parts.dimensions)
        counted = any(m.column in names for m in self.parts.measures)
        if shares or split or counted:
            self.draft.notes.append(
                f"Of what your account covers: {', '.join(sorted(self.scopes))}. There is more "
                "that it does not show."
            )

    def _is_pooled(self, column: str) -> bool:
        """Whether a value of the column occurs in several scopes that this user may see."""
        return any(
            len(entry.scopes & self.scopes if self.scopes else entry.scopes) > 1
            for entry in self.facts.values
            if entry.column == column and entry.table == self.parts.table
        )

    def _query(self) -> SemanticQuery:
        parts = self.parts
        time = self._production_axis(self.times.window)
        comparison = parts.comparison
        if comparison is not None and comparison.window is not None and time is not None:
            comparison = replace(comparison, window=replace(comparison.window, axis=time.axis))
        measures = [self._with_unit(m) for m in parts.measures]
        return SemanticQuery(
            model=self.model.name,
            table=parts.table,
            kind="records" if parts.kind == "records" else "aggregate",
            measures=tuple(measures),
            dimensions=tuple(parts.dimensions),
            fields=parts.fields,
            filters=tuple(parts.filters),
            time=time,
            comparison=comparison,
            having=tuple(parts.having),
            order=parts.order,
            limit=parts.limit,
            per_group=parts.per_group,
            readings=self.draft.readings,
            anchor=self._anchor(),
        )

    def _anchor(self) -> Anchor | None:
        """The anchor, under the places that the question names and its event does not."""
        anchor = self.draft.anchor
        if anchor is None:
            return None
        columns = self.model.tables[anchor.table].columns
        own = {f.column for f in anchor.filters}
        places = {level for h in self.model.hierarchies for level in h.levels}
        shared = tuple(
            replace(f, phrase="")
            for f in self.parts.filters
            if f.column in places and f.column in columns and f.column not in own
        )
        return replace(anchor, filters=anchor.filters + shared)

    def _with_unit(self, measure: Measure) -> Measure:
        wanted = self.draft.display_unit
        if wanted is None:
            return measure
        own = self._measure_unit(measure)
        if own is None or own == wanted:
            return measure
        if wanted == "%" and own == "1":
            return measure
        if not units.same_dimension(own, wanted):
            raise Ask(
                Clarification(
                    f"This figure is in {units.display_unit(own)} and cannot be shown in "
                    f"{units.display_unit(wanted)}."
                )
            )
        return replace(measure, unit=wanted)


def _has_edge(draft: Draft) -> bool:
    """Whether a `first` or `last` stands unused."""
    return any(
        not i.use and not i.targets and i.time is None and ({"first", "last"} & set(i.tags))
        for i in draft.items
    )


def _is_plain_count(metric: Metric) -> bool:
    return (metric.expression or "").replace(" ", "").upper() == "COUNT(*)"


_UP = frozenset(["increase", "increased", "rise", "risen", "rose", "up", "growth", "grow", "grew"])
_DOWN = frozenset(["decrease", "decreased", "fall", "fallen", "fell", "drop", "dropped", "down"])
_BETTER = frozenset(["improve", "improved", "improvement", "better"])
_WORSE = frozenset(["worsen", "worsened", "worse", "deteriorate", "deteriorated"])


def _turn(words: set[str], direction: str) -> bool | None:
    """Whether the words speak of a rise (True) or a fall (False); None when of neither."""
    if words & _UP:
        return True
    if words & _DOWN:
        return False
    if direction == "none" or not words & (_BETTER | _WORSE):
        return None
    return bool(words & _BETTER) == (direction == "higher")


def _period_grain(words: str) -> Grain:
    for word, grain in (
        ("day", Grain.DAY),
        ("dod", Grain.DAY),
        ("d/d", Grain.DAY),
        ("week", Grain.WEEK),
        ("wow", Grain.WEEK),
        ("w/w", Grain.WEEK),
        ("month", Grain.MONTH),
        ("mom", Grain.MONTH),
        ("m/m", Grain.MONTH),
        ("quarter", Grain.QUARTER),
        ("qoq", Grain.QUARTER),
        ("q/q", Grain.QUARTER),
    ):
        if word in words:
            return grain
    return Grain.YEAR


def _swap(question: str, limit: str, name: str) -> str:
    """The question with a figure's name before its limit."""
    at = question.find(limit)
    return f"{question} {name}" if at < 0 else f"{question[:at]}{name} {question[at:]}"


def _without_now(question: str) -> str:
    dropped = ("current", "latest", "most", "recent", "newest", "present", "currently")
    return " ".join(w for w in question.split() if w.casefold() not in dropped)


def _without_sum(question: str) -> str:
    dropped = ("sum", "total", "of", "the")
    return " ".join(w for w in question.split() if w.casefold() not in dropped)


def _without_peak(question: str) -> str:
    dropped = ("max", "maximum", "min", "minimum", "highest", "lowest", "peak")
    return " ".join(w for w in question.split() if w.casefold() not in dropped)


def _without_average(question: str) -> str:
    words = [w for w in question.split() if w.casefold() not in ("average", "avg", "mean")]
    return " ".join(words)
