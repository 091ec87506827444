"""The command `demo`: build the sample data of the models that come with some."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from core.commands.watch import demo_thresholds
from core.errors import UserFixable, did_you_mean
from core.models import model_file
from core.semantic.load import load_model
from core.semantic.model import SemanticModel
from core.settings import Settings
from data.samples import SAMPLES, DemoBuildError, Sample

Show = Callable[[float, str], None]


def run_demo(
    settings: Settings,
    *,
    days: int | None,
    force: bool,
    model: str | None,
    progress: Callable[[str], Show | None],
    end_progress: Callable[[], None],
) -> int:
    """Build what is missing or out of date. days: only the last so many. force: build what is there
    too. model: only its data; None for all. Returns the exit status.

    Raises UserFixable for a number of days or a model that cannot be.
    """
    if days is not None and days < 1:
        raise UserFixable("--days takes a whole number from 1 on.")
    if model is not None and model not in SAMPLES:
        raise UserFixable(
            f"There are no sample data of {model!r}.{did_you_mean(model, SAMPLES)} "
            f"There are of: {', '.join(SAMPLES)}."
        )
    for name, sample in SAMPLES.items():
        if model not in (None, name):
            continue
        show = progress(sample.label.capitalize())
        status = _build(sample, load_model(model_file(name)), settings, days, force, show)
        if status:
            end_progress()
            return status
        end_progress()
    return 0


def _build(
    sample: Sample,
    model: SemanticModel,
    settings: Settings,
    days: int | None,
    force: bool,
    show: Show | None,
) -> int:
    path = settings.data_dir / model.store
    if not force and path.exists() and sample.is_current(path, days):
        _say(
            f"The {sample.label} {sample.verb} there already: {path.name}. "
            "Use --force to build again."
        )
        _thresholds(settings, model, path)
        return 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        built = sample.build(path, days, show)
    except DemoBuildError as error:
        print(f"\n{error}" if show else str(error), file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"The folder {str(path.parent)!r} cannot be made: {error.strerror}. Check its rights, "
            "or set GEMBA_DATA_DIR to another one.",
            file=sys.stderr,
        )
        return 1
    rows = ", ".join(f"{n:,} {name}" for name, n in built.rows.items())
    _say(f"Built the {sample.label} in {built.seconds:.1f} s: {rows}.")
    _thresholds(settings, model, path)
    return 0


def _say(text: str) -> None:
    """A line after a bar that may stand on the terminal."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()
    print(text)


def _thresholds(settings: Settings, model: SemanticModel, path: Path) -> None:
    """Thresholds for a watched model that has none, so that its stories raise alerts."""
    if model.watch is None:
        return
    done = demo_thresholds(settings, path, model)
    if done:
        print(f"{done} thresholds are in force; the watch goes through the last days with them.")
