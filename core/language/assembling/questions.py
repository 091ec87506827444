"""Questions back to the user, with the readings they may choose from."""

from __future__ import annotations

from core.language.assembling.context import Context
from core.language.assembling.lookups import limit_text, rest_text
from core.language.draft import ConditionDraft
from core.language.reading import Ask
from core.language.vocabulary import Target
from core.language.wording import say
from core.semantic import units
from core.semantic.display import spelt, unit_symbol
from core.semantic.model import Column, SemanticModel
from core.semantic.phrases import small
from core.semantic.query import Grain, Op
from core.semantic.said import label_of, said
from core.semantic.wording import grain_words
from core.translation import gettext as _
from core.types import Clarification, Option

#: So many ways to tell rows apart are offered.
_MOST_KINDS = 3


def ask_average(ctx: Context, column: Column) -> Ask:
    """Asks by which step an amount is averaged."""
    rest = ctx.senses.without("drop_average", ctx.question)
    options = tuple(
        Option(
            _("Average {column} per {grain}").format(
                column=small(label_of(column, ctx.model)), grain=grain_words(grain)
            ),
            f"average per {grain} {rest}",
        )
        for grain in (Grain.DAY, Grain.WEEK, Grain.MONTH)
    )
    total = Option(
        _("Total {column}").format(column=small(label_of(column, ctx.model))), f"total {rest}"
    )
    return Ask(
        Clarification(
            say("average_of_amount", label=label_of(column, ctx.model)),
            (*options, total),
            ("average",),
        )
    )


def ask_peak(ctx: Context, column: Column) -> Ask:
    """Asks what the highest amount is of."""
    label = small(label_of(column, ctx.model))
    rest = ctx.senses.without("drop_peak", ctx.question)
    return Ask(
        Clarification(
            say("peak_of_amount", label=label_of(column, ctx.model)),
            (
                Option(
                    _("The day with the most {label}").format(label=label),
                    f"day with the most {rest}",
                ),
                Option(_("Total {label}").format(label=label), f"total {rest}"),
            ),
            (),
        )
    )


def ask_group(ctx: Context, target: Target) -> Ask:
    """Asks what is wanted of a limit alone: hours, the first time, readings."""
    label = ctx.choose.label(target)
    limit, rest = limit_text(ctx), rest_text(ctx)
    name = label.lower()
    own = small(ctx.choose.called(target))
    options = (
        Option(
            _("Hours with {name} {limit}").format(name=own, limit=limit),
            f"hours with {name} {limit} {rest}".strip(),
        ),
        Option(
            _("When it was first {limit}").format(limit=limit),
            f"when was {name} first {limit} {rest}".strip(),
        ),
        Option(
            _("The readings {limit}").format(limit=limit),
            f"list readings with {name} {limit} {rest}".strip(),
        ),
    )
    return Ask(Clarification(say("in_range", label=own), options))


def ask_limit(ctx: Context, draft: ConditionDraft) -> Ask:
    """Asks which of a column's limits is meant by "above the limit"."""
    column = draft.measure.target.name if draft.measure else None
    text = " ".join(
        i.text for i in ctx.draft.items[draft.condition.first : draft.condition.last + 1]
    )
    symbol = {Op.GT: "above", Op.LT: "below", Op.GE: "at least", Op.LE: "at most"}
    about = draft.condition.about
    first, named = ctx.draft.items[draft.condition.first].text, ""
    if about >= 0:  # "exceeded their vibration limit": "exceeded 5.1 mm/s vibration"
        named = f" {ctx.draft.items[about].text}"
    wanted = {f.column: f.values for f in ctx.parts.filters if f.op in (Op.EQ, Op.IN)}
    options = []
    for at, limit in enumerate(ctx.model.limits):
        if column is not None and limit.column != column:
            continue
        if any(value not in wanted.get(name, (value,)) for name, value in limit.applies.items()):
            continue  # of other assets than those that are asked about
        unit = units.display_unit(ctx.vocabulary.columns[limit.column][0].unit or "")
        than = first if named else symbol.get(draft.condition.op, "above")
        words = f"{than} {limit.value:g} {unit}{named}"
        options.append(Option(_called(ctx, at), ctx.question.replace(text, words)))
    return Ask(Clarification(say("which_limit"), tuple(options[:4]), (text,)))


def _called(ctx: Context, at: int) -> str:
    """A limit of the model with its value."""
    limit = said(ctx.model).limits[at]
    unit = ctx.vocabulary.columns[limit.column][0].unit
    number = spelt(f"{limit.value:g}")
    return f"{limit.label}: {number} {unit_symbol(unit)}"


def ask_limited(ctx: Context, found: list[Target]) -> Ask:
    """Asks which of several figures a limit is about."""
    options = tuple(
        Option(ctx.choose.called(t), f"{ctx.choose.label(t)} {ctx.question}") for t in found[:4]
    )
    return Ask(Clarification(say("limit_about"), options))


def ask_limited_of_table(ctx: Context) -> Ask:
    """Asks which figure a bare number limits, with the table's readings to choose from."""
    limit = limit_text(ctx)
    columns = ctx.model.tables[ctx.parts.table].columns.values()
    named = [column for column in columns if column.needs_good][:4]
    options = tuple(
        Option(
            f"{small(label_of(one, ctx.model)).capitalize()} {limit}",
            _swap(ctx.question, limit, one.label.lower()),
        )
        for one in named
    )
    return Ask(Clarification(say("number_about"), options, (limit,)))


def ask_split(ctx: Context, key: str) -> Ask:
    """Asks by which level to split, for a ranking or share of nothing. key: of the question."""
    levels = [level for h in ctx.model.hierarchies[:1] for level in h.levels]
    options = []
    for name in levels[:4]:
        label = ctx.vocabulary.columns[name][0].label.lower()
        called = small(label_of(ctx.vocabulary.columns[name][0], ctx.model))
        options.append(Option(_("By {label}").format(label=called), f"{ctx.question} by {label}"))
    return Ask(Clarification(say(key), tuple(options)))


def kinds(model: SemanticModel, table: str) -> list[Column]:
    """Columns by which the rows of a table are told apart, and those of no other table are."""
    others = {c for t in model.tables.values() if t.name != table for c in t.columns}
    own = model.tables[table].own.values()
    return [c for c in own if c.role == "dimension" and c.name not in others][:_MOST_KINDS]


def ask_measure(ctx: Context, key: str) -> Ask:
    """Asks for a figure, with those of the query's table to choose from. key: of the question."""
    metrics = list(ctx.model.metrics.values())
    table_metrics = [m for m in metrics if m.table == ctx.parts.table][:4]
    options = [Option(label_of(m, ctx.model), _with_measure(ctx, m.label)) for m in table_metrics]
    return Ask(Clarification(say(key), (*_kinds(ctx), *options)))


def _kinds(ctx: Context) -> list[Option]:
    """`which alarm came most`: what its rows are told apart by."""
    if not ctx.draft.tables or ctx.draft.dimensions:
        return []
    at, table = ctx.draft.tables[0]
    word = ctx.draft.items[at].text
    return [
        Option(
            _("By {label}").format(label=small(label_of(column, ctx.model))),
            ctx.question.replace(word, column.label.lower(), 1),
        )
        for column in kinds(ctx.model, table)
    ]


def _with_measure(ctx: Context, label: str) -> str:
    """The question as understood, with a figure put into it."""
    ranking = ctx.draft.ranking
    words = [label]
    dims = [d for d in ctx.draft.dimensions if d.column]
    if ranking is not None and dims:
        noun = ctx.draft.items[dims[-1].at].text
        count = f"{ranking.count} " if ranking.count else ""
        words = [f"{ranking.word} {count}{noun} by {label}"]
    elif dims:
        words.append("by " + " and ".join(ctx.draft.items[d.at].text for d in dims))
    return " ".join([*words, rest_text(ctx)]).strip()


def _swap(question: str, limit: str, name: str) -> str:
    """The question with a figure's name before its limit."""
    at = question.find(limit)
    return f"{question} {name}" if at < 0 else f"{question[:at]}{name} {question[at:]}"
