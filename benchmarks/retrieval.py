"""How well and how fast the corpus is searched: dense, sparse, and both fused.

    python -m benchmarks.retrieval [--tune] [--json FILE]

Prints recall@8 and MRR of each leg alone and of their fusion on data/eval/retrieval.jsonl, by
language, and the time of a search among 1,000 entries in the embedded engine; among 100,000 on the
Qdrant server of GEMBA_QDRANT_URL, when one is named. Parameters were chosen (--tune) on the half of
the labels whose question's hash is even; figures are of the other half, and of all of them. Ends
with 1 when the fusion is not the best of the three.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import math
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from core.entries import Entry, Kind, entry_id
from core.errors import GembaError
from core.retrieval.ddl import ddl_entries
from core.retrieval.embeddings.choose import open_embedder
from core.retrieval.embeddings.port import Embedder
from core.retrieval.index import Index
from core.retrieval.notes import note_entries
from core.retrieval.open import open_store
from core.retrieval.retriever import Fusion, Retriever
from core.retrieval.sparse import Bm25
from core.retrieval.stores.edge import EdgeStore
from core.retrieval.stores.port import VectorStore
from core.retrieval.vector_cache import VectorCache
from core.semantic.load import load_model
from core.settings import ROOT, load_settings

TOP: Final = 8
LEGS: Final = ("dense", "sparse", "fused")
_TENANT: Final = "benchmark"
_SMALL: Final = 1_000
_LARGE: Final = 100_000
_TIMED: Final = 300


@dataclass(frozen=True, slots=True)
class Label:
    """A question and the names of the entries that answer it: `qa:question`, `doc:title`,
    `ddl:title`."""

    question: str
    relevant: frozenset[str]
    kind: Kind
    language: str

    @property
    def is_for_tuning(self) -> bool:
        return hashlib.sha256(self.question.encode()).digest()[0] % 2 == 0


@dataclass(frozen=True, slots=True)
class Ranks:
    """For each leg, the places of a label's relevant entries, 1 for the first."""

    label: Label
    places: Mapping[str, tuple[int, ...]]

    def recall(self, leg: str) -> float:
        return sum(place <= TOP for place in self.places[leg]) / len(self.label.relevant)

    def reciprocal(self, leg: str) -> float:
        return 1 / min(self.places[leg]) if self.places[leg] else 0.0


def read_labels(file: Path) -> list[Label]:
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return [
        Label(r["question"], frozenset(r["relevant"]), r["kind"], r.get("language", "en"))
        for r in rows
    ]


def read_corpus(data: Path, model_name: str) -> list[Entry]:
    """The seed: pairs, notes, and what the semantic model says."""
    model = load_model(data / "models" / f"{model_name}.yaml")
    folder = data / "corpus" / model_name
    lines = (folder / "pairs.jsonl").read_text("utf-8").splitlines()
    pairs = [json.loads(line) for line in lines if line.strip()]
    entries = [
        Entry(
            id=entry_id(_TENANT, model_name, "qa", pair["question"]),
            tenant=_TENANT,
            model=model_name,
            kind="qa",
            text=pair["question"],
            sql=pair["sql"],
            paraphrases=tuple(pair.get("paraphrases", ())),
            language=pair.get("language", "en"),
            status="verified",
        )
        for pair in pairs
    ]
    for file in sorted((folder / "notes").glob("*.md")):
        entries += note_entries(file, tenant=_TENANT, model=model_name)
    return [*entries, *ddl_entries(model, tenant=_TENANT)]


def name_of(entry: Entry) -> str:
    return f"{entry.kind}:{entry.text if entry.kind == 'qa' else entry.title}"


def rank(retriever: Retriever, label: Label, model: str) -> Ranks:
    """Where each leg puts what is relevant."""
    found = retriever.search(
        label.question,
        tenant=_TENANT,
        model=model,
        plants=(),
        per_kind={label.kind: 1},
        timeout_s=30,
        explain=True,
    )
    hits = [hit for hit in found.of(label.kind) if name_of(hit.entry) in label.relevant]
    return Ranks(
        label,
        {
            "dense": tuple(hit.dense.rank for hit in hits if hit.dense),
            "sparse": tuple(hit.sparse.rank for hit in hits if hit.sparse),
            "fused": tuple(hit.rank for hit in hits),
        },
    )


def mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan


def score(ranks: Sequence[Ranks], leg: str) -> tuple[float, float]:
    """recall@8 and MRR of a leg."""
    return mean([r.recall(leg) for r in ranks]), mean([r.reciprocal(leg) for r in ranks])


@contextmanager
def built(
    store: VectorStore, embedder: Embedder, entries: Sequence[Entry], cache: Path
) -> Iterator[VectorStore]:
    kept = VectorCache(cache)
    try:
        Index(store, embedder, kept).sync(entries)
        yield store
    finally:
        kept.close()


def missing_names(labels: Sequence[Label], entries: Sequence[Entry]) -> list[str]:
    known = {name_of(entry) for entry in entries}
    return sorted({name for label in labels for name in label.relevant} - known)


def table(title: str, ranks: Sequence[Ranks]) -> dict[str, tuple[float, float]]:
    """Print and return recall@8 and MRR by leg."""
    found = {leg: score(ranks, leg) for leg in LEGS}
    cells = "".join(f" {recall:7.3f} {mrr:6.3f} |" for recall, mrr in found.values())
    print(f"| {title:<28} | {len(ranks):>4} |{cells}")
    return found


def report(ranks: Sequence[Ranks]) -> dict[str, dict[str, tuple[float, float]]]:
    print(f"| {'recall@8, MRR':<28} | {'n':>4} |{''.join(f' {leg:^14} |' for leg in LEGS)}")
    print(f"|{'-' * 30}|{'-' * 6}|{(('-' * 16) + '|') * len(LEGS)}")
    held = [r for r in ranks if not r.label.is_for_tuning]
    groups: dict[str, list[Ranks]] = {"held out": held}
    for kind in ("qa", "doc", "ddl"):
        groups[f"held out, {kind}"] = [r for r in held if r.label.kind == kind]
    for language in sorted({r.label.language for r in ranks}):
        groups[f"held out, {language}"] = [r for r in held if r.label.language == language]
    groups["all labels"] = list(ranks)
    return {title: table(title, group) for title, group in groups.items() if group}


def tune(entries: Sequence[Entry], labels: Sequence[Label], embedder: Embedder, model: str) -> None:
    """The ten best settings on the tuning half, by the mean of recall@8 and MRR."""
    chosen = [label for label in labels if label.is_for_tuning]
    seen: list[tuple[float, float, float, Bm25, Fusion]] = []
    with tempfile.TemporaryDirectory() as folder:
        cache = VectorCache(Path(folder) / "vectors.sqlite")
        for k1, b, other in itertools.product((0.9, 1.2, 1.6), (0.3, 0.5, 0.75), (0.3, 0.5, 0.8)):
            bm25 = Bm25(k1, b, other)
            store = EdgeStore(Path(folder) / f"{k1}-{b}-{other}")
            Index(store, embedder, cache, words=bm25).sync(entries)
            for k, weight in itertools.product((2, 5, 10, 20, 60), (0.5, 0.7, 1.0, 1.4)):
                fusion = Fusion(k=k, sparse=weight)
                retriever = Retriever(store, embedder, fusion=fusion, words=bm25, timeout_s=30)
                ranks = [rank(retriever, label, model) for label in chosen]
                recall, mrr = score(ranks, "fused")
                seen.append(((recall + mrr) / 2, recall, mrr, bm25, fusion))
            store.close()
            best = max(seen, key=lambda s: s[0])
            print(f"{bm25}: best so far {best[1]:.3f} {best[2]:.3f} {best[3]} {best[4]}")
        cache.close()
    for _, recall, mrr, bm25, fusion in sorted(seen, key=lambda s: -s[0])[:10]:
        print(f"recall@8 {recall:.3f}, MRR {mrr:.3f}: {bm25}, {fusion}")


def many(entries: Sequence[Entry], count: int) -> list[Entry]:
    """So many entries, made from the corpus by other numbers, plants and lines in their texts."""
    made = list(entries[:count])
    sites = ("Leeds", "Lyon", "Porto", "Brno", "Turku", "Gdansk", "Ghent", "Graz", "Cork")
    for i in itertools.count():
        if len(made) >= count:
            return made
        base = entries[i % len(entries)]
        text = f"{base.text} {sites[i % len(sites)]} unit {i // len(entries)}"
        id_ = entry_id(_TENANT, "more", str(i))
        made.append(replace(base, id=id_, text=text, paraphrases=(), title=f"{base.title}~{i}"))
    raise AssertionError("itertools.count does not end")


def time_searches(retriever: Retriever, labels: Sequence[Label], model: str) -> dict[str, float]:
    """Milliseconds of a whole search of all kinds, each question embedded anew, one at a time."""
    times: dict[str, list[float]] = {"embed": [], "search": [], "total": []}
    for i in range(_TIMED):
        question = f"{labels[i % len(labels)].question} ({i})"
        found = retriever.search(question, tenant=_TENANT, model=model, plants=("HAM",))
        for stage, all_times in times.items():
            all_times.append(found.timings_ms[stage])
    return {
        f"{stage}_p{share}_ms": sorted(t)[math.ceil(share / 100 * len(t)) - 1]
        for stage, t in times.items()
        for share in (50, 95)
    }


def print_times(title: str, times: Mapping[str, float]) -> None:
    stages = ", ".join(
        f"{s} p50 {times[f'{s}_p50_ms']:.1f} p95 {times[f'{s}_p95_ms']:.1f} ms"
        for s in ("total", "embed", "search")
    )
    print(f"{title}: {stages}")


def is_best(found: Mapping[str, tuple[float, float]]) -> bool:
    """Whether the fusion is at least as good as each leg on both figures."""
    return all(
        mine >= other
        for leg in ("dense", "sparse")
        for mine, other in zip(found["fused"], found[leg], strict=True)
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", default="plant")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder of the corpus")
    parser.add_argument("--tune", action="store_true", help="try settings on the tuning half")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    settings = load_settings()
    embedder = open_embedder(settings)
    labels = read_labels(options.data / "eval" / "retrieval.jsonl")
    entries = read_corpus(options.data, options.model)
    absent = missing_names(labels, entries)
    if absent:
        print(f"Labels name entries that are not there: {absent}")
        return 1
    if options.tune:
        tune(entries, labels, embedder, options.model)
        return 0
    kinds = {kind: sum(e.kind == kind for e in entries) for kind in ("qa", "doc", "ddl")}
    print(
        f"{len(labels)} labelled questions, {len(entries)} entries {kinds}; {embedder.name}; "
        f"Python {platform.python_version()}\n"
    )
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "vectors.sqlite"
        edge = EdgeStore(Path(folder) / "index")
        with built(edge, embedder, entries, cache) as store:
            retriever = Retriever(store, embedder, timeout_s=30)
            figures["quality"] = report([rank(retriever, one, options.model) for one in labels])
        print()
        with built(edge, embedder, many(entries, _SMALL), cache) as store:
            times = time_searches(Retriever(store, embedder), labels, options.model)
            print_times(f"{_SMALL} entries, embedded", times)
            figures["embedded_1k"] = times
        edge.close()
        if settings.qdrant_url:
            server = open_store(replace(settings, qdrant_alias="gemba-benchmark"))
            with built(server, embedder, many(entries, _LARGE), cache) as store:
                times = time_searches(Retriever(store, embedder), labels, options.model)
                print_times(f"{_LARGE} entries, {server.name}", times)
                figures["server_100k"] = times
            server.close()
        else:
            print(f"{_LARGE} entries: name a Qdrant server with GEMBA_QDRANT_URL to measure it")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    lost = [t for t in ("held out", "all labels") if not is_best(figures["quality"][t])]
    for title in lost:
        print(f"MISSED: the fusion is not the best on {title}")
    return 1 if lost else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except GembaError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
