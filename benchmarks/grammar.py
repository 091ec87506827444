"""How large the grammar is, how long it takes to make, and how much of the golden SQL is in it.

    python -m benchmarks.grammar [--rows] [--out FOLDER]

Golden SQL: the hand-written `check_sql` of the golden questions, and what our compiler writes for
those of one turn that the parser reads. A statement counts as in the language when, spelled as the
grammar spells (core/generation/grammar/spelling), it is a sentence of it; the others are listed.
--rows runs each statement as written and as spelled, governed, and compares their rows. --out
writes the grammars with sentences that are in them and near misses that are not, for
benchmarks/grammar_compile.py. Ends with 1 when rows differ.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.assistant.parts import ModelParts
from core.errors import ConfigError, UserFixable
from core.evaluation import read_questions
from core.evaluation.rows import difference
from core.generation.grammar import sql_rules, values_for
from core.generation.grammar.matching import matches
from core.generation.grammar.nodes import Rules, ebnf
from core.generation.grammar.offer import OfferedTable, offered
from core.generation.grammar.spelling import NotSpelled, spelled
from core.governance.dialect import canonical, parse, tokenize
from core.governance.govern import govern
from core.semantic.compile import compile_query
from core.semantic.model import SemanticModel
from core.services import Services
from core.settings import load_settings
from core.types import User
from tests.generation.sampling import Sampler

EVAL = Path(__file__).resolve().parent.parent / "data" / "eval"
GOLDEN = {"plant": ("plant.jsonl", "plant_second.jsonl"), "steel": ("steel.jsonl",)}
ROW_CAP = 10_000
#: Sentences that are written out for a server's engine, and near misses.
SAMPLES = 300
#: The least of so many takes of a time counts.
TIMES = 3


@dataclass(frozen=True, slots=True)
class Bench:
    """One model, and the grammar of the administrator, who sees all of it."""

    parts: ModelParts
    user: User
    rules: Rules
    tables: tuple[OfferedTable, ...]

    @classmethod
    def of(cls, services: Services, name: str) -> Bench:
        """Raises ConfigError where the model has no data."""
        parts = services.parts(name)
        user = services.policy.user("admin")
        visible = visible_of(parts.model)
        values = values_for(parts.facts, user.plants)
        rules = sql_rules(parts.model, visible, values, row_cap=ROW_CAP)
        return cls(parts, user, rules, offered(parts.model, visible, values))

    def spelled(self, sql: str) -> str:
        """The statement as the grammar spells it; raises NotSpelled."""
        tree = parse(tokenize(sql), sql)[0]
        assert tree is not None
        return spelled(canonical(tree), self.rules, self.tables, row_cap=ROW_CAP)

    def missing(self, statements: list[tuple[str, str]]) -> dict[str, str]:
        """Those of (id, SQL) that are not in the language, each with the reason."""
        found = {}
        for name, sql in statements:
            try:
                self.spelled(sql)
            except NotSpelled as why:
                found[name] = str(why)
        return found


def visible_of(model: SemanticModel) -> dict[str, frozenset[str]]:
    """Every column."""
    return {name: frozenset(table.columns) for name, table in model.tables.items()}


def checks(name: str) -> list[tuple[str, str]]:
    """The hand-written golden SQL of a model, with ids that are `question.n`."""
    return [
        (f"{golden.id}.{n}", sql)
        for file in GOLDEN[name]
        for golden in read_questions(EVAL / file)
        for n, sql in enumerate(golden.checks)
    ]


def compiled(bench: Bench, services: Services, every: int = 1) -> list[tuple[str, str]]:
    """What our compiler writes for golden questions of one turn, for each `every`-th of them."""
    found = []
    model = bench.parts.model
    for file in GOLDEN[model.name]:
        for golden in read_questions(EVAL / file)[::every]:
            plants = services.policy.user(golden.user or "admin").plants
            if len(golden.turns) > 1:
                continue
            try:
                query = bench.parts.parser.parse(golden.question, plants).query
                if query is not None and query.anchor is None:
                    found.append((golden.id, compile_query(query, model)))
            except UserFixable:
                continue
    return found


def differing(bench: Bench, services: Services, statements: list[tuple[str, str]]) -> list[str]:
    """Statements whose rows are not those of their spelling."""
    found = []
    for name, sql in statements:
        try:
            text = bench.spelled(sql)
        except NotSpelled:
            continue
        first, second = (
            bench.parts.engine.fetch(
                govern(each, bench.user, services.policy, bench.parts.model).sql
            )
            for each in (sql, text)
        )
        why = difference(first, second)
        if why:
            found.append(f"{name}: {why}\n    {sql}\n    {text}")
    return found


def sized(bench: Bench) -> Iterator[tuple[int, Rules, float]]:
    """The grammar of the first columns of the model, up to all of them: how many, its rules, and
    the milliseconds of one core that making it and its text took."""
    model = bench.parts.model
    visible = visible_of(model)
    values = values_for(bench.parts.facts, bench.user.plants)
    every = [(t.name, c) for t in model.tables.values() for c in t.columns]
    for count in sorted({n for n in (10, 25, 60, len(every)) if n <= len(every)}):
        columns = None if count == len(every) else frozenset(every[:count])
        took = float("inf")
        for _ in range(TIMES):
            start = time.process_time()
            rules = sql_rules(model, visible, values, row_cap=ROW_CAP, columns=columns)
            ebnf(rules)
            took = min(took, time.process_time() - start)
        yield count, rules, took * 1000


def written_out(bench: Bench, folder: Path) -> None:
    """The grammars' texts; of the whole one sentences, and texts one character from a sentence
    that are none."""
    folder.mkdir(parents=True, exist_ok=True)
    name = bench.parts.model.name
    sampler, chance = Sampler(bench.rules, 5), random.Random(5)
    inside = [sampler.sentence() for _ in range(SAMPLES)]
    outside = []
    while len(outside) < SAMPLES:
        text = chance.choice(inside)
        at = chance.randrange(len(text))
        other = text[:at] + chance.choice(["", "x", "0", " ", "'"]) + text[at + 1 :]
        if not matches(bench.rules, other):
            outside.append(other)
    for count, rules, _ in sized(bench):
        (folder / f"{name}-{count}.ebnf").write_text(ebnf(rules), "utf-8")
    samples = {"inside": inside, "outside": outside}
    (folder / f"{name}-{count}.json").write_text(json.dumps(samples), "utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", action="store_true")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args(arguments)
    services = Services(load_settings())
    wrong: list[str] = []
    for name in GOLDEN:
        try:
            bench = Bench.of(services, name)
        except ConfigError as error:
            print(f"{name}: not measured. {error}")
            continue
        print(name)
        for count, rules, elapsed in sized(bench):
            size = len(ebnf(rules).encode())
            print(
                f"  {count:3} columns  {len(rules):4} rules  {size:7,} bytes"
                f"  made in {elapsed:.0f} ms"
            )
        for what, statements in (
            ("golden SQL by hand", checks(name)),
            ("golden SQL compiled", compiled(bench, services)),
        ):
            missing = bench.missing(statements)
            inside = len(statements) - len(missing)
            print(f"  {what}: {inside} of {len(statements)} ({inside / len(statements):.1%})")
            for number, why in missing.items():
                print(f"    not {number}: {why[:150]}")
            if chosen.rows:
                found = differing(bench, services, statements)
                print(f"    rows as of the statement as written: {inside - len(found)}")
                wrong += found
        if chosen.out:
            written_out(bench, chosen.out)
    services.close()
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
