"""Reads a semantic model's YAML file into frozen values, and says with its line what is wrong.

Every problem of a file is found in one pass. `docs/semantic-models.md` tells the keys.
"""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal, cast

from core.errors import ModelError, did_you_mean
from core.semantic.load.checks import with_checks
from core.semantic.load.files import read_file_format
from core.semantic.load.handover import read_handover
from core.semantic.load.labels import read_labels
from core.semantic.load.metrics import read_metrics
from core.semantic.load.parts import (
    read_hierarchies,
    read_limits,
    read_origin,
    read_relations,
    read_store,
    read_timezones,
    read_week_start,
)
from core.semantic.load.risk import read_risk
from core.semantic.load.source import Problems, Section, read_source
from core.semantic.load.tables import column_named, read_tables
from core.semantic.load.times import check_times
from core.semantic.load.watch import read_watch
from core.semantic.model import SemanticModel, Table
from core.semantic.ways import with_borrowed

_LOG: Final = logging.getLogger(__name__)
_KEYS: Final = (
    "label", "description", "store", "default_table", "clock", "week_start", "entity", "timezones",
    "suggestions", "hierarchies", "relations", "limits", "tables", "metrics",
    "load", "handover", "watch", "risk", "origin",
)  # fmt: skip
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def available_models(folder: Path) -> tuple[str, ...]:
    """Names of the models in a folder, sorted: the stems of its `.yaml` files."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.stem for path in folder.glob("*.yaml") if _NAME.fullmatch(path.stem)))


def load_model(path: Path) -> SemanticModel:
    """The model in a file.

    Raises ModelError with one `file:line: text` for each problem, first line first.
    """
    model, problems = _load(path)
    if model is None or problems:
        raise ModelError("\n".join(problems))
    labels, wrong = read_labels(path, model)
    for problem in wrong:
        _LOG.warning("%s", problem)  # a thing without its label is called by its own
    return with_borrowed(replace(model, labels=labels) if labels else model)


def check_model(path: Path) -> tuple[str, ...]:
    """All problems of a file as `file:line: text`, in the order of its lines; empty when right."""
    model, problems = _load(path)
    return problems if model is None or problems else read_labels(path, model)[1]


def _load(path: Path) -> tuple[SemanticModel | None, tuple[str, ...]]:
    problems = Problems(path.name)
    if not _NAME.fullmatch(path.stem) or path.suffix != ".yaml":
        problems.add(
            1, "the file's name must be small letters, digits, '_' or '-', and end in '.yaml'."
        )
        return None, problems.lines()
    try:
        data = path.read_bytes()
    except OSError as error:
        models = available_models(path.parent)
        there = f" There are: {', '.join(models)}." if models else ""
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror
        hint = did_you_mean(path.stem, models)
        problems.add(1, f"the model cannot be read: {reason}.{hint}{there}")
        return None, problems.lines()
    root = read_source(data, problems)
    if root is None:
        return None, problems.lines()
    version = hashlib.sha256(data).hexdigest()[:16]
    return _model(path.stem, version, root, problems), problems.lines()


def _model(name: str, version: str, root: Section, problems: Problems) -> SemanticModel | None:
    root.allow(_KEYS)
    root.require("label", "tables")
    label = root.text("label", name)
    tables = read_tables(root, problems)
    if not tables:
        return None
    default_table = _default_table(root, tables) or next(iter(tables))
    metrics = read_metrics(root, tables)
    clock = root.choice("clock", ("watermark", "wall"), "watermark")
    tables = with_checks(root, tables)
    watch = read_watch(root, tables)
    model = SemanticModel(
        name=name,
        label=label,
        version=version,
        tables=tables,
        metrics=metrics,
        default_table=default_table,
        hierarchies=read_hierarchies(root, tables),
        relations=read_relations(root, tables),
        limits=read_limits(root, tables),
        clock=cast(Literal["watermark", "wall"], clock),
        week_start=read_week_start(root),
        timezones=read_timezones(root),
        entity=column_named(root, "entity", tables[default_table].columns),
        suggestions=root.words("suggestions"),
        store=read_store(root),
        description=root.text("description"),
        load=read_file_format(root, tables),
        handover=read_handover(root, tables, metrics, default_table),
        watch=watch,
        risk=read_risk(root, tables, watch),
        origin=read_origin(root),
    )
    check_times(root, model)
    return model


def _default_table(root: Section, tables: dict[str, Table]) -> str:
    """The default table's name. Empty after noting a problem."""
    if "default_table" not in root and len(tables) > 1:
        root.require("default_table")
        return ""
    name = root.text("default_table", next(iter(tables)))
    if name not in tables:
        root.problem(
            "default_table",
            f"'default_table' names no table: {name!r}.{did_you_mean(name, tables)}",
        )
        return ""
    return name
