"""The command `corpus`: search it, add to it, review, import, export, try and publish changes."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from core.corpus import Batch, Case, Search
from core.curation.checking import Draft
from core.curation.desk import Desk
from core.entries import KINDS, Kind
from core.errors import Unavailable, UserFixable
from core.retrieval.retriever import Found, Hit
from core.services import Services

_CASES = 50
_TITLES: dict[Kind, str] = {
    "qa": "Questions",
    "doc": "Notes",
    "ddl": "Tables, columns and metrics",
}


def run_corpus(arguments: argparse.Namespace, services: Services, out: TextIO | None = None) -> int:
    """Run one action; the exit status. Raises GembaError with what to do."""
    out = sys.stdout if out is None else out
    user = services.policy.user(arguments.user or services.policy.default_user)
    if arguments.action == "search":
        services.parts(arguments.model)
        _in_step(services)
        name = arguments.model or services.settings.model
        return _search(arguments, services.knowledge.search(arguments.question, user, name), out)
    desk = services.desk(user, arguments.model)
    if arguments.action == "index":
        report = services.knowledge.sync(_progress("Index"))
        _end_progress()
        _say(out, arguments, dataclasses.asdict(report), f"{report.entries} entries are indexed.")
        return 0
    actions: Mapping[str, Callable[[argparse.Namespace, Desk, TextIO], int]] = {
        "add": _add,
        "review": _review,
        "import": _import,
        "export": _export,
        "publish": _publish,
    }
    return actions[arguments.action](arguments, desk, out)


def _in_step(services: Services) -> None:
    """The index as it should be; where another process holds it, as that one keeps it."""
    try:
        services.knowledge.sync(_progress("Index"))
    except Unavailable as error:
        print(f"The index is as it was left: {error}", file=sys.stderr)
    finally:
        _end_progress()


# -- the actions -----------------------------------------------------------------------------


def _search(arguments: argparse.Namespace, found: Found, out: TextIO) -> int:
    if arguments.json:
        body: dict[str, Any] = {"question": found.question, "notes": list(found.notes)}
        for kind in KINDS:
            body[kind] = [_hit(hit) for hit in found.of(kind)]
        print(json.dumps(body, ensure_ascii=False), file=out)
        return 0
    for kind, title in _TITLES.items():
        print(title, file=out)
        for hit in found.of(kind):
            dense = f"{hit.dense.score:.3f} (#{hit.dense.rank})" if hit.dense else "-"
            sparse = f"{hit.sparse.score:.2f} (#{hit.sparse.rank})" if hit.sparse else "-"
            name = hit.entry.title or hit.entry.text
            print(f"  {hit.rank:2}. {name[:70]:70}  near {dense:14}  words {sparse}", file=out)
    for note in found.notes:
        print(note, file=out)
    return 0


def _hit(hit: Hit) -> dict[str, Any]:
    entry = hit.entry
    return {
        "id": entry.id,
        "title": entry.title,
        "text": entry.text,
        "sql": entry.sql,
        "status": entry.status,
        "rank": hit.rank,
        "score": hit.score,
        "dense": dataclasses.asdict(hit.dense) if hit.dense else None,
        "sparse": dataclasses.asdict(hit.sparse) if hit.sparse else None,
    }


def _add(arguments: argparse.Namespace, desk: Desk, out: TextIO) -> int:
    sql = sys.stdin.read() if arguments.sql == "-" else arguments.sql
    plants = tuple(p.strip() for p in arguments.plants.split(",") if p.strip())
    draft = Draft("qa", arguments.question, sql=sql, plants=plants)
    checked = desk.check(draft)
    for problem in checked.problems:
        print(f"{problem.field}: {problem.message}", file=sys.stderr)
    if not checked.can_save or (arguments.verify and not checked.can_verify):
        return 3 if checked.answer is not None and checked.answer.status == "refused" else 2
    batch = desk.save(draft)
    if arguments.verify:
        batch = desk.verify([batch.changes[0].id])
    _say(
        out, arguments, _batch(batch), "Added. It is staged: `corpus publish --yes` makes it live."
    )
    return 0


def _review(arguments: argparse.Namespace, desk: Desk, out: TextIO) -> int:
    if arguments.accept and arguments.reject:
        raise UserFixable("Accept a case or reject one, not both at once.")
    if arguments.accept:
        case = desk.case(arguments.accept)
        batch = desk.accept(case.id, Draft("qa", case.question, sql=case.sql), arguments.why)
        _say(out, arguments, _batch(batch), "Accepted: its question is staged as a candidate.")
        return 0
    if arguments.reject:
        batch = desk.dismiss([arguments.reject], arguments.why)
        _say(out, arguments, _batch(batch), "Rejected.")
        return 0
    cases = desk.queue(limit=_CASES)
    if arguments.json:
        for case in cases:
            print(json.dumps(_case(case), ensure_ascii=False), file=out)
    else:
        for case in cases:
            often = f"asked {case.asked}x, told {case.reports}x"
            reason = f" ({case.reason})" if case.reason else ""
            print(f"{case.id}  {case.kind}{reason}, {often}: {case.question}", file=out)
        if not cases:
            print("Nothing waits for review.", file=out)
    return 0


def _import(arguments: argparse.Namespace, desk: Desk, out: TextIO) -> int:
    fmt = _format(arguments.file.name)
    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        raise UserFixable(f"{arguments.file} cannot be read: {error.strerror}.") from error
    done = desk.import_file(content, fmt, dry=arguments.dry_run)
    if arguments.json:
        problems = [dataclasses.asdict(p) for p in done.problems]
        body = {
            "entries": done.entries,
            "known": done.known,
            "problems": problems,
            "imported": done.batch is not None,
        }
        print(json.dumps(body, ensure_ascii=False), file=out)
    else:
        for problem in done.problems:
            print(f"line {problem.line}: {problem.what} {problem.todo}", file=out)
        if done.problems:
            print("Nothing was imported.", file=out)
        elif not done.entries:
            print(f"Nothing is new: the corpus has all {done.known} entries.", file=out)
        elif done.batch is None:
            print(f"{done.entries} entries could be imported.", file=out)
        else:
            print(f"{done.entries} entries are staged.", file=out)
    return 2 if done.problems else 0


def _export(arguments: argparse.Namespace, desk: Desk, out: TextIO) -> int:
    search = Search(desk.model, kind=arguments.kind)
    if arguments.file == "-":
        out.write(desk.export("jsonl", search).decode())
        return 0
    path = Path(arguments.file)
    content = desk.export(_format(path.name), search)
    try:
        partial = path.with_name(f".{path.name}.part")
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        raise UserFixable(f"{path} cannot be written: {error.strerror}.") from error
    _say(out, arguments, {"file": str(path), "bytes": len(content)}, f"Written to {path}.")
    return 0


def _publish(arguments: argparse.Namespace, desk: Desk, out: TextIO) -> int:
    staged = desk.staged()
    if not staged:
        _say(out, arguments, {"staged": 0}, "No change is staged.")
        return 0
    tested = desk.gate(_progress("Golden questions") or _quiet, threading.Event())
    _end_progress()
    report = tested.report
    if arguments.json:
        body = {"staged": len(staged), **dataclasses.asdict(report)}
    else:
        body = {}
        print(
            f"{len(staged)} changes; of {report.questions} questions {report.right_before} were "
            f"right and {report.right_after} would be, {report.wrong_before} wrong and "
            f"{report.wrong_after} would be.",
            file=out,
        )
        for change in report.changes:
            was, now = change.before.outcome, change.after.outcome
            print(f"  {change.effect}: {change.question} ({was} -> {now})", file=out)
    if arguments.yes and report.is_harmless:
        done = desk.publish(tested)
        body["published"] = done.number
        if not arguments.json:
            print(f"Publish {done.number} is live.", file=out)
    if arguments.json:
        print(json.dumps(body, ensure_ascii=False, default=str), file=out)
    if not report.is_harmless:
        print("Some answers would get worse, so nothing was published.", file=sys.stderr)
        return 1
    return 0


# -- parts -----------------------------------------------------------------------------------


def _format(name: str) -> Any:
    suffix = Path(name).suffix.lower().removeprefix(".")
    if suffix not in ("jsonl", "csv"):
        raise UserFixable("A file of entries ends in .jsonl or .csv.")
    return suffix


def _batch(batch: Batch) -> dict[str, Any]:
    return {"batch": batch.id, "action": batch.action, "entries": [c.id for c in batch.changes]}


def _case(case: Case) -> dict[str, Any]:
    return {k: v for k, v in dataclasses.asdict(case).items() if k != "evidence"} | {
        "first_at": str(case.first_at),
        "at": str(case.at),
        "decided_at": str(case.decided_at) if case.decided_at else None,
    }


def _say(out: TextIO, arguments: argparse.Namespace, body: dict[str, Any], text: str) -> None:
    said = json.dumps(body, ensure_ascii=False, default=str) if arguments.json else text
    print(said, file=out)


def _quiet(_done: int, _of: int) -> None:
    return None


def _progress(title: str) -> Any:
    """What draws a count on a terminal; None elsewhere."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, of: int) -> None:
        sys.stderr.write(f"\r\033[K{title}: {done} of {of}")
        sys.stderr.flush()

    return show


def _end_progress() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
