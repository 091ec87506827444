"""Questions about what a term means: which term, and what the model says of it."""

from __future__ import annotations

from collections.abc import Mapping

from core.language.lexicon import Senses
from core.language.tagger import Item
from core.language.vocabulary import Target, Vocabulary
from core.language.wording import say
from core.semantic.display import unit_symbol
from core.semantic.model import SemanticModel
from core.semantic.said import said
from core.translation import gettext as _
from core.translation import marked
from core.types import Clarification, Option

_BETTER = {"higher": marked("Higher is better."), "lower": marked("Lower is better."), "none": ""}
_MOST_WORDS = 6


def subject_of(question: str, senses: Senses) -> tuple[str, bool]:
    """The term that a question asks the meaning of ("what does OEE mean?": OEE), and whether it
    asks that for sure; an empty term for a question that asks none."""
    text = " ".join(question.split()).rstrip("?.! ")
    for name in ("definitions", "explanations"):
        term = _between(text, senses.kinds.get(name, {}))
        if term:
            return term, name == "definitions"
    return "", False


def _between(text: str, heads: Mapping[str, tuple[str, ...]]) -> str:
    low = text.casefold()
    for head in sorted(heads, key=len, reverse=True):
        if not low.startswith(f"{head.casefold()} "):
            continue
        rest = text[len(head) + 1 :]
        for tail in heads[head] or ("",):
            if not tail or rest.casefold().endswith(f" {tail}"):
                term = rest[: len(rest) - len(tail)].strip(" '\"“”")
                return term if 0 < len(term.split()) <= _MOST_WORDS else ""
    return ""


def unexplained(term: str) -> Clarification:
    """What is said of a term that the model does not explain."""
    return Clarification(say("no_definition", word=term))


def explained(
    items: list[Item], model: SemanticModel, vocabulary: Vocabulary
) -> Clarification | None:
    """What the model says of the one thing that these items name, with its figure to ask for; None
    where they name none, or more."""
    named = [i for i in items if not i.is_ignorable and "the" not in i.tags]
    if len(named) != 1 or named[0].time is not None:
        return None
    target = next((t for t in named[0].targets if t.kind in ("metric", "column", "table")), None)
    if target is None:
        return None
    label, text = _meaning(target, model, vocabulary)
    asks: tuple[Option, ...] = ()
    if target.kind == "metric":
        figure = _("{label} last month").format(label=label)
        asks = (Option(figure, f"{model.metrics[target.name].label} last month"),)
    return Clarification(f"{label}: {text}", asks)


def _meaning(target: Target, model: SemanticModel, vocabulary: Vocabulary) -> tuple[str, str]:
    if target.kind == "metric":
        metric = said(model).metrics[target.name]
        unit = (
            _("in {unit}").format(unit="%") if metric.display == "percent" else _unit(metric.unit)
        )
        formula = metric.expression or metric.formula or ""
        what = metric.description or _("Worked out as {formula}.").format(
            formula=" ".join(formula.split())
        )
        parts = (
            what,
            _("Given {unit}.").format(unit=unit) if unit else "",
            _(_BETTER[metric.direction]),
        )
        return metric.label, " ".join(filter(None, parts))
    if target.kind == "table":
        table = said(model).tables[target.name]
        return table.label, table.description or _("A row is one {entity}.").format(
            entity=table.entity
        )
    plain, tables = vocabulary.columns[target.name]
    column = said(model).tables[min(tables)].columns.get(target.name, plain)
    unit = _unit(column.unit)
    what = column.description or _("The column {name} of the data.").format(name=column.name)
    return column.label, " ".join(
        filter(None, (what, unit and _("Given {unit}.").format(unit=unit)))
    )


def _unit(unit: str | None) -> str:
    return _("in {unit}").format(unit=unit_symbol(unit)) if unit else ""
