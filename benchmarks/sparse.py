"""Which BM25 makes the sparse leg: Gemba's own, the embedded engine's, or fastembed's.

    python -m benchmarks.sparse [--model plant]

Prints recall@8 and MRR of the sparse leg, and of its fusion with the dense leg, on
data/eval/retrieval.jsonl, each with the same engine, filters and IDF.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import qdrant_edge as edge
from fastembed import SparseTextEmbedding

from benchmarks.retrieval import LEGS, rank, read_corpus, read_labels, score
from core.entries import Kind
from core.retrieval.embeddings.choose import open_embedder
from core.retrieval.index import Index
from core.retrieval.retriever import Retriever
from core.retrieval.sparse import Bm25, SparseVector, TermWeights
from core.retrieval.stores.edge import EdgeStore
from core.retrieval.tokens import STOPWORDS
from core.retrieval.vector_cache import VectorCache
from core.settings import ROOT, load_settings

_USUAL_LENGTH = 30.0


class Engines:
    """The engine's own, with its English words."""

    def __init__(self) -> None:
        self._model = edge.Bm25(edge.Bm25Config(avg_len=_USUAL_LENGTH, language="english"))

    def passage(self, text: str, kind: Kind) -> SparseVector:
        del kind  # one usual length for all
        made = self._model.embed_document(text)
        return SparseVector(tuple(made.indices), tuple(made.values))

    def question(self, text: str) -> SparseVector:
        made = self._model.embed_query(text)
        return SparseVector(tuple(made.indices), tuple(made.values))


class Fastembeds:
    """fastembed's, with the stopwords that Gemba's own has: its list comes from a hub."""

    def __init__(self, folder: Path) -> None:
        self._model = SparseTextEmbedding(
            "Qdrant/bm25",
            specific_model_path=str(folder),
            stopwords=set(STOPWORDS),
            avg_len=_USUAL_LENGTH,
        )

    def passage(self, text: str, kind: Kind) -> SparseVector:
        del kind  # one usual length for all
        (made,) = self._model.embed([text])
        return _sorted(made.indices, made.values)

    def question(self, text: str) -> SparseVector:
        (made,) = self._model.query_embed([text])
        return _sorted(made.indices, made.values)


def _sorted(indices: np.ndarray, values: np.ndarray) -> SparseVector:
    pairs = sorted((int(i), float(v)) for i, v in zip(indices, values, strict=True))
    return SparseVector(tuple(i for i, _ in pairs), tuple(v for _, v in pairs))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", default="plant")
    parser.add_argument("--data", type=Path, default=ROOT / "data", help="folder of the corpus")
    options = parser.parse_args()
    embedder = open_embedder(load_settings())
    labels = read_labels(options.data / "eval" / "retrieval.jsonl")
    entries = read_corpus(options.data, options.model)
    print(f"| {'recall@8, MRR':<12} |{''.join(f' {leg:^14} |' for leg in LEGS)}")
    print(f"|{'-' * 14}|{(('-' * 16) + '|') * len(LEGS)}")
    with tempfile.TemporaryDirectory() as folder:
        cache = VectorCache(Path(folder) / "vectors.sqlite")
        made: dict[str, TermWeights] = {
            "Gemba's": Bm25(),
            "the engine's": Engines(),
            "fastembed's": Fastembeds(Path(folder)),
        }
        for name, words in made.items():
            store = EdgeStore(Path(folder) / name.split("'")[0].replace(" ", "-"))
            Index(store, embedder, cache, words=words).sync(entries)
            retriever = Retriever(store, embedder, words=words, timeout_s=30)
            ranks = [rank(retriever, label, options.model) for label in labels]
            cells = "".join(
                f" {recall:7.3f} {mrr:6.3f} |" for recall, mrr in (score(ranks, x) for x in LEGS)
            )
            print(f"| {name:<12} |{cells}")
            store.close()
        cache.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
