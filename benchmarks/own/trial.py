"""Does the trial of one folder as somebody does who sees Gemba for the first time."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from benchmarks.own.kinds import Asked, Folder, Tables, by_hand
from core.assistant.report import as_json
from core.errors import GembaError
from core.services import Services
from core.settings import Settings

Verdict = Literal["right", "wrong", "asked back"]


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a question. answer: as `ask --json` prints it."""

    asked: Asked
    verdict: Verdict
    answer: dict[str, Any]
    expected: list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a folder. refused: what commands said that brought nothing. commands: how many
    it took to bring it."""

    folder: str
    told: tuple[Told, ...]
    refused: tuple[str, ...]
    seconds: float
    commands: int = 1

    @property
    def steps(self) -> int:
        """Commands and questions up to the first right answer; all of them without any."""
        verdicts = [told.verdict for told in self.told]
        first = verdicts.index("right") + 1 if "right" in verdicts else len(verdicts)
        return self.commands + first

    def count(self, verdict: Verdict) -> int:
        """Questions with this verdict."""
        return sum(told.verdict == verdict for told in self.told)


def bring(folder: Folder, files: Path, data: Path) -> tuple[str, ...]:
    """Runs the folder's commands, each in a process of its own; gives what failed."""
    env = {**os.environ, "GEMBA_DATA_DIR": str(data)}
    refused = []
    for command in folder.commands:
        words = [word.replace("{folder}", str(files)) for word in command]
        done = subprocess.run([sys.executable, "-m", "core", *words], env=env, capture_output=True,
                              text=True, check=False)  # fmt: skip
        if done.returncode:
            refused.append(f"{' '.join(command[:2])}: {done.stderr.strip() or done.stdout.strip()}")
    return tuple(refused)


def ask(folder: Folder, tables: Tables, data: Path) -> tuple[Told, ...]:
    """Asks all questions; one of a model that is not there counts as asked back."""
    hand = by_hand(tables)
    told = []
    try:
        services = Services.open(Settings(data_dir=data, model=folder.model))
    except GembaError as error:  # nothing was brought, so that nothing can be asked
        failed = {"status": "failed", "message": str(error)}
        return tuple(
            Told(asked, "asked back", failed, hand.execute(asked.by_hand).fetchall())
            for asked in (*folder.asked, *folder.further)
        )
    session = 0
    try:
        user = services.policy.user(services.policy.default_user)
        for asked in (*folder.asked, *folder.further):
            session += not asked.goes_on
            expected = hand.execute(asked.by_hand).fetchall()
            model = asked.model or folder.model
            try:
                found = services.answer(asked.question, user, session=f"{session}", model=model)
                answer = as_json(found)
            except GembaError as error:  # there is no such model: its files were refused
                answer = {"status": "failed", "message": str(error)}
            told.append(Told(asked, verdict(answer, expected, asked.by_hand), answer, expected))
    finally:
        services.close()
        hand.close()
    return tuple(told)


def verdict(answer: dict[str, Any], expected: list[tuple[Any, ...]], sql: str) -> Verdict:
    """Whether the rows are those by hand; a share may be said as a number from 0 to 1."""
    if answer["status"] not in ("answered", "empty"):
        return "asked back"
    scales = (1.0, 0.01) if "100.0 *" in sql else (1.0,)
    return "right" if any(_same(answer.get("rows") or [], expected, s) for s in scales) else "wrong"


def _same(rows: Sequence[Sequence[Any]], expected: Sequence[Sequence[Any]], scale: float) -> bool:
    want = [[_plain(v, scale) for v in row] for row in expected]
    have = [[_plain(v, 1.0) for v in row] for row in rows]
    if len(want) == 1 and 1 < len(have) <= len(want[0]):
        return _holds(want[0], [v for row in have for v in row])
    return len(want) == len(have) and _each_has_its_own(want, have, _holds)


def _holds(want: list[Any], row: list[Any]) -> bool:
    return _each_has_its_own(want, row, _alike)


def _each_has_its_own(
    wanted: Sequence[Any], given: Sequence[Any], fits: Callable[[Any, Any], bool]
) -> bool:
    """Whether each of what is wanted has one of its own among what is given."""
    left = list(given)
    for want in wanted:
        found = next((at for at, one in enumerate(left) if fits(want, one)), None)
        if found is None:
            return False
        left.pop(found)
    return True


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-6)
    return bool(one == other)


def _plain(value: Any, scale: float) -> Any:
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float):
        return float(value) * scale
    text = str(value) if value is not None else ""
    if re.fullmatch(r"\d{4}-\d\d-\d\d[T ].*", text):
        day, clock = text[:10], text[11:16]
        return day if clock == "00:00" else f"{day} {clock}"
    return text


def timed(folder: Folder, files: Path, data: Path) -> Trial:
    """Makes, brings, asks. files, data: folders that are not there yet."""
    files.mkdir(parents=True)
    data.mkdir(parents=True)
    tables = folder.make(files)
    began = time.perf_counter()
    refused = bring(folder, files, data)
    told = ask(folder, tables, data)
    return Trial(folder.name, told, refused, time.perf_counter() - began, len(folder.commands))
