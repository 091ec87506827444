"""Words for what the answer before was about ("its temperature", "those pumps", "that line")."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from core.dialogue.past import PastTurn
from core.dialogue.words import DialogueWords
from core.language.normalise import Token
from core.language.reading import Ask
from core.language.vocabulary import Vocabulary
from core.semantic.model import SemanticModel
from core.semantic.query import Filter, Op, SemanticQuery
from core.types import Clarification

#: Gives the rows of the answer before; None when they are not kept any more.
Rows = Callable[[], pa.Table | None]

_KINDS: tuple[Literal["one", "first", "many"], ...] = ("one", "first", "many")
#: Things that "those" may stand for at once.
_MOST = 500


@dataclass(frozen=True, slots=True)
class Reference:
    """A word for what was found before: the one thing, the first of several, all of them. column:
    what it is called by its noun ("that line"), empty without one. is_loose: it may stand for
    nothing ("how hot did it get")."""

    kind: Literal["one", "first", "many"]
    column: str = ""
    is_loose: bool = False


def found_reference(
    tokens: Sequence[Token], words: DialogueWords, vocabulary: Vocabulary, entity: str | None
) -> tuple[Reference | None, tuple[Token, ...]]:
    """The first such word, and the tokens without it and its noun."""
    for at in range(len(tokens)):
        pointing = words["pointing"].match(tokens, at)
        if pointing is not None:
            noun = _noun(tokens, at + pointing[1], vocabulary, entity)
            if noun is not None:
                column, size = noun
                rest = (*tokens[:at], *tokens[at + pointing[1] + size :])
                return Reference("many" if pointing[0] == "many" else "one", column), rest
        found = words["references"].match(tokens, at)
        if found is not None:
            rest = (*tokens[:at], *tokens[at + found[1] :])
            is_loose = found[0] not in _KINDS and not (
                at and words["before_it"].match(tokens[at - 1 : at], 0)
            )
            kind = next(k for k in _KINDS if found[0].endswith(k))
            return Reference(kind, is_loose=is_loose), rest
    return None, tuple(tokens)


def _noun(
    tokens: Sequence[Token], at: int, vocabulary: Vocabulary, entity: str | None
) -> tuple[str, int] | None:
    """The column that a noun stands for, and its length: a column's own name ("line"), or a kind of
    the model's entity ("pump")."""
    norms = [t.norm for t in tokens]
    for match in vocabulary.match(norms, at) if at < len(tokens) else ():
        for target in match.targets:
            if target.kind == "column" and vocabulary.columns[target.name][0].role == "dimension":
                return target.name, match.length
        if any(t.kind == "value" and not t.is_partial for t in match.targets):
            kinds = {t.name for t in match.targets if t.kind == "value"}
            if (
                entity
                and len(kinds) == 1
                and vocabulary.columns[next(iter(kinds))][0].role == "dimension"
            ):
                return entity, match.length
    return None


def pinned(
    reference: Reference, turn: PastTurn, plan: SemanticQuery, rows: Rows, model: SemanticModel
) -> Filter:
    """The condition that a reference stands for. Raises Ask where it may stand for several things,
    or for one that is not known any more."""
    column = _column_of(reference, plan, model)
    split = next((d for d in plan.dimensions if d.column == column), None)
    if split is None:
        fixed = next(
            (f for f in plan.filters if f.column == column and f.op in (Op.EQ, Op.IN)), None
        )
        if fixed is not None and (reference.kind == "many" or len(fixed.values) == 1):
            return fixed
        raise _unclear(plan, model, column)
    values = values_of(rows(), turn, column)
    if values is None:
        raise Ask(
            Clarification(
                "The rows of the answer before are not kept any more. Please ask for it by name."
            )
        )
    is_ranked = bool(plan.order) and plan.order[0].by in ("measure", "change")
    if reference.kind == "first" and is_ranked:
        values = values[:1]
    elif reference.kind != "many" and len(values) != 1:
        raise _unclear(plan, model, column)
    if not values or len(values) > _MOST:
        raise _unclear(plan, model, column)
    op = Op.EQ if len(values) == 1 else Op.IN
    return Filter(column, op, tuple(values), phrase=", ".join(values[:3]))


def _column_of(reference: Reference, plan: SemanticQuery, model: SemanticModel) -> str:
    """The column whose values the reference stands for: its noun's, else what the answer was split
    by, else the most particular thing that it was limited to."""
    if reference.column:
        return reference.column
    split = [d.column for d in plan.dimensions if d.column]
    if split:
        return split[-1]
    if plan.kind == "records":
        return model.entity or ""
    levels = [level for h in model.hierarchies for level in h.levels]
    fixed = [f.column for f in plan.filters if f.op is Op.EQ and f.column in levels]
    if fixed:
        return max(fixed, key=levels.index)
    return model.entity or ""


def values_of(table: pa.Table | None, turn: PastTurn, column: str) -> list[str] | None:
    """The texts of a result's column in order, each once; None without rows or column."""
    names = [c.name for c in turn.answer.columns if c.model_column == column or c.name == column]
    if table is None or not names or names[0] not in table.column_names:
        return None
    found = table.column(names[0]).to_pylist()
    return list(dict.fromkeys(str(v) for v in found if v is not None))


def _unclear(plan: SemanticQuery, model: SemanticModel, column: str) -> Ask:
    table = model.tables[plan.table]
    label = table.columns[column].label.lower() if column in table.columns else "thing"
    return Ask(Clarification(f"Which {label} do you mean? Please name it."))
