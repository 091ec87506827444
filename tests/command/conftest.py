"""One command line in this process, over data folders of its own."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core import models as core_models
from core.__main__ import main
from tests.parsers import parser_once


@dataclass(frozen=True)
class Said:
    """What one command gave: exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Standard output as one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    def is_plain(self) -> bool:
        """Whether it is a message and no traceback, statement or library's link."""
        text = self.out + self.err
        return bool(text.strip()) and not any(
            mark in text for mark in ("Traceback", "Error:\n", "[SQL:", "sqlalche.me", "[Errno")
        )


Run = Callable[..., Said]


def run_in(folder: Path, *arguments: str, stdin: str = "", **settings: str) -> Said:
    """Run a command with its data in `folder`. settings: variables of the environment."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEMBA_DATA_DIR", str(folder))
        for name, value in settings.items():
            patch.setenv(name, value)
        patch.setattr(core_models, "QuestionParser", parser_once)
        patch.setattr(sys, "stdin", io.StringIO(stdin))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        try:
            status = main(list(arguments))
        except SystemExit as end:
            status = int(end.code or 0)
    return Said(status, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def plant_dir(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A data folder with the demo plant and a state of its own, shared by a module's tests."""
    return plant_folder(tmp_path_factory.mktemp("plant"))


def linked(demo_plant: Path, folder: Path) -> Path:
    (folder / "demo").mkdir(parents=True)
    (folder / "demo" / "plant.duckdb").symlink_to(demo_plant)
    return folder


@pytest.fixture
def run(plant_dir: Path) -> Run:
    """Run a command over the demo plant."""

    def call(*arguments: str, stdin: str = "") -> Said:
        return run_in(plant_dir, *arguments, stdin=stdin)

    return call


def files_in(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir()}
