"""Passports of the tests' answers, and a run of each that finds what its question names."""

from __future__ import annotations

import datetime as dt

from core.errors import UserFixable
from core.passports.passport import (
    Change,
    Difference,
    Passport,
    Rerun,
    RowChange,
    RowPrint,
    Scope,
    Sum,
    Verdict,
    Versions,
    Watermark,
)
from core.types import Answer, User

DATA_TO = dt.datetime(2026, 6, 30, 23, 50)
MANY = Difference(
    ("Plant", "Asset"), 17, 1, 1,
    (
        RowChange("changed", ("Hamburg", "PMP-03"), (("Vibration", "4.21 mm/s", "4.42 mm/s"),)),
        RowChange(
            "changed",
            ("Austin", "PMP-07"),
            (("Vibration", "3.88 mm/s", "no value"), ("Readings", "1,008", "0")),
        ),
        RowChange("came", ("Hamburg", "PMP-99 <b>|*"), (("Vibration", "", "2.10 mm/s"),)),
        RowChange("went", ("Hamburg", "PMP-02"), (("Vibration", "1.95 mm/s", ""),)),
    ),
    (Sum("Readings", "14,112", "13,104"),),
)  # fmt: skip
CHANGES = (
    Change("Semantic model", "be023f257e9e", "77aa01c3d2b4"),
    Change("Newest row", "30 Jun 2026 23:50", "1 Jul 2026 06:10"),
)


class FakePassports:
    """Of every answer with figures."""

    def __init__(self) -> None:
        self._kept: dict[str, Passport] = {}
        self.runs: list[tuple[str, str]] = []

    def keep(self, answer: Answer, session: str) -> None:
        if answer.status not in ("answered", "empty"):
            return
        self._kept[answer.id] = Passport(
            id=answer.id,
            user=answer.user.name,
            session=session,
            at=dt.datetime(2026, 7, 1, 6, 12, 30),
            kind="question",
            question=answer.question,
            model="plant",
            status=answer.status,
            source=answer.source,
            plan=answer.plan,
            sql=answer.sql or "",
            governed=answer.sql or "",
            scope=Scope(answer.user.role, answer.user.plants, (), ("plant_obt.operator_name",)),
            versions=Versions("be023f257e9e0000", "0a1b2c3d4e5f0000", 12, "3", "0.1.0"),
            watermark=Watermark("s", DATA_TO),
            rows=RowPrint(8, False, ("6befbe5e6cce" + "0" * 52,), (), (), True),
            headline=answer.headline,
        )

    def passport(self, answer_id: str, user: User) -> Passport | None:
        kept = self._kept.get(answer_id)
        return kept if kept is not None and kept.user == user.name else None

    def rerun(self, answer_id: str, user: User) -> Rerun:
        kept = self.passport(answer_id, user)
        if kept is None:
            raise UserFixable("There is no passport of it that you may see.")
        self.runs.append((user.name, answer_id))
        return _found(kept)


def _found(kept: Passport) -> Rerun:
    lower = kept.question.casefold()
    verdict: Verdict = "same"
    done = Rerun(kept, verdict, DATA_TO, count=8, elapsed_ms=31.0)
    if "daily" in lower:
        return Rerun(
            kept, "differ", DATA_TO, changes=CHANGES, count=8, difference=MANY,
            notes=("It ran under your own rights, which are others than the asker's were.",),
            elapsed_ms=31.0,
        )  # fmt: skip
    if "ten thousand" in lower:
        why = "The semantic model no longer holds what the query names: There is no column 'speed'."
        return Rerun(kept, "cannot", DATA_TO, why=why, elapsed_ms=2.0)
    return done
