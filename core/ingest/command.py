"""The command `import`: check files, say what they hold, and load them when told to."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from core.errors import ConfigError
from core.ingest.declared import ImportReport, import_files
from core.semantic.model import SemanticModel


def run_import(
    paths: Sequence[Path],
    model: SemanticModel,
    data_dir: Path,
    *,
    yes: bool,
    as_json: bool = False,
    admit: Callable[[Path], None] | None = None,
    out: TextIO | None = None,
) -> int:
    """Load files into the model's store below `data_dir`; without `yes` only check them. admit:
    as in `import_files`.

    Writes the report to `out` (standard output) and gives the exit status 0. Raises GembaError
    with a message for the user; then nothing was changed.
    """
    out = sys.stdout if out is None else out
    if not model.store:
        raise ConfigError(f"The model {model.name!r} names no 'store' to load into.")
    target = data_dir / model.store
    progress = _show_progress if sys.stderr.isatty() and not as_json else None
    report = import_files(paths, model, target if yes else None, progress, admit)
    if progress:
        sys.stderr.write("\r")
    if as_json:
        told = asdict(report) | {"target": str(target) if yes else None}
        out.write(json.dumps(told, default=str) + "\n")
        return 0
    out.write("\n".join(report_lines(report)) + "\n")
    if yes:
        out.write(f"Loaded into {target}\n")
    else:
        state = "would be replaced" if target.exists() else "would be made"
        out.write(f"Nothing is written yet: {target} {state}. Add --yes to load.\n")
    return 0


def report_lines(report: ImportReport) -> list[str]:
    """The report in a few lines."""
    files = ", ".join(report.files)
    span = f"{report.first:%Y-%m-%d %H:%M} to {report.last:%Y-%m-%d %H:%M} (start of the last)"
    lines = [
        f"{report.rows:,} rows of {report.table} from {files} in {report.elapsed_s:.1f} s",
        f"Intervals of {report.interval_min} minutes from {span}",
    ]
    if report.repeated:
        lines.append(f"{report.repeated:,} rows stood twice and count once")
    if report.missing:
        lines.append(f"{report.missing:,} intervals have no row:")
        lines += [
            f"  {gap.start:%Y-%m-%d %H:%M} to {gap.end:%Y-%m-%d %H:%M} ({gap.intervals:,})"
            for gap in report.gaps
        ]
        if sum(gap.intervals for gap in report.gaps) < report.missing:
            lines.append("  and others")
    else:
        lines.append("No interval is missing")
    lines += [
        f"{name}: {count:,} rows without a value" for name, count in report.empty_cells.items()
    ]
    return lines


def _show_progress(rows: int) -> None:
    sys.stderr.write(f"\r{rows:,} rows read")
    sys.stderr.flush()
