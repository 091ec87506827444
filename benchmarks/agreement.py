"""How well the check tells SQL that says the question from SQL that does not.

The right SQL of each golden question should pass it. Then one thing in that SQL is changed, so that
the question no longer asks for it, and the check should say so. For the demo plant the same is
printed of the labelled statements for questions that the parser does not read.

    python -m benchmarks.agreement [--model plant] [--show KIND] [--statements] [--tune]
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlglot
from sqlglot import exp

from benchmarks import statements
from core.evaluation.questions import read_questions
from core.semantic.model import SemanticModel
from core.services import GOLDEN_DIR, Services
from core.settings import load_settings
from core.verified.agreement import agreement_of
from core.verified.dictionary import Dictionary

_DAY = dt.timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Context:
    """What a change may draw from."""

    model: SemanticModel
    words: Dictionary


Change = Callable[[exp.Expr, Context], exp.Expr | None]


def other_value(tree: exp.Expr, context: Context) -> exp.Expr | None:
    """Another value of the column that the first value is compared with."""
    for node in tree.find_all(exp.EQ):
        column, literal = node.this, node.expression
        known = context.words.values.get(column.name, {}) if isinstance(column, exp.Column) else {}
        others = sorted(v for v in known if v != literal.name)
        if literal.is_string and literal.name in known and others:
            literal.replace(exp.Literal.string(others[0]))
            return tree
    return None


def other_time(tree: exp.Expr, _context: Context) -> exp.Expr | None:
    """Every date four weeks earlier."""
    found = False
    for literal in list(tree.find_all(exp.Literal)):
        if not literal.is_string:
            continue
        try:
            moment = dt.datetime.fromisoformat(literal.name)
        except ValueError:
            continue
        is_date = len(literal.name) == len("2026-06-01")
        earlier = moment - _DAY
        text = earlier.date().isoformat() if is_date else earlier.isoformat(sep=" ")
        literal.replace(exp.Literal.string(text))
        found = True
    return tree if found else None


def without_condition(tree: exp.Expr, context: Context) -> exp.Expr | None:
    """The first comparison of a known value left out."""
    for node in tree.find_all(exp.EQ, exp.In):
        column = node.this
        known = context.words.values.get(column.name, {}) if isinstance(column, exp.Column) else {}
        texts = [e.name for e in node.find_all(exp.Literal) if e.is_string]
        if texts and all(t in known for t in texts) and node.find_ancestor(exp.Where):
            node.replace(exp.true())
            return tree
    return None


def added_place(tree: exp.Expr, context: Context) -> exp.Expr | None:
    """One line alone, which the question does not name."""
    where = tree.find(exp.Where)
    column = next((c for c in sorted(context.words.places) if c in context.words.values), None)
    if where is None or column is None:
        return None
    value = sorted(context.words.values[column])[-1]
    if any(literal.name == value for literal in tree.find_all(exp.Literal)):
        return None
    extra = exp.EQ(this=exp.column(column), expression=exp.Literal.string(value))
    where.set("this", exp.And(this=exp.paren(where.this), expression=extra))
    return tree


def other_figure(tree: exp.Expr, context: Context) -> exp.Expr | None:
    """Another figure of the same table in the place of the one that is added up."""
    for aggregate in tree.find_all(exp.Sum, exp.Avg, exp.Max, exp.Min):
        column = aggregate.this
        if not isinstance(column, exp.Column):
            continue
        for table in context.model.tables.values():
            if column.name not in table.columns:
                continue
            others = [
                c.name
                for c in table.columns.values()
                if c.role == "measure" and c.name != column.name
            ]
            used = {c.name for c in tree.find_all(exp.Column)}
            free = [name for name in others if name not in used]
            if free:
                column.replace(exp.column(free[0]))
                return tree
    return None


CHANGES: dict[str, Change] = {
    "another value": other_value,
    "another time": other_time,
    "a condition left out": without_condition,
    "a place added": added_place,
    "another figure": other_figure,
}


def changed(sql: str, context: Context) -> Iterator[tuple[str, str]]:
    """Each change that can be made, by its name, and the SQL with it."""
    for name, change in CHANGES.items():
        tree = change(sqlglot.parse_one(sql, read="starrocks"), context)
        if tree is not None:
            text = tree.sql(dialect="starrocks")
            if text != sqlglot.parse_one(sql, read="starrocks").sql(dialect="starrocks"):
                yield name, text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="plant")
    parser.add_argument("--show", default="", help="print what was not found of this kind")
    parser.add_argument("--statements", action="store_true", help="the labelled statements alone")
    parser.add_argument("--tune", action="store_true", help="print each statement of that half")
    arguments = parser.parse_args()
    services = Services(load_settings())
    if not arguments.statements:
        golden(services, arguments.model, arguments.show)
    if arguments.model == statements.MODEL:
        for half in statements.HALVES:
            found = statements.score(services, half)
            print(f"\n{statements.report(found, half)}")
            if arguments.tune and half == "tune":
                print("\n".join(found.lines))
    services.close()


def golden(services: Services, model: str, show: str) -> None:
    """Print the shares over a model's golden questions. show: a change, to print what it missed."""
    parts = services.parts(model)
    words = Dictionary.of(parts.model, parts.facts)
    right, refused = 0, []
    doubted = 0
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    missed: dict[str, list[str]] = defaultdict(list)
    for asked in read_questions(Path(GOLDEN_DIR) / f"{model}.jsonl"):
        if len(asked.turns) > 1 or not asked.checks:
            continue
        user = services.policy.user(asked.user or services.policy.default_user)
        sql = asked.checks[0]

        def look(text: str, question: str = asked.question, mine=user.plants) -> str:
            found = agreement_of(question, text, parts.parser, words, mine)
            if found.problems or found.unsaid:
                return "fault"
            return "doubt" if found.remarks else "none"

        verdict = look(sql)
        doubted += verdict == "doubt"
        if verdict == "fault":
            refused.append(asked.question)
            continue
        right += 1
        for kind, text in changed(sql, Context(parts.model, words)):
            verdict = look(text)
            counts[kind][verdict] += 1
            if verdict == "none":
                missed[kind].append(f"{asked.question}\n      {text}")
    total = right + len(refused)
    print(f"Right SQL of {total} golden questions of {model}: {right} without a fault,")
    print(f"{doubted} of them with a doubt.")
    for question in refused:
        print(f"  with a fault: {question}")
    print(f"\n{'changed':<24}{'statements':>12}{'fault %':>10}{'doubt %':>10}{'nothing %':>12}")
    for kind, found in counts.items():
        count = found.total()
        shares = [100 * found[v] / count for v in ("fault", "doubt", "none")]
        print(f"{kind:<24}{count:>12}{shares[0]:>10.1f}{shares[1]:>10.1f}{shares[2]:>12.1f}")
    for text in missed.get(show, []):
        print(f"  {text}")


if __name__ == "__main__":
    main()
