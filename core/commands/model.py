"""The command `model`: check model files, list models, draft one from a database."""

from __future__ import annotations

import argparse
from pathlib import Path

from core.errors import GembaError
from core.language import check_words, load_lexicon
from core.model_files import ModelFiles, ReadModels
from core.models import LEXICON_DIR, model_files
from core.semantic.load import check_model, load_model
from core.settings import Settings


def run_model(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run one action; returns the exit status: 2 where a file has problems."""
    files = model_files(settings)
    if arguments.action == "list":
        return _list(ReadModels(files), settings)
    return _check(arguments.name, files)


def _list(read: ReadModels, settings: Settings) -> int:
    """One name a line; a broken one with what is wrong, and the others go on."""
    for name in read.files.names():
        marks = ["default"] if name == settings.model else []
        try:
            read.model(name)
        except GembaError as error:
            marks.append(f"broken: {str(error).splitlines()[0]}")
        print(f"{name} ({', '.join(marks)})" if marks else name)
    return 0


def _check(name: str | None, files: ModelFiles) -> int:
    status = 0
    for path in [_path(name, files)] if name else [files.path(n) for n in files.names()]:
        problems = check_model(path)
        if problems:
            status = 2
            print("\n".join(problems))
            continue
        print(f"{path.name}: no problems.")
        for words in sorted(path.parent.glob(f"{path.stem}.*.yaml")):
            wrong = check_words(words, load_model(path), load_lexicon(LEXICON_DIR / "en.yaml"))
            status = 2 if wrong else status
            print("\n".join(wrong) if wrong else f"{words.name}: no problems.")
    return status


def _path(name: str, files: ModelFiles) -> Path:
    """A file, or that of a model; a draft where no model in force has the name."""
    if name.endswith((".yaml", ".yml")):
        return Path(name)
    draft = files.drafts / f"{name}.yaml"
    if name not in files.names():
        return draft if draft.exists() else files.shipped / f"{name}.yaml"
    return files.path(name)
