"""How far counts of tokens are from what tokenizers make of the same texts.

    python -m benchmarks.token_bound FILE...

FILE is a model's tokenizer.json. For each text: its tokens, and the bound divided by them. Then,
for prompts as they are sent, the count that learns from a server's figures: each prompt is counted
after each other one of its kind alone was seen. Ends with 1 when the bound is too low.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import string
import sys
from collections.abc import Mapping
from itertools import permutations

from core.entries import Entry
from core.generation.counting import Counter, Learned, bound, counter_of
from core.generation.prompt import GRAMMAR, QUERY, SQL, Version, sql_prompt
from core.semantic.load import available_models, load_model
from core.settings import ROOT

_MODELS = ROOT / "data" / "models"
_LONG = 6_000
_CLOCK = dt.datetime(2026, 6, 30)


def texts() -> dict[str, str]:
    """Prompts and SQL as they are, and texts as unlike them as can be."""
    chance = random.Random(7)

    def made_of(letters: str, longest: int) -> str:
        words = ("".join(chance.choices(letters, k=chance.randint(1, longest))) for _ in range(900))
        return " ".join(words)[:_LONG]

    found = {}
    for name in available_models(_MODELS):
        model = load_model(_MODELS / f"{name}.yaml")
        visible = {table: frozenset(t.columns) for table, t in model.tables.items()}
        prompt = sql_prompt("OEE?", model, clock=_CLOCK, visible=visible)
        found[f"prompt of {name}"] = prompt.text
    lines = (ROOT / "data" / "eval" / "plant.jsonl").read_text("utf-8").splitlines()
    cases = [json.loads(line) for line in lines if line.strip()]
    found["SQL"] = "\n".join(case.get("check_sql") or "" for case in cases)
    found["questions"] = "\n".join(str(case.get("question") or "") for case in cases)
    found |= {
        "random lower case": made_of(string.ascii_lowercase, 14),
        "random consonants": made_of("bcdfghjklmnpqrstvwxz", 14),
        "random capitals": made_of(string.ascii_uppercase, 10),
        "random names": made_of(string.ascii_lowercase + "_", 20),
        "random codes": made_of(string.ascii_uppercase + string.digits + "-", 12),
        "digits and signs": made_of(string.digits + string.punctuation, 12),
        "Vietnamese": "Nhiệt độ trung bình của máy bơm ở Hải Phòng tháng trước là bao nhiêu? " * 40,
        "German": "Größte Schwingung der Kühlmittelpumpen über dem Grenzwert im März? " * 40,
        "Chinese": "上个月每条生产线的平均温度是多少？" * 90,
        "symbols": "🏭⚙️🔧 ≤ ≥ ± µ ° → 𝔸𝕓 " * 90,
    }
    return found


def sent() -> dict[Version, list[str]]:
    """Prompts as they are sent, by what is asked for: of each model whole and with its first
    columns alone, with no example, with one and with eight."""
    found: dict[Version, list[str]] = {}
    for name in available_models(_MODELS):
        model = load_model(_MODELS / f"{name}.yaml")
        lines = (ROOT / "data" / "corpus" / name / "pairs.jsonl").read_text("utf-8").splitlines()
        pairs = [json.loads(line) for line in lines if line.strip()]
        examples = [
            Entry(str(at), "default", name, "qa", pair["question"], sql=pair["sql"])
            for at, pair in enumerate(pairs)
        ]
        for most in (12, 1_000):
            tables = model.tables.items()
            visible = {table: frozenset([*t.columns][:most]) for table, t in tables}
            versions: tuple[Version, ...] = (SQL, GRAMMAR, QUERY)
            for version in versions:
                for start in range(0, len(examples), max(1, len(examples) // 4)):
                    for many in (0, 1, 8):
                        prompt = sql_prompt(
                            examples[start].text,
                            model,
                            clock=_CLOCK,
                            visible=visible,
                            examples=examples[start : start + many],
                            version=version,
                        )
                        found.setdefault(version, []).append(prompt.text)
    return found


def learned(prompts: Mapping[Version, list[str]], count: Counter) -> list[float]:
    """Each learned count divided by the tokens, lowest first."""
    found = []
    for texts_of in prompts.values():
        tokens = {text: count(text) for text in texts_of}
        for seen, text in permutations(tokens, 2):
            learner = Learned()
            learner.learn("", seen, tokens[seen])
            found.append(learner.count("", text) / tokens[text])
    return sorted(found)


def main(files: list[str]) -> int:
    """Print the tables; 1 when a bound is too low, 2 without files."""
    if not files:
        print(__doc__)
        return 2
    counts = [found for file in files if (found := counter_of(file)) is not None]
    is_low = False
    for name, text in texts().items():
        tokens = [count(text) for count in counts]
        at_most = bound(text)
        is_low = is_low or at_most < max(tokens)
        shown = "  ".join(f"{n:6d} {at_most / n:5.2f}" for n in tokens)
        print(f"{name:20s} {len(text):6d} characters  {shown}")
    prompts = sent()
    for file, count in zip(files, counts, strict=True):
        found = learned(prompts, count)
        low = sum(ratio < 1 for ratio in found)
        print(
            f"learned from one prompt, counted in another: {found[0]:.2f} to {found[-1]:.2f}, "
            f"{low} of {len(found)} too low  {file}"
        )
    return int(is_low)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
