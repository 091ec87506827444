"""The grammar of the SELECTs that one user may run over one model."""

from __future__ import annotations

from collections.abc import Container, Sequence

from core.generation.grammar.labels import label_rule
from core.generation.grammar.layers import Layers
from core.generation.grammar.literals import Literals, up_to
from core.generation.grammar.nodes import Book, Rules, ebnf, maybe, one_of, seq
from core.generation.grammar.offer import OfferedTable, Values, offered, sql_name
from core.generation.grammar.selects import Selects, parts_of, single_figures
from core.generation.port import Grammar
from core.generation.prompt import Visible
from core.semantic.model import SemanticModel

#: What a model replies when the tables cannot answer (core/generation/prompts); no statement.
NONE = "NONE"

_STEPS = ("week", "month", "quarter", "year")


def sql_grammar(
    model: SemanticModel,
    visible: Visible,
    values: Values,
    *,
    row_cap: int,
    columns: Container[tuple[str, str]] | None = None,
) -> Grammar:
    """The SELECTs over the columns that this user may see, and NONE.

    values: stored values by (table, column), those of the user's plants alone; a column without
    any, or with too many, takes a short text. row_cap: the largest LIMIT. columns: the (table,
    column) that were retrieved for the question, None for all of them. Raises ValueError when
    nothing is visible.
    """
    return Grammar(ebnf(sql_rules(model, visible, values, row_cap=row_cap, columns=columns)))


def sql_rules(
    model: SemanticModel,
    visible: Visible,
    values: Values,
    *,
    row_cap: int,
    columns: Container[tuple[str, str]] | None = None,
) -> Rules:
    """The same as values."""
    tables = offered(model, visible, values, columns)
    if not tables:
        raise ValueError(f"nothing of the model {model.name!r} is visible")
    book = Book()
    literals = Literals(book)
    label = label_rule(book, tables, ())
    limit = book.rule("limit", seq(" LIMIT ", up_to(row_cap), maybe(" OFFSET ", up_to(row_cap))))
    keys = _shared_columns(model, tables)
    parts = parts_of(book, literals, tables, label, keys)
    selects = {part.offered.table.name: Selects(book, part, parts, limit, label) for part in parts}
    names = dict.fromkeys(d.name for part in parts for d in part.rows.dimensions if d.name)
    names |= dict.fromkeys(c.name for t in tables for c in t.columns if sql_name(c.name) == c.name)
    key_label = book.rule("key_name", one_of(*names))
    layers = Layers(book, literals, selects, limit, label, key_label, _free_names(model))
    steps = _shared_keys(keys, tables)
    shapes = [shape for select in selects.values() for shape in select.build()]
    shapes.append(single_figures(book, parts, limit, label))
    book.root(one_of(*shapes, NONE, *layers.over_one(), *layers.over_two(steps)))
    return book.finished()


def _free_names(model: SemanticModel) -> tuple[str, str, str]:
    """Names for the parts of a statement that no table has."""
    taken = {name.casefold() for name in model.tables}
    found: list[str] = []
    for name in ("g", "a", "b"):
        free = next(n for n in (name + "x" * k for k in range(len(taken) + 1)) if n not in taken)
        taken.add(free)
        found.append(free)
    return found[0], found[1], found[2]


def _shared_columns(
    model: SemanticModel, tables: Sequence[OfferedTable]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Columns of texts that two tables share by a declared relation; a table shares its own."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    known = {table.table.name: table for table in tables}
    for name, table in known.items():
        found[name, name] = tuple(c.name for c in table.of("string"))
    for relation in model.relations:
        left, right = known.get(relation.left), known.get(relation.right)
        if left is None or right is None or left is right:
            continue
        kinds = {c.name: c.type for c in left.columns}
        same = {c.name for c in right.columns if kinds.get(c.name) == c.type == "string"}
        shared = tuple(key for key in relation.keys if key in same)
        found[relation.left, relation.right] = found[relation.right, relation.left] = shared
    return found


def _shared_keys(
    columns: dict[tuple[str, str], tuple[str, ...]], tables: Sequence[OfferedTable]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """The expressions that parts of two tables may be joined by: shared columns and steps of a
    date that both have; each pair of tables once."""
    known = {table.table.name: table for table in tables}
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for (one, other), names in columns.items():
        if (other, one) in found:
            continue
        left, right = known[one], known[other]
        days = [c.name for c in left.of("date") if c.name in {d.name for d in right.of("date")}]
        own = left.table.time
        days = [d for d in days if own and d in (own.date, own.production_date)]
        keys = [sql_name(name) for name in names]
        for day in days:
            keys.append(sql_name(day))
            keys += [f"CAST(DATE_TRUNC('{s}', {sql_name(day)}) AS DATE)" for s in _STEPS]
        found[one, other] = tuple(keys)
    return found
