"""How fast a model server answers Gemba's own prompts: alone, and with many at once.

    python -m benchmarks.model_server [--at-once 1,16,64,128] [--tokens 128] [--json FILE]

GEMBA_LLM_URL (http://HOST:8000/v1), GEMBA_LLM_KEY and GEMBA_LLM_MODEL name the server, which should
have nothing else to do. The prompts are those of the golden questions in data/eval/plant.jsonl,
each with four verified pairs. *warm*: the head of the prompt is the same for all and was asked
before; *cold*: it differs in its first line, so the whole prompt is computed each time. *free*:
exactly --tokens tokens; *grammar*: SQL over the model's columns, at most so many. A turn is one
question's SQL. Ends with 1 when a call fails.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import count, cycle
from pathlib import Path
from typing import Any, Final

import httpx

from core.entries import Entry
from core.generation.prompt import Prompt, sql_prompt
from core.models import model_file
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.settings import ROOT

_CLOCK: Final = dt.datetime(2026, 6, 30, 23, 50)
_EXAMPLES: Final = 4
_ROUNDS: Final = 3
_LEAST: Final = 12
_TIMEOUT_S: Final = 300.0
_KINDS: Final = (("free", "warm"), ("free", "cold"), ("grammar", "warm"))


@dataclass(frozen=True, slots=True)
class Call:
    """One answered call. first_ms: until its first token; tokens: of the reply; cached: of the
    prompt's, those that the server had."""

    first_ms: float
    whole_ms: float
    prompt: int
    cached: int
    tokens: int

    @property
    def token_ms(self) -> float:
        return (self.whole_ms - self.first_ms) / max(1, self.tokens - 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, of `calls` calls."""

    reply: str
    prefix: str
    at_once: int
    calls: int
    first_p50_ms: float
    first_p95_ms: float
    whole_p50_ms: float
    whole_p95_ms: float
    turns_per_s: float
    token_ms: float
    tokens: float
    cached_share: float


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    model: str
    tokens: int
    grammar: str


def quantile(values: Sequence[float], share: float) -> float:
    """The value at a share 0..1, nearest rank."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def prompts() -> list[Prompt]:
    """One for each golden question."""
    model = load_model(model_file("plant"))
    visible = {name: frozenset(table.columns) for name, table in model.tables.items()}
    lines = (ROOT / "data" / "eval" / "plant.jsonl").read_text("utf-8").splitlines()
    pairs = [
        (item["question"], item["check_sql"])
        for item in map(json.loads, lines)
        if "question" in item and "check_sql" in item
    ]
    entries = [
        Entry(str(n), "benchmark", "plant", "qa", question, sql=sql, status="verified")
        for n, (question, sql) in enumerate(pairs)
    ]
    return [
        sql_prompt(
            question,
            model,
            clock=_CLOCK,
            visible=visible,
            examples=[entries[(n + 7 * k) % len(entries)] for k in range(1, _EXAMPLES + 1)],
        )
        for n, (question, _) in enumerate(pairs)
    ]


def sql_grammar(model: SemanticModel) -> str:
    """A SELECT over the columns of the model's first table: a grammar of a common size."""
    table = next(iter(model.tables.values()))
    columns = " | ".join(json.dumps(name) for name in table.columns)
    return (
        f'root ::= "SELECT " item (", " item)* " FROM {table.name} WHERE " test (" AND " test)*'
        ' " GROUP BY " column " LIMIT " number\n'
        'item ::= column | ("SUM" | "AVG" | "MIN" | "MAX") "(" column ")"\n'
        'test ::= column (" = " | " >= " | " < ") (number | text)\n'
        f"column ::= {columns}\n"
        "number ::= [1-9] [0-9]{0,5}\n"
        'text ::= "\'" [A-Za-z0-9 -]{1,20} "\'"\n'
    )


async def ask(client: httpx.AsyncClient, server: Server, prompt: Prompt, reply: str) -> Call:
    """Ask once. Raises httpx.HTTPError and ValueError when no whole reply comes."""
    body: dict[str, Any] = {
        "model": server.model,
        "messages": [
            {"role": "system", "content": prompt.prefix},
            {"role": "user", "content": prompt.body},
        ],
        "max_tokens": server.tokens,
        "temperature": 0.1,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    body |= (
        {"structured_outputs": {"grammar": server.grammar}}
        if reply == "grammar"
        else {"ignore_eos": True}
    )
    begun = time.perf_counter()
    first = last = 0.0
    usage: Mapping[str, Any] = {}
    async with client.stream("POST", f"{server.url}/chat/completions", json=body) as said:
        if said.is_error:
            text = (await said.aread()).decode("utf-8", "replace")
            raise ValueError(f"{said.status_code}: {text[:300]}")
        async for line in said.aiter_lines():
            if not line.startswith("data: {"):
                continue
            event = json.loads(line.removeprefix("data: "))
            if any(choice["delta"].get("content") for choice in event["choices"]):
                last = time.perf_counter()
                first = first or last
            usage = event.get("usage") or usage
    if not first:
        raise ValueError("the reply was empty")
    details = usage.get("prompt_tokens_details") or {}
    return Call(
        1_000 * (first - begun),
        1_000 * (last - begun),
        int(usage.get("prompt_tokens", 0)),
        int(details.get("cached_tokens") or 0),
        int(usage.get("completion_tokens", 0)),
    )


async def measure(
    client: httpx.AsyncClient,
    server: Server,
    questions: Iterator[Prompt],
    kind: tuple[str, str],
    at_once: int,
) -> Row:
    """So many callers, each asking its next question as soon as the last is answered."""
    reply, prefix = kind
    calls = max(_LEAST, _ROUNDS * at_once)
    numbers = count()
    done: list[Call] = []
    await ask(client, server, next(questions), reply)  # the head of the prompt, and the grammar

    async def caller() -> None:
        while next(numbers) < calls:
            prompt = next(questions)
            if prefix == "cold":
                prompt = Prompt(f"{uuid.uuid4()}\n{prompt.prefix}", prompt.body)
            done.append(await ask(client, server, prompt, reply))

    begun = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(at_once)))
    took_s = time.perf_counter() - begun
    firsts, wholes = [c.first_ms for c in done], [c.whole_ms for c in done]
    return Row(
        reply,
        prefix,
        at_once,
        len(done),
        quantile(firsts, 0.5),
        quantile(firsts, 0.95),
        quantile(wholes, 0.5),
        quantile(wholes, 0.95),
        len(done) / took_s,
        statistics.median(c.token_ms for c in done),
        statistics.mean(c.tokens for c in done),
        sum(c.cached for c in done) / max(1, sum(c.prompt for c in done)),
    )


async def measure_all(url: str, key: str, model: str, tokens: int, at_once: list[int]) -> list[Row]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    limits = httpx.Limits(max_connections=max(at_once) + 1)
    # One after the other over all rows, so that none finds its questions answered before.
    questions = cycle(prompts())
    grammar = sql_grammar(load_model(model_file("plant")))
    rows = []
    async with httpx.AsyncClient(
        headers=headers, timeout=_TIMEOUT_S, trust_env=False, limits=limits
    ) as client:
        if not model:
            listed = await client.get(f"{url}/models")
            listed.raise_for_status()
            model = listed.json()["data"][0]["id"]
        version = await client.get(f"{url.removesuffix('/v1')}/version")
        known = version.json().get("version", "") if version.is_success else "of unknown version"
        print(f"{model} on vLLM {known}; {gpu_name()}; prompts of Gemba, {tokens} tokens a reply\n")
        server = Server(url, model, tokens, grammar)
        for number in at_once:
            for kind in _KINDS:
                rows.append(await measure(client, server, questions, kind, number))
                print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return rows


def gpu_name() -> str:
    """The card of this machine, where the server is taken to be."""
    if shutil.which("nvidia-smi") is None:
        return "no GPU on this machine"
    asked = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    said = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    return said.stdout.strip().replace("\n", "; ") or "no GPU on this machine"


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    head = "| reply | prefix | at once | first token p50 / p95 ms | whole p50 / p95 ms | turns/s "
    lines = [
        head + "| ms a token | tokens | from cache |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {r.reply} | {r.prefix} | {r.at_once} | {r.first_p50_ms:.0f} / {r.first_p95_ms:.0f} "
        f"| {r.whole_p50_ms:.0f} / {r.whole_p95_ms:.0f} | {r.turns_per_s:.1f} "
        f"| {r.token_ms:.2f} | {r.tokens:.0f} | {r.cached_share:.0%} |"
        for r in rows
    ]
    lines += [
        "",
        "| at once | grammar's cost, ms a token | cold prefix's cost, ms to first token |",
    ]
    lines += ["|---:|---:|---:|"]
    for number in dict.fromkeys(r.at_once for r in rows):
        free, cold, grammar = (
            next(r for r in rows if (r.reply, r.prefix, r.at_once) == (*kind, number))
            for kind in _KINDS
        )
        lines.append(
            f"| {number} | {grammar.token_ms - free.token_ms:+.2f} "
            f"| {cold.first_p50_ms - free.first_p50_ms:+.0f} |"
        )
    return "\n".join(lines)


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.model_server", description=__doc__)
    parser.add_argument("--at-once", default="1,16,64,128")
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--json", type=Path)
    told = parser.parse_args(words)
    url = os.environ.get("GEMBA_LLM_URL", "").rstrip("/")
    if not url:
        print("GEMBA_LLM_URL names no server, as http://127.0.0.1:8000/v1.", file=sys.stderr)
        return 2
    key, model = os.environ.get("GEMBA_LLM_KEY", ""), os.environ.get("GEMBA_LLM_MODEL", "")
    at_once = [int(n) for n in told.at_once.split(",")]
    try:
        rows = asyncio.run(measure_all(url, key, model, told.tokens, at_once))
    except (httpx.HTTPError, ValueError) as error:
        print(f"The server gave no reply: {error!r}", file=sys.stderr)
        return 1
    print(table(rows))
    if told.json:
        told.json.write_text(json.dumps([asdict(r) for r in rows], indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
