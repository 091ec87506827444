"""Questions about what a term means: which term, and what the model says of it."""

from __future__ import annotations

from collections.abc import Mapping

from core.language.lexicon import Senses
from core.language.tagger import Item
from core.language.vocabulary import Target, Vocabulary
from core.language.wording import say
from core.semantic.model import SemanticModel
from core.semantic.units import display_unit
from core.types import Clarification, Option

_BETTER = {"higher": "Higher is better.", "lower": "Lower is better.", "none": ""}
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
    figure = f"{label} last month"
    asks = (Option(figure, figure),) if target.kind == "metric" else ()
    return Clarification(f"{label}: {text}", asks)


def _meaning(target: Target, model: SemanticModel, vocabulary: Vocabulary) -> tuple[str, str]:
    if target.kind == "metric":
        metric = model.metrics[target.name]
        unit = "in %" if metric.display == "percent" else _unit(metric.unit)
        formula = metric.expression or metric.formula or ""
        what = metric.description or f"Worked out as {' '.join(formula.split())}."
        said = (what, f"Given {unit}." if unit else "", _BETTER[metric.direction])
        return metric.label, " ".join(filter(None, said))
    if target.kind == "table":
        table = model.tables[target.name]
        return table.label, table.description or f"A row is one {table.entity}."
    column, _ = vocabulary.columns[target.name]
    unit = _unit(column.unit)
    what = column.description or f"The column {column.name} of the data."
    return column.label, " ".join(filter(None, (what, unit and f"Given {unit}.")))


def _unit(unit: str | None) -> str:
    return f"in {display_unit(unit)}" if unit else ""
