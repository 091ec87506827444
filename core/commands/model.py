"""The command `model`: check model files, list models, draft one from a database."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

from core.audit import AuditLog
from core.drafting.difference import Difference
from core.drafting.init import Wanted, init
from core.drafting.seen import SeenTable, read_seen
from core.drafting.shelf import Shelf
from core.errors import GembaError, Refused, UserFixable
from core.gatekeeping import admit
from core.generation.open import open_model
from core.governance.policy import load_policy
from core.language import check_words, load_lexicon
from core.model_files import ModelFiles, ReadModels
from core.models import LEXICON_DIR, model_files
from core.semantic.load import check_model, load_model
from core.settings import Settings
from core.translation import gettext as _
from core.translation import retold, speaking
from core.types import User


def run_model(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run one action; returns the exit status: 2 where a file has problems."""
    with speaking(arguments.language):
        return _run(arguments, settings)


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    files = model_files(settings)
    match arguments.action:
        case "list":
            return _list(ReadModels(files), settings)
        case "init":
            return _init(arguments, files, settings)
        case "publish":
            return _publish(arguments, files, settings)
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


def _init(arguments: argparse.Namespace, files: ModelFiles, settings: Settings) -> int:
    """Draft a model, and say what was found, what to confirm and what comes next."""
    url = arguments.url or ""
    if url == "-":
        url = sys.stdin.readline().strip()
    if not url:
        raise UserFixable(
            _("Say where the data are: {command}").format(
                command="python -m core model init --from sqlite:///data.db"
            )
        )
    wanted = Wanted(
        url,
        arguments.new_name or arguments.name or "",
        tuple(arguments.tables),
        settings.draft_samples if arguments.samples is None else arguments.samples == "yes",
        None if arguments.copy is None else arguments.copy == "yes",
    )
    made = init(
        wanted, files, settings.data_dir, open_model(settings), _show(), partial(admit, settings)
    )
    _end_show()
    name = made.drafted.name
    version = _shelf(files, settings).publish(name, _user(arguments)) if arguments.publish else None
    if arguments.json:
        told = {
            "model": name,
            "file": str(made.file if version is None else files.own / f"{name}.yaml"),
            "published": version.number if version else None,
            "copied_rows": made.rows,
            "notes": [retold(note) for note in made.drafted.notes],
            "difference": asdict(made.difference) if made.difference else None,
            "seen": json.loads(made.drafted.seen),
        }
        print(json.dumps(told, ensure_ascii=False))
        return 0
    for table, seen in read_seen(made.drafted.seen).items():
        print(_seen(table, seen))
    for table, rows in made.rows.items():
        print(_("Copied {n} rows of {table}.").format(n=f"{rows:,}", table=table))
    if made.difference is not None:
        _tell(made.difference)
    for note in made.drafted.notes:
        print(f"- {retold(note)}")
    if version is not None:
        command = f'python -m core ask "..." --model {name}'
        print(_("{name} is in force: {command}").format(name=name, command=command))
        return 0
    print(
        _(
            "Drafted {name} in {file}. Look at it on the page Models, or put it in force with "
            "{command}."
        ).format(name=name, file=made.file, command=f"`python -m core model publish {name}`")
    )
    return 0


def _seen(name: str, table: SeenTable) -> str:
    """A table on a line, with the columns that tell nothing."""
    text = _("{table}: {rows} rows, {columns} columns.").format(
        table=name,
        rows=("> " if table.by_bound else "") + f"{table.rows:,}",
        columns=len(table.columns),
    )
    empty = [column for column, one in table.columns.items() if not one.filled]
    same = [
        column
        for column, one in table.columns.items()
        if one.distinct == 1 and one.filled == table.looked_at > 1
    ]
    if empty:
        text += " " + _("Always empty: {columns}.").format(columns=", ".join(empty))
    if same:
        text += " " + _("Always the same: {columns}.").format(columns=", ".join(same))
    return text


def _tell(difference: Difference) -> None:
    for mark, names in (
        ("+", difference.added),
        ("-", difference.gone),
        ("~", difference.changed),
    ):
        for name in names:
            print(f"{mark} {name}")
    if not difference:
        print(_("Nothing changed."))


def _publish(arguments: argparse.Namespace, files: ModelFiles, settings: Settings) -> int:
    if not arguments.name:
        raise UserFixable(
            _("Say which: {command}").format(command="python -m core model publish NAME")
        )
    version = _shelf(files, settings).publish(arguments.name, _user(arguments))
    if arguments.json:
        print(json.dumps({"model": arguments.name, "published": version.number}))
    else:
        print(
            _("{name} is in force as version {number}.").format(
                name=arguments.name, number=version.number
            )
        )
    return 0


def _shelf(files: ModelFiles, settings: Settings) -> Shelf:
    return Shelf(files, AuditLog(settings.state_dir).record)


def _user(arguments: argparse.Namespace) -> User:
    """Who publishes. Raises Refused for one who does not administer."""
    policy = load_policy()
    user = policy.user(arguments.user or policy.default_user)
    role = policy.role(user)
    if role is None or not role.administers:
        raise Refused(_("Models are put in force by administrators."), rule="ROLE")
    return user


def _show() -> Callable[[float, str], None] | None:
    if not sys.stderr.isatty():
        return None
    return lambda done, what: print(f"\r\033[K{done:4.0%} {what}", end="", file=sys.stderr)


def _end_show() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)


def _path(name: str, files: ModelFiles) -> Path:
    """A file, or that of a model; a draft where no model in force has the name."""
    if name.endswith((".yaml", ".yml")):
        return Path(name)
    draft = files.drafts / f"{name}.yaml"
    if name not in files.names():
        return draft if draft.exists() else files.shipped / f"{name}.yaml"
    return files.path(name)
