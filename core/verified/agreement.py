"""Whether a statement says what a question says: for SQL that nobody has verified.

Everything that the question names must be in the SQL: its values compared with their column, its
times as the window read, its figures and columns read at all. And the SQL may narrow no place and
no time that the question does not name. What the question says in words that the vocabulary does
not hold cannot be told here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from core.errors import UserFixable
from core.language.normalise import clean, tokenise
from core.language.parser import QuestionParser
from core.language.tagger import Item
from core.language.vocabulary import Target
from core.semantic.compile.trees import DIALECT, parsed
from core.semantic.model import SemanticModel
from core.translation import marked, told
from core.verified import aggregation, definitions, evenness, ordering, splits, weekdays
from core.verified.binding import spot_alike, tie
from core.verified.dictionary import Dictionary, either
from core.verified.pairs import body_of
from core.verified.plain_times import with_plain_times
from core.verified.reading_sql import Statement
from core.verified.spots import Body
from core.verified.template import Slot, Template, template_of

#: What stands for time or for a row in itself, and is in no statement by a name of its own.
_CAN_BE_NAMED = frozenset({"metric", "column", "state", "value"})


@dataclass(frozen=True, slots=True)
class Agreement:
    """problems: what the SQL leaves out or adds, as sentences for whoever writes it again.
    remarks: what it says in other terms, which may be right. unsaid: times, values and figures that
    it reads and the question does not name in words that are known."""

    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not (self.problems or self.remarks or self.unsaid)


def agreement_of(
    question: str,
    sql: str,
    parser: QuestionParser,
    words: Dictionary,
    plants: tuple[str, ...] = (),
) -> Agreement:
    """How far the SQL says what the question says. sql: StarRocks, before governance. words: of
    the same model's data. plants: what the asker may see; naming just these narrows nothing."""
    tree = _tree_of(sql)
    body = None
    if tree is not None:
        try:
            tree = with_plain_times(tree, parser.clock.now)
            sql = tree.sql(dialect=DIALECT)
            body = body_of(sql, parser)
        except RecursionError:
            body = None
    if tree is None or body is None:
        return Agreement((told("The statement is not one SELECT that can be read."),))
    try:
        template = template_of(question, parser)
    except UserFixable:
        return Agreement()
    items = parser.tagger.tag(tokenise(clean(question))).items
    kept = weekdays.kept_days(tree)
    runs = [(i.tokens, i.time) for i in items]
    said_days = [d for r in runs if (d := weekdays.said_days(*r, parser.lexicon))]
    if kept:  # "on a Sunday" is then any of them, and no date
        template = _without_weekdays(template, parser)
    tied = tie(template, body, parser.clock, words, open_to=plants, is_loose=True)
    problems = [p for p in tied.problems if p not in tied.unsaid]
    remarks = list(tied.remarks)
    problems += _not_there(template.slots, body, words)
    problems += weekdays.faults(said_days, kept)
    statement = Statement.of(tree, parser.model)
    remarks += aggregation.doubts(statement, items)
    remarks += ordering.doubts(statement, items)
    remarks += definitions.doubts(statement, items)
    remarks += splits.doubts(statement, items, words)
    remarks += evenness.doubts(statement, items, words)
    for is_figure, said in _not_read(question, sql, parser, words):
        (problems if is_figure else remarks).append(said)
    return Agreement(
        tuple(dict.fromkeys(problems)),
        tuple(dict.fromkeys(remarks)),
        tuple(
            dict.fromkeys((*tied.unsaid, *_unsaid(question, sql, body, template, parser, words)))
        ),
    )


def _without_weekdays(template: Template, parser: QuestionParser) -> Template:
    """The template without the times that name a day of the week."""
    named = (weekdays.said_days(s.tokens, s.window, parser.lexicon) for s in template.slots)
    slots = [s for s, days in zip(template.slots, named, strict=True) if not (s.window and days)]
    return replace(template, slots=tuple(slots))


def _tree_of(sql: str) -> exp.Expr | None:
    """A statement's tree; None for text that is not one statement."""
    try:
        trees = sqlglot.parse(sql, read=DIALECT)
    except (SqlglotError, RecursionError):
        return None
    return trees[0] if len(trees) == 1 and isinstance(trees[0], exp.Query) else None


def _not_read(
    question: str, sql: str, parser: QuestionParser, words: Dictionary
) -> Iterator[tuple[bool, str]]:
    """What the question names and the SQL reads no column of, and whether that is a figure: a
    split may be said in passing ("for my shift meeting")."""
    try:
        tree = sqlglot.parse_one(sql, read=DIALECT)
    except (SqlglotError, RecursionError):
        return
    read = {column.name.casefold() for column in tree.find_all(exp.Column)}
    read |= {to.casefold() for source, to in words.twins if source.casefold() in read}
    tables = {table.name.casefold() for table in tree.find_all(exp.Table)}
    items = parser.tagger.tag(tokenise(clean(question))).items
    has_unknown = any(item.is_unknown for item in items)
    for item in items:
        targets = _named(item)
        if not targets or any(_is_read(t, parser.model, read, tables) for t in targets):
            continue
        labels = sorted({_label(t, parser.model) for t in targets})
        said = told(
            "The question names “{text}” ({labels}), and the SQL reads no column of it.",
            text=item.text,
            labels=either(labels),
        )
        is_figure = any(_is_figure(t, parser.model) for t in targets)
        is_sure = not (has_unknown and _is_by_the_way(item, targets, labels, read, parser.model))
        yield is_figure and is_sure, said


def _is_by_the_way(
    item: Item, targets: tuple[Target, ...], labels: list[str], read: set[str], model: SemanticModel
) -> bool:
    """Whether a figure's name may be meant otherwise, beside words that are not known: another word
    for it ("calm down"), or the amount that it makes over time ("power" for energy)."""
    if item.text.casefold() not in labels:
        return True
    columns = {c.name: c for t in model.tables.values() for c in t.columns.values()}
    units = {columns[t.name].unit for t in targets if t.name in columns}
    amounts = {f"{unit}.h" for unit in units if unit}
    return any(c.unit in amounts for name, c in columns.items() if name.casefold() in read)


def _is_figure(target: Target, model: SemanticModel) -> bool:
    if target.kind == "metric":
        return True
    columns = (t.columns.get(target.name) for t in model.tables.values())
    return target.kind == "column" and any(c is not None and c.role == "measure" for c in columns)


def _not_there(slots: tuple[Slot, ...], body: Body, words: Dictionary) -> Iterator[str]:
    """Values that the question names and that stand nowhere in the SQL, in no column's words."""
    held = {text.casefold() for spot in body.spots for text in spot.texts}
    held |= {text.casefold() for text in body.texts}
    for slot in slots:
        if slot.kind != "value" or any(_stands(slot, c, held, words) for c in slot.columns):
            continue
        if any(spot_alike(slot, spot, words) for spot in body.spots):
            continue  # told as a remark by `tie`
        labels = either([words.labels.get(c, c).lower() for c in sorted(slot.columns)])
        yield told(
            "The question says “{phrase}” ({labels}), and the SQL does not hold it.",
            phrase=slot.phrase,
            labels=labels,
        )


def _stands(slot: Slot, column: str, held: set[str], words: Dictionary) -> bool:
    """Whether all values of the slot are held as this column says them, or as a twin of it does."""
    ways = [column, *(to for source, to in words.twins if source == column)]
    for way in ways:
        texts = words.translated(slot.of(column), column, way)
        if texts and all(any(t.casefold() in h for h in held) for t in texts):
            return True
    return False


def _named(item: Item) -> tuple[Target, ...]:
    """What an item names for sure; none where it may be a word of grammar or a time instead."""
    if item.tags or item.time is not None:
        return ()
    if any(t.is_partial or t.kind not in _CAN_BE_NAMED for t in item.targets):
        return ()
    return item.targets


def _is_read(target: Target, model: SemanticModel, read: set[str], tables: set[str]) -> bool:
    if target.kind == "value":  # tied to its place by `tie`
        return True
    if target.kind == "column":
        return target.name.casefold() in read
    if target.kind == "state":
        return any(
            state.name == target.name and state.column.casefold() in read
            for table in model.tables.values()
            for state in table.states
        )
    columns, of = _read_by(target.name, model, ())
    return bool(columns & read) or (not columns and bool(of & tables))


def _read_by(name: str, model: SemanticModel, above: tuple[str, ...]) -> tuple[set[str], set[str]]:
    """Columns that a metric's figure is made of, and its tables; through formulas."""
    metric = model.metrics.get(name)
    if metric is None or name in above:
        return set(), set()
    columns: set[str] = set()
    tables = {metric.table.casefold()}
    if metric.expression:
        columns |= {c.name.casefold() for c in parsed(metric.expression).find_all(exp.Column)}
    if metric.formula:
        for part in parsed(metric.formula).find_all(exp.Column):
            more, of = _read_by(part.name, model, (*above, name))
            columns |= more
            tables |= of
    return columns, tables


def _label(target: Target, model: SemanticModel) -> str:
    if target.kind == "metric":
        return model.metrics[target.name].label.lower()
    for table in model.tables.values():
        if target.name in table.columns:
            return table.columns[target.name].label.lower()
    return target.name.replace("_", " ")


def _unsaid(
    question: str,
    sql: str,
    body: Body,
    template: Template,
    parser: QuestionParser,
    words: Dictionary,
) -> Iterator[str]:
    """Values that the SQL keeps or leaves out, and figures that it adds up, without a word for
    them. What belongs to a figure that is named (its own conditions, good readings) needs none."""
    model = parser.model
    items = parser.tagger.tag(tokenise(clean(question))).items
    targets = [t for item in items for t in item.targets]
    metrics = [t.name for t in targets if t.kind == "metric"]
    own = {t.casefold() for name in metrics for t in _texts_of(name, model, ())}
    own |= {v.casefold() for t in model.tables.values() if t.quality for v in t.quality.good}
    own |= {v.casefold() for t in model.tables.values() for s in t.states for v in s.values}
    said = {v.casefold() for t in targets for v in [t.value or ""]}
    said |= {v.casefold() for slot in template.slots for _, texts in slot.values for v in texts}
    places = {level for h in model.hierarchies for level in h.levels}
    places |= {t.scope for t in model.tables.values() if t.scope}
    labels = {c.name: c.label.lower() for t in model.tables.values() for c in t.columns.values()}
    for spot in body.spots:
        if spot.kind != "values" or spot.column in places:
            continue  # of places `tie` has told
        if any(spot_alike(slot, spot, words) for slot in template.slots):
            continue
        asked = question.casefold()
        strange = [
            text
            for text in spot.texts
            if text.casefold() not in said | own and text.casefold() not in asked
        ]
        if strange:
            left_out = marked(
                "The SQL leaves out {label} {values}, which the question does not say."
            )
            kept = marked("The SQL keeps only {label} {values}, which the question does not say.")
            label = labels.get(spot.column, spot.column)
            yield told(left_out if spot.negated else kept, label=label, values=", ".join(strange))
    figures = {t.name.casefold() for t in targets if _is_figure(t, model) and t.kind == "column"}
    figures |= {c for name in metrics for c in _read_by(name, model, ())[0]}
    if not figures:
        return
    figures |= _by_unit(items, model)
    figures |= definitions.columns_of_computed(Statement.of(parsed(sql), model), figures)
    for column in _added_up(sql, model):
        if column.casefold() not in figures:
            yield told(
                "The SQL computes with {label}, which the question does not name.",
                label=labels[column],
            )


def _by_unit(items: Sequence[Item], model: SemanticModel) -> set[str]:
    """Measured columns of the units that words say ("hotter", "euros")."""
    groups = ("measured_by_unit", "unit_word", "display_unit")
    said = {item.tags[g] for item in items for g in groups if g in item.tags}
    columns = (c for t in model.tables.values() for c in t.columns.values())
    return {c.name.casefold() for c in columns if c.unit in said}


def _texts_of(name: str, model: SemanticModel, above: tuple[str, ...]) -> Iterator[str]:
    """Texts that a metric's own definition compares with."""
    metric = model.metrics.get(name)
    if metric is None or name in above:
        return
    for text in filter(None, (metric.expression, metric.condition)):
        yield from (n.name for n in parsed(text).find_all(exp.Literal) if n.is_string)
    if metric.formula:
        for part in parsed(metric.formula).find_all(exp.Column):
            yield from _texts_of(part.name, model, (*above, name))


def _added_up(sql: str, model: SemanticModel) -> list[str]:
    """Measured columns inside the SQL's aggregates."""
    measured = {
        c.name for t in model.tables.values() for c in t.columns.values() if c.role == "measure"
    }
    tree = sqlglot.parse_one(sql, read=DIALECT)
    found = (
        c.name
        for a in tree.find_all(exp.AggFunc)
        for c in a.find_all(exp.Column)
        if not _is_condition(c, a)
    )
    return list(dict.fromkeys(name for name in found if name in measured))


def _is_condition(column: exp.Expr, within: exp.Expr) -> bool:
    """Whether it only decides which rows are taken (`SUM(CASE WHEN this > 0 THEN ... END)`)."""
    node = column
    while node is not within and node.parent is not None:
        if isinstance(node.parent, exp.If) and node.arg_key == "this":
            return True
        node = node.parent
    return False
