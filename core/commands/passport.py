"""`python -m core passport`: what an answer was made from, and whether it still holds."""

from __future__ import annotations

import json

from core.errors import UserFixable
from core.passports import report
from core.passports.passport import Rerun
from core.services import Services
from core.types import User


def run_passport(
    answer_id: str, user: User, services: Services, *, rerun: bool, as_json: bool
) -> int:
    """Print a passport, or what running it again found. Exit status 3 where governance refuses to
    run it, 1 where it cannot run for another reason, else 0, also where its rows differ.

    Raises UserFixable where there is none that this person may see.
    """
    if rerun:
        done = services.rerun(answer_id, user)
        text = f"{report.as_text(done.passport)}\n\n{report.rerun_as_text(done)}"
        print(_json(report.as_json(done)) if as_json else text)
        return _status(done)
    kept = services.passport(answer_id, user)
    if kept is None:
        raise UserFixable(f"There is no passport {answer_id[:32]!r} that {user.name} may see.")
    print(_json(report.as_json(kept)) if as_json else report.as_text(kept))
    return 0


def _status(done: Rerun) -> int:
    if done.verdict != "cannot":
        return 0
    return 3 if done.rule else 1


def _json(found: object) -> str:
    return json.dumps(found, ensure_ascii=False)
