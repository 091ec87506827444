"""How long a model server's engine takes to compile a grammar, and whether it reads it as we do.

    python benchmarks/grammar_compile.py FOLDER [--tokenizer tokenizer.json] [--threads N]

FOLDER is what `python -m benchmarks.grammar --out FOLDER` wrote. Needs xgrammar alone, so that it
runs in the environment of the model server. Without a tokenizer the tokens are the 256 bytes; what
a real one costs is told by its own file. Ends with 1 when a sentence is refused or a near miss
accepted.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import xgrammar

#: The least of so many compilations counts.
_TIMES = 5


def tokens_of(file: Path | None) -> tuple[list[str] | list[bytes], str]:
    """The vocabulary in the order of its ids, and its kind."""
    if file is None:
        return [bytes([code]) for code in range(256)], "RAW"
    model = json.loads(file.read_text("utf-8"))
    vocabulary = model["model"]["vocab"]
    return sorted(vocabulary, key=lambda token: int(vocabulary[token])), "BYTE_LEVEL"


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tokenizer", type=Path)
    parser.add_argument("--threads", type=int, default=8)
    chosen = parser.parse_args()
    tokens, kind = tokens_of(chosen.tokenizer)
    vocabulary = [*tokens, "</s>" if kind == "BYTE_LEVEL" else b"</s>"]
    info = xgrammar.TokenizerInfo(
        vocabulary,
        vocab_type=getattr(xgrammar.VocabType, kind),
        stop_token_ids=[len(vocabulary) - 1],
    )
    wrong = 0
    for file in sorted(chosen.folder.glob("*.ebnf")):
        text = file.read_text("utf-8")
        wall = work = float("inf")
        for _ in range(_TIMES):
            compiler = xgrammar.GrammarCompiler(
                info, max_threads=chosen.threads, cache_enabled=False
            )
            started, worked = time.perf_counter(), time.process_time()
            grammar = compiler.compile_grammar(text)
            wall = min(wall, time.perf_counter() - started)
            work = min(work, time.process_time() - worked)
        print(
            f"{file.stem} columns: {len(text.encode()):,} bytes, {len(vocabulary):,} tokens,"
            f" compiled in {wall * 1000:.0f} ms ({work * 1000:.0f} ms of one core)"
        )
        listed = file.with_suffix(".json")
        if not listed.exists():
            continue
        samples = json.loads(listed.read_text("utf-8"))
        read = {
            name: sum(_reads(grammar, each, len(vocabulary) - 1) for each in texts)
            for name, texts in samples.items()
        }
        wrong += len(samples["inside"]) - read["inside"] + read["outside"]
        print(
            f"  reads {read['inside']} of {len(samples['inside'])} sentences"
            f" and {read['outside']} of {len(samples['outside'])} near misses"
        )
    return 1 if wrong else 0


def _reads(grammar: xgrammar.CompiledGrammar, text: str, end: int) -> bool:
    matcher = xgrammar.GrammarMatcher(grammar)
    return bool(matcher.accept_string(text)) and bool(matcher.accept_token(end))


if __name__ == "__main__":
    sys.exit(main())
