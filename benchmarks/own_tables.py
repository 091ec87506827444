"""What somebody gets who brings tables of their own and asks of them at once.

    python -m benchmarks.own_tables [FOLDER ...] [--told]

Makes 23 small folders as people have them (`benchmarks/own/`): a bakery's till, a hospital
ward's workbook, a water works' historian export, a haulier's SQLite database, an electronics test
bench, a brewery, a university's library, a solar park, a foundry's melt log, a call centre's
tickets, a compressed-air station, a warehouse's movements, a maintenance shop's orders, a service
desk's calls, a job shop's orders, a laboratory's samples, a town's charging posts; and six with all
that programs and people leave in files: a water supplier's readings, a hospital laboratory, a
dairy's cold stores, a bus workshop, a wind park, a print shop. Brings each with the command line,
every command in a process of its own, confirms nothing, and asks questions as people say them. Each
answer is held against SQL written by hand over the rows as they were made.

right: the figures by hand. wrong: others. asked back: a question in return, or nothing was there
to be asked. steps: commands, and questions up to the first right answer. --told: each question
that was not answered right, with what was said. Ends with 1 where an answer is wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.own import (
    air,
    bakery,
    bench,
    brewery,
    buses,
    calls,
    charging,
    clinic,
    dairy,
    fleet,
    foundry,
    jobs,
    lab,
    library,
    orders,
    prints,
    solar,
    stock,
    supply,
    tickets,
    ward,
    water,
    wind,
)
from benchmarks.own.kinds import Folder
from benchmarks.own.trial import Told, Trial, timed

FOLDERS: tuple[Folder, ...] = tuple(
    module.FOLDER
    for module in (
        bakery,
        ward,
        water,
        fleet,
        bench,
        brewery,
        library,
        solar,
        foundry,
        tickets,
        air,
        stock,
        orders,
        calls,
        jobs,
        lab,
        charging,
        supply,
        clinic,
        dairy,
        buses,
        wind,
        prints,
    )
)


def table(trials: Sequence[Trial]) -> list[str]:
    """The lines of docs/import.md."""
    lines = [
        "| folder | questions | right | wrong | asked back | steps | brought and asked in |",
        "|---|---|---|---|---|---|---|",
    ]
    for trial in trials:
        counts = " | ".join(str(trial.count(v)) for v in ("right", "wrong", "asked back"))
        lines.append(
            f"| {trial.folder} | {len(trial.told)} | {counts} | {trial.steps} | "
            f"{trial.seconds:.0f} s |"
        )
    sums = [sum(t.count(v) for t in trials) for v in ("right", "wrong", "asked back")]
    seconds = sum(t.seconds for t in trials)
    steps = sum(t.steps for t in trials)
    lines.append(
        f"| all | {sum(sums)} | {' | '.join(map(str, sums))} | {steps} | {seconds:.0f} s |"
    )
    return lines


def said(told: Told) -> list[str]:
    """What came of a question that was not answered right."""
    lines = [f"  [{told.verdict}] {told.asked.question}"]
    if told.verdict == "asked back":
        return [*lines, f"      {told.answer.get('message', '')}"]
    rows = told.answer.get("rows") or []
    return [*lines, f"      expected {told.expected[:3]}", f"      answered {rows[:3]}"]


def main() -> None:
    """All folders, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", choices=[[], *(f.name for f in FOLDERS)])
    parser.add_argument("--told", action="store_true")
    arguments = parser.parse_args()
    trials = []
    for folder in FOLDERS:
        if arguments.folders and folder.name not in arguments.folders:
            continue
        with tempfile.TemporaryDirectory() as place:
            trials.append(timed(folder, Path(place) / "files", Path(place) / "data"))
        if arguments.told:
            print(folder.name, *trials[-1].refused, sep="\n  ")
            for told in trials[-1].told:
                if told.verdict != "right":
                    print(*said(told), sep="\n")
    print(*table(trials), sep="\n")
    print(f"load (1 min) {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    if any(trial.count("wrong") for trial in trials):
        sys.exit("Some answers are not the figures by hand.")


if __name__ == "__main__":
    main()
