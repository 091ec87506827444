"""The command `evaluate`: ask a file of golden questions through the services, and report."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import pyarrow as pa

from core.evaluation.run import evaluate
from core.models import model_files
from core.services import Services
from core.settings import Settings
from core.types import Answer


def run_evaluation(
    path: Path,
    services: Services,
    *,
    model: str | None = None,
    as_json: bool = False,
    out: TextIO | None = None,
) -> int:
    """Ask all questions of a file, write the report to `out` (standard output), and give the exit
    status: 0, or 1 when an answered one is wrong or too few are right.

    The model is `model`, else the one with the file's name, else the default one. Raises
    ConfigError when the file is not as it should be or the model's data is not loaded.
    """
    out = sys.stdout if out is None else out
    name = model or model_of(path, services.settings)
    services.parts(name)  # its data is loaded before the first question is timed

    def ask(user: str | None, model_name: str) -> Callable[[str], Answer]:
        person = services.policy.user(user or services.policy.default_user)
        session = f"evaluate-{uuid.uuid4().hex}"
        # no conversation of a person's is pushed out of his list by golden ones
        return lambda question: services.answer(
            question, person, session=session, model=model_name, is_kept=False
        )

    def fetch_check(sql: str) -> pa.Table:
        return services.fetch(sql, name)

    progress = None if as_json or not sys.stderr.isatty() else _show_progress
    report = evaluate(path, ask, fetch_check, model=name, progress=progress)
    if progress:
        sys.stderr.write("\r\033[K")
    out.write((report.to_json() if as_json else report.to_text()) + "\n")
    return report.exit_code


def model_of(path: Path, settings: Settings) -> str:
    """The model that a file of questions is about: the one of the same name, else the default."""
    return path.stem if path.stem in model_files(settings).names() else settings.model


def _show_progress(done: int, of: int) -> None:
    sys.stderr.write(f"\r{done} of {of} questions")
    sys.stderr.flush()
