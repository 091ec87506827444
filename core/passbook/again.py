"""An answer's query, run again for whoever asks, and set against what it gave then."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import pyarrow as pa

from core.assistant import ModelParts, Queries
from core.assistant.beside import Besides
from core.assistant.evidence import is_empty, is_zero_count
from core.assistant.queries import Errand
from core.assistant.sql_turn import with_own_names
from core.assistant.wanted_units import in_wanted_units
from core.errors import CodecError, GembaError, ModelFixable, Refused
from core.governance.policy import Policy
from core.passbook import circumstances
from core.passbook.beside import changes_of, governed_for, run_again
from core.passports import canonical
from core.passports.comparing import difference, is_as_ordered
from core.passports.passport import Change, Passport, Rerun, RowPrint, Verdict
from core.passports.rows import unpack
from core.semantic.columns import describe
from core.semantic.compile import compile_query
from core.semantic.model import SemanticModel
from core.translation import marked, told, told_by
from core.types import CancelToken, Governed, Result, ResultColumn, User

#: The parts of a model, for this person. Raises as `Services.ask` does.
PartsFor = Callable[[User, str], ModelParts]
#: What parts that do not fit one another may meet: a plan and a model, rows and their columns.
MISFITS: Final = (
    ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip
_LOG = logging.getLogger(__name__)
_NO_FIT = told(
    "The parts of this passport do not fit one another, so it was changed after the answer."
)
_ANOTHER_MODEL = marked("The semantic model no longer holds what the query names: {names}.")
_NOT_YOURS = told(
    "You may not see all that the answer's asker saw, so its rows are not set beside yours."
)
_OTHER_RIGHTS = told("It ran under your own rights, which are others than the asker's were.")
_ONLY_HASH = told(
    "The answer had many rows: only their hash is kept, so what differs cannot be shown."
)
_NOTHING_KEPT = told("What the rows were is not kept, so they cannot be compared.")
_OTHER_SQL = Change(told("Query"), told("as kept"), told("the same question becomes other SQL"))
_CUT = told("The answer was cut: rows without an order of their own may come and go by chance.")


@dataclass(frozen=True, slots=True)
class Again:
    """What runs an answer again."""

    queries: Queries
    policy: Policy
    parts_for: PartsFor
    corpus_version: Callable[[str, str], int]
    beside: Besides
    writers: Callable[[], circumstances.Writers]

    def run(
        self, kept: Passport, packed: bytes | None, user: User, cancel: CancelToken | None = None
    ) -> Rerun:
        """Never raises a GembaError: what stands in the way is the finding."""
        started = time.perf_counter()
        user = user.of(kept.model)
        blank = Rerun(kept, "cannot", dt.datetime.now(dt.UTC).replace(tzinfo=None))
        try:
            done = self._run(blank, packed, user, cancel)
        except Refused as error:
            done = replace(_hidden(blank), why=told_by(error), rule=error.rule)
        except ModelFixable as error:
            done = replace(_hidden(blank), why=told(_ANOTHER_MODEL, names=str(error).rstrip(".")))
        except GembaError as error:
            done = replace(_hidden(blank), why=told_by(error))
        except MISFITS as error:
            _LOG.warning("passport %s does not fit together: %r", kept.id, error)
            done = replace(_hidden(blank), why=_NO_FIT)
        return replace(done, elapsed_ms=round((time.perf_counter() - started) * 1000, 3))

    def rows(self, kept: Passport, user: User, cancel: CancelToken | None = None) -> Result | None:
        """What its query gives now; None where that is not row for row what it gave then.

        Raises a GembaError where the query does not run.
        """
        user = user.of(kept.model)
        try:
            parts = self.parts_for(user, kept.model)
            errand = Errand(kept.id, user, kept.question, cancel)
            ran = self._ran(kept, self._governed(kept, user, parts), parts, errand)
            is_same = kept.rows is not None and (_set_beside(kept, None, ran).verdict == "same")
        except MISFITS as error:
            _LOG.warning("passport %s does not fit together: %r", kept.id, error)
            return None
        return ran.result if is_same else None

    def view(self, kept: Passport, user: User) -> Passport:
        """A passport as this person may see it: with its figures where he may see all that its
        asker saw."""
        user = user.of(kept.model)
        try:
            parts = self.parts_for(user, kept.model)
            governed = self._governed(kept, user, parts)
        except GembaError:
            return kept.without_figures()
        return kept if self._covers(kept, user, governed, parts) else kept.without_figures()

    def _governed(self, kept: Passport, user: User, parts: ModelParts) -> Governed | None:
        """What its query reads, as this person may read it; None for one that reads nothing."""
        if kept.beside is not None:
            return governed_for(kept.beside, user, parts, self.queries)
        return self.queries.govern(_statement(kept, parts.model), user, parts.model)

    def _ran(
        self, kept: Passport, governed: Governed | None, parts: ModelParts, errand: Errand
    ) -> _Ran:
        if kept.beside is not None:
            now = run_again(kept.beside, errand, parts, self.beside, self.queries)
            return _Ran(now.result, now.columns, now.governed, changes_of(kept.beside, now.beside))
        assert governed is not None
        ran = self.queries.run(governed, parts.engine, errand).result
        return _Ran(*_described(kept, ran, parts.model), governed)

    def _covers(
        self, kept: Passport, user: User, governed: Governed | None, parts: ModelParts
    ) -> bool:
        if kept.rows is None and not kept.headline:
            return True
        now = circumstances.versions(parts, self.policy, 0)
        seen = circumstances.scope(user, governed)
        return circumstances.covers(kept.scope, kept.versions, seen, now)

    def _run(
        self, blank: Rerun, packed: bytes | None, user: User, cancel: CancelToken | None
    ) -> Rerun:
        kept = blank.passport
        parts = self.parts_for(user, kept.model)
        model = parts.model
        governed = self._governed(kept, user, parts)
        is_covered = self._covers(kept, user, governed, parts)
        corpus = self.corpus_version(user.tenant, model.name)
        changed = circumstances.changes(
            kept,
            circumstances.versions(parts, self.policy, corpus),
            circumstances.scope(user, governed if kept.governed else None),
            circumstances.watermark(parts, user, governed, ""),
            self.writers(),
        )
        if kept.sql and _statement(kept, model) != kept.sql:
            changed += (_OTHER_SQL,)
        errand = Errand(kept.id, user, kept.question, cancel, is_fresh=True)
        ran = self._ran(kept, governed, parts, errand)
        result = ran.result
        changed += ran.changes if is_covered else ()
        compared = _set_beside(kept, packed if is_covered else None, ran)
        notes = list(compared.notes)
        if compared.verdict != "same":
            if not is_covered:
                notes = [_NOT_YOURS]
            elif circumstances.is_of_scope(changed):
                notes.append(_OTHER_RIGHTS)
        is_cut = (result is not None and result.truncated) or (kept.rows and kept.rows.is_cut)
        if is_cut and compared.verdict != "same":
            notes.append(_CUT)
        return replace(
            blank if is_covered else _hidden(blank),
            verdict=compared.verdict,
            changes=changed,
            governed=ran.governed.sql if ran.governed is not None else "",
            count=result.row_count if result is not None else 0,
            difference=compared.difference,
            notes=tuple(notes),
        )


@dataclass(frozen=True, slots=True)
class _Ran:
    """What a query gives now; result: None where its answer is empty. changes: of what it is made
    of beside data."""

    result: Result | None
    columns: tuple[ResultColumn, ...]
    governed: Governed | None
    changes: tuple[Change, ...] = ()


def _set_beside(kept: Passport, packed: bytes | None, ran: _Ran) -> Rerun:
    """A finding with verdict, difference and notes."""
    if ran.result is not None and (kept.beside is None or kept.rows is not None):
        return _compared(kept, packed, ran.result, ran.columns)
    is_same = ran.result is None and kept.rows is None and kept.status == "empty"
    return Rerun(kept, "same" if is_same else "differ", kept.at)


def _hidden(rerun: Rerun) -> Rerun:
    return replace(rerun, passport=rerun.passport.without_figures())


def _statement(kept: Passport, model: SemanticModel) -> str:
    """The SQL before governance: of the plan as the model says it today, else as it was written.

    Raises ModelFixable where the model no longer holds what the plan names.
    """
    if kept.plan is None or kept.kind == "sql":
        return kept.sql
    try:
        return compile_query(kept.plan, model)
    except MISFITS as error:
        raise ModelFixable(f"{error}", hint="") from error


def _described(
    kept: Passport, ran: Result, model: SemanticModel
) -> tuple[Result, tuple[ResultColumn, ...]]:
    if kept.plan is not None and kept.kind == "question":
        return in_wanted_units(kept.plan, ran, describe(kept.plan, model))
    return with_own_names(ran), kept.columns


def _compared(
    kept: Passport, packed: bytes | None, result: Result, columns: tuple[ResultColumn, ...]
) -> Rerun:
    """A finding with verdict, difference and notes."""
    blank = Rerun(kept, "unknown", kept.at)
    short = kept.rows
    if short is None:
        if kept.status == "empty" and not kept.governed:
            # Then its time or place was outside the data: it was not run.
            is_nothing = is_empty(result, columns) or is_zero_count(result, columns)
            return replace(blank, verdict="same" if is_nothing else "differ")
        return replace(blank, notes=(_NOTHING_KEPT,))
    table = result.table
    if tuple(table.column_names) != short.columns:
        was, now = ", ".join(short.columns), ", ".join(table.column_names)
        return replace(
            blank,
            verdict="differ",
            notes=(told("Its columns were {was}; now {now}.", was=was, now=now),),
        )
    found = canonical.hashes(table, kept.columns)
    if found.are_of(short.content):
        is_ordered = not short.order or found.stand_as(short.order)
        return replace(blank, verdict="same" if is_ordered else "reordered")
    if packed is None:
        return replace(blank, verdict="differ", notes=(_ONLY_HASH,))
    return _by_rows(blank, short, packed, table)


def _by_rows(blank: Rerun, short: RowPrint, packed: bytes, table: pa.Table) -> Rerun:
    columns = blank.passport.columns
    try:
        before = unpack(packed, short, columns)
    except CodecError as error:
        return replace(blank, verdict="differ", notes=(told_by(error),))
    found = difference(before, table, columns)
    verdict: Verdict = "differ"
    if found is None:
        in_order = not short.order or is_as_ordered(before, table, columns)
        verdict = "same" if in_order else "reordered"
    return replace(blank, verdict=verdict, difference=found)
