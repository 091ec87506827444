"""How often a question finds the verified pair that it means, and whether it ever finds another.

    python -m benchmarks.verified [--dense] [--missed] [--pairs FILE] [--labelled FILE ...]
                                  [--golden FILE ...]

Measurements on the full demo plant. Labelled questions: each names the pair that it should match,
or none; half of them are for tuning, half are held out, and some are a pair's own words with one
changed or added. Own wordings: each question and paraphrase of a pair must find that pair. Golden
questions: where a pair answers one, its rows are compared with those of the SQL written for the
question. First questions: what the pairs add to the first question of a process. Ends with 1 when
anything matches falsely.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.verified_dense import Nearest, report
from benchmarks.verified_start import start_lines
from core.entries import Entry, entry_id
from core.errors import GembaError, UserFixable
from core.evaluation import read_questions
from core.evaluation.rows import difference
from core.language.reading import Reading
from core.retrieval.embeddings.choose import open_embedder
from core.services import Services, build_services
from core.settings import load_settings
from core.verified import VerifiedMatch, VerifiedPairs
from core.verified.matching import TIERS

ROOT = Path(__file__).resolve().parent.parent
PAIRS = ROOT / "data" / "corpus" / "plant" / "pairs.jsonl"
EVAL = ROOT / "data" / "eval"
LABELLED = (EVAL / "verified_match.jsonl", EVAL / "verified_swaps.jsonl")
HALVES = ("tune", "hold", "swaps")
GOLDEN = (EVAL / "plant.jsonl", EVAL / "plant_second.jsonl")
MODEL = "plant"


@dataclass(slots=True)
class Score:
    """What became of the labelled questions of one half."""

    name: str
    wanted: int = 0
    found: int = 0
    nothing_wanted: int = 0
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    tiers: dict[str, int] = field(default_factory=dict)

    def line(self) -> str:
        """The score as text."""
        share = self.found / self.wanted if self.wanted else 0.0
        tiers = ", ".join(f"{t} {self.tiers[t]}" for t in TIERS if t in self.tiers)
        found = f"{self.found} of {self.wanted} found ({share:.0%}; {tiers or 'none'})"
        none = f"{self.nothing_wanted} that match nothing"
        return f"{self.name}: {found}, {none}, {len(self.false)} false"


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def entries_of(path: Path) -> tuple[Entry, ...]:
    """The pairs of a file, as if each were verified."""
    return tuple(
        Entry(
            id=entry_id(MODEL, row["question"]),
            tenant="default",
            model=MODEL,
            kind="qa",
            text=row["question"],
            sql=row["sql"],
            paraphrases=tuple(row.get("paraphrases", ())),
            plants=tuple(row.get("plants", ())),
            status="verified",
        )
        for row in read_lines(path)
    )


class Bench:
    """The demo plant and the pairs."""

    def __init__(self, services: Services, entries: Sequence[Entry]):
        self.services = services
        self.parts = services.parts(MODEL)
        self.scopes = tuple(self.parts.facts.tables[self.parts.model.default_table].by_scope)
        self.pairs = VerifiedPairs(entries, self.parts.parser)
        self.elapsed_ms: list[float] = []

    def match(self, question: str) -> VerifiedMatch | None:
        """What the question matches for somebody who may see every plant."""
        reading = self.read(question)
        if reading is None:
            return None
        start = time.perf_counter()
        match, _ = self.pairs.match(question, reading, self.scopes)
        self.elapsed_ms.append((time.perf_counter() - start) * 1000)
        return match

    def read(self, question: str) -> Reading | None:
        """What the parser makes of a question; None for a text that is none."""
        try:
            return self.parts.parser.parse(question, self.scopes)
        except UserFixable:
            return None

    def unread(self, rows: Sequence[dict[str, Any]], half: str) -> list[dict[str, Any]]:
        """The labelled questions that find no pair and that the parser does not read."""
        found = []
        for row in rows:
            reading = self.read(row["question"]) if row.get("half") == half else None
            if reading is not None and reading.query is None and not self.match(row["question"]):
                found.append(row)
        return found

    def labelled(self, rows: Sequence[dict[str, Any]], half: str) -> Score:
        """The labelled questions of one half."""
        score = Score(f"labelled, {half}")
        for row in rows:
            if row.get("half") != half:
                continue
            match, wanted = self.match(row["question"]), row["match"]
            got = match.entry.text if match is not None else None
            score.wanted += wanted is not None
            score.nothing_wanted += wanted is None
            if match is not None and (got != wanted or wrong_parameters(match, row)):
                score.false.append(f"{row['question']!r} -> {got!r} {wrong_parameters(match, row)}")
            elif match is not None:
                score.found += 1
                score.tiers[match.tier] = score.tiers.get(match.tier, 0) + 1
            elif wanted is not None:
                score.missed.append(f"{row['question']!r} (wanted {wanted!r})")
        return score

    def own_wordings(self, entries: Sequence[Entry]) -> Score:
        """Every wording of every pair."""
        score = Score("own wordings")
        for entry in entries:
            for wording in (entry.text, *entry.paraphrases):
                match = self.match(wording)
                score.wanted += 1
                if match is None:
                    score.missed.append(wording)
                elif match.entry.id != entry.id:
                    score.false.append(f"{wording!r} -> {match.entry.text!r}")
                else:
                    score.found += 1
                    score.tiers[match.tier] = score.tiers.get(match.tier, 0) + 1
        return score

    def golden(self, path: Path) -> Score:
        """Golden questions that a pair answers: are its rows right?"""
        score = Score(f"golden, {path.name}")
        for golden in read_questions(path):
            if len(golden.turns) != 1 or golden.user not in (None, "admin"):
                continue
            match = self.match(golden.question)
            if match is None:
                score.nothing_wanted += 1
                continue
            score.wanted += 1
            reason = self._differs(match, golden.checks, ordered=golden.is_ordered)
            if reason is None:
                score.found += 1
                score.tiers[match.tier] = score.tiers.get(match.tier, 0) + 1
            else:
                score.false.append(f"{golden.question!r} -> {match.entry.text!r}: {reason}")
        return score

    def _differs(self, match: VerifiedMatch, checks: Sequence[str], *, ordered: bool) -> str | None:
        if not checks:
            return "no answer is wanted"
        try:
            rows = self.services.fetch(match.sql, MODEL)
            found = [
                difference(self.services.fetch(sql, MODEL), rows, ordered=ordered) for sql in checks
            ]
        except GembaError as error:
            return str(error)
        return None if None in found else found[0]


def wrong_parameters(match: VerifiedMatch, row: Mapping[str, Any]) -> str:
    """Which labelled parameter the match has otherwise; empty when all agree."""
    got: dict[str, object] = {}
    for parameter in match.parameters:
        key = parameter.column or ("limit" if parameter.role == "limit" else parameter.kind)
        values = [v.isoformat() if isinstance(v, dt.datetime) else v for v in parameter.values]
        got[key] = values
    for key, wanted in (row.get("params") or {}).items():
        values = wanted if isinstance(wanted, list) else [wanted]
        have = got.get(key)
        if have is None:
            continue
        assert isinstance(have, list)
        said = [str(v).removesuffix("T00:00:00") for v in have]
        if sorted(map(str, values)) != sorted(said) and [*map(_number, values)] != have:
            return f"{key}: {said} and not {values}"
    return ""


def _number(value: object) -> object:
    return float(value) if isinstance(value, int) else value


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and say with the exit status whether anything matched falsely."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verified")
    parser.add_argument("--pairs", type=Path, default=PAIRS)
    parser.add_argument("--labelled", type=Path, nargs="*", default=LABELLED)
    parser.add_argument("--golden", type=Path, nargs="*", default=GOLDEN)
    parser.add_argument(
        "--dense", action="store_true", help="also try what nearness in meaning would find"
    )
    parser.add_argument("--missed", action="store_true", help="also list what was not found")
    args = parser.parse_args(arguments)
    entries = entries_of(args.pairs)
    services = build_services(load_settings())
    try:
        bench = Bench(services, entries)
        start = time.perf_counter()
        problems = bench.pairs.problems
        print(
            f"{len(entries)} pairs opened in {time.perf_counter() - start:.1f} s, "
            f"{len(problems)} with a problem"
        )
        rows = [row for path in args.labelled for row in read_lines(path)]
        scores = [bench.own_wordings(entries)]
        scores += [bench.labelled(rows, half) for half in HALVES]
        scores += [bench.golden(path) for path in args.golden]
        for score in scores:
            print(score.line())
            for text in score.false:
                print(f"  FALSE {text}")
            for text in score.missed if args.missed else ():
                print(f"  missed {text}")
        times = sorted(bench.elapsed_ms)
        print(
            f"a match takes {statistics.median(times):.1f} ms (median), "
            f"{times[int(len(times) * 0.95)]:.1f} ms (p95) beside the parser"
        )
        print("\n".join(start_lines(services.settings.data_dir)))
        if args.dense:
            embedder = open_embedder(services.settings)
            nearest = Nearest(entries, bench.parts.parser, embedder)
            print("\n".join(report(nearest, {half: bench.unread(rows, half) for half in HALVES})))
            embedder.close()
    finally:
        services.close()
    return 1 if any(score.false for score in scores) else 0


if __name__ == "__main__":
    sys.exit(main())
