"""Keeps each answer's passport, shows it to who may see it, and runs it again."""

from __future__ import annotations

import datetime as dt
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

import pyarrow as pa
import sqlglot

from core.assistant import ModelParts, Queries
from core.assistant.beside import Besides
from core.errors import Refused, Unavailable, UserFixable
from core.governance.policy import Policy
from core.passbook import circumstances
from core.passbook.again import Again, PartsFor
from core.passports.passport import Passport, Rerun, Watermark
from core.passports.rows import QUICK_CELLS, cells_of, print_of
from core.passports.store import PassportStore
from core.translation import told
from core.types import Answer, CancelToken, Result, User

_LOG = logging.getLogger(__name__)
#: Answers that wait for their rows to be printed; with more of them the newest go without.
_WAITING: Final = 100
_CLOSE_S: Final = 10.0
_MOST_NAME: Final = 128
_MOST_ID: Final = 32
#: What writing a passport may meet; none of it takes an answer away.
_TROUBLES: Final = (
    Unavailable, pa.ArrowException, ArithmeticError, LookupError, TypeError, ValueError,
)  # fmt: skip
Job = Callable[[], None]


class Passbook:
    """Passports of one installation. Thread-safe."""

    def __init__(
        self,
        folder: Path,
        queries: Queries,
        policy: Policy,
        parts_for: PartsFor,
        corpus_version: Callable[[str, str], int],
        beside: Besides | None = None,
        writers: Callable[[], circumstances.Writers] = lambda: None,
    ) -> None:
        """folder: where the state database stands. corpus_version: of a tenant and model. beside:
        answers what no one query does. writers: the language models that write queries now. Raises
        Unavailable when the folder cannot be written."""
        self._store = PassportStore(folder)
        self._policy = policy
        self._corpus_version = corpus_version
        self._again = Again(
            queries, policy, parts_for, corpus_version, beside or Besides(), writers
        )
        self._later = _Later()

    # -- writing -----------------------------------------------------------------------------

    def keep(
        self,
        answer: Answer,
        kind: Literal["question", "sql"],
        sql: str,
        session: str,
        parts: ModelParts,
    ) -> None:
        """Write an answer's passport before it is shown; what it says of many rows comes a moment
        later. An answer is not lost because its passport cannot be written. sql: before governance.
        """
        has_question = answer.plan is not None or answer.beside is not None or bool(sql)
        if answer.status not in ("answered", "empty") or not has_question:
            return
        tenant = answer.user.tenant
        try:
            passport, packed = self._passport(answer, kind, sql, session, parts), None
            result = answer.result
            is_quick = result is not None and cells_of(result) <= QUICK_CELLS
            if result is not None and is_quick:
                is_ordered = _is_ordered(passport)
                short, packed = print_of(result, answer.columns, is_ordered=is_ordered)
                passport = replace(passport, rows=short)
            self._store.add(passport, tenant, packed)
        except _TROUBLES as error:
            _LOG.warning("Answer %s has no passport: %s", answer.id, error)
            return
        if result is not None and not is_quick:
            self._later.do(lambda: self._print(passport, answer))
        self._later.do(lambda: self._trim(answer.user))

    def _passport(
        self,
        answer: Answer,
        kind: Literal["question", "sql"],
        sql: str,
        session: str,
        parts: ModelParts,
    ) -> Passport:
        user = answer.user
        corpus = self._corpus_version(user.tenant, parts.model.name)
        return Passport(
            id=answer.id,
            user=user.name,
            session=_name(session),
            at=(answer.asked_at or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).replace(tzinfo=None),
            kind=kind,
            question=answer.question,
            model=answer.model,
            status=answer.status,
            source=answer.source,
            plan=answer.plan,
            sql=sql,
            governed=answer.governed.sql if answer.governed is not None else "",
            scope=circumstances.scope(user, answer.governed),
            versions=circumstances.versions(parts, self._policy, corpus, answer.made),
            watermark=self._watermark(answer, parts),
            columns=answer.columns,
            headline=answer.headline,
            follows=answer.follows,
            beside=answer.beside,
        )

    def _watermark(self, answer: Answer, parts: ModelParts) -> Watermark:
        table = answer.plan.table if answer.plan is not None else ""
        found = circumstances.watermark(parts, answer.user, answer.governed, table)
        if answer.source != "cache":
            return found
        # These rows were read for the answer before, and the data may have changed since.
        before = self._store.get(answer.follows, answer.user)
        return before[0].watermark if before is not None else replace(found, stamp="")

    def _print(self, passport: Passport, answer: Answer) -> None:
        assert answer.result is not None
        short, packed = print_of(answer.result, answer.columns, is_ordered=_is_ordered(passport))
        self._store.print_rows(passport, answer.user.tenant, short, packed)

    def _trim(self, user: User) -> None:
        self._store.trim(user.name, user.tenant)

    # -- reading -----------------------------------------------------------------------------

    def passport(self, answer_id: str, user: User) -> Passport | None:
        """An answer's passport, for its owner and for who administers; None for others, and where
        there is none. Its figures are left out for somebody who may see less than its asker saw.
        Raises Refused for a role that is not known."""
        found = self._found(answer_id, user)
        return self._again.view(found[0], user) if found is not None else None

    def rerun(self, answer_id: str, user: User, cancel: CancelToken | None = None) -> Rerun:
        """Run an answer's query again under this person's own rights, and compare.

        Raises UserFixable where he has no such passport, Refused for a role that is not known.
        What keeps the query from running is in the finding.
        """
        found = self._found(answer_id, user)
        if found is None:
            raise UserFixable(
                told(
                    "There is no passport {id} that you may see. Passports are kept of answers "
                    "with figures, and the oldest of a person go first.",
                    id=repr(answer_id[:32]),
                )
            )
        return self._again.run(*found, user, cancel)

    def rows(self, answer_id: str, user: User, cancel: CancelToken | None = None) -> Result | None:
        """The rows of this person's answer, read again under their own rights; None where they are
        not the very same ones, or where nothing tells whether they are.

        Raises UserFixable where he has no such passport, Refused, ModelFixable or Unavailable.
        """
        self._later.settle()
        found = self._store.get(answer_id[:_MOST_ID], user)
        if found is None:
            raise UserFixable(
                told("What this answer was made from is not kept any more. Ask the question again.")
            )
        return self._again.rows(found[0], user, cancel)

    def forget(self, user: User, session: str) -> int:
        """Delete this person's passports of a conversation for good. Returns how many there were;
        0 without a conversation."""
        if not session:
            return 0
        self._later.settle()
        return self._store.forget(user, _name(session))

    def _found(self, answer_id: str, user: User) -> tuple[Passport, bytes | None] | None:
        role = self._policy.role(user)
        if role is None:
            raise Refused(told("There is no role {role}.", role=repr(user.role)), rule="ROLE")
        if not answer_id.isascii() or len(answer_id) > _MOST_ID:
            return None
        return self._store.get(answer_id, user, everyone=role.administers)

    # -- the end -----------------------------------------------------------------------------

    def settle(self) -> None:
        """Wait until everything that was begun is written."""
        self._later.settle()

    def close(self) -> None:
        """Write what waits, and close the file."""
        self._later.close()
        self._store.close()


class _Later:
    """Does small jobs one after the other in a thread of its own. Thread-safe."""

    def __init__(self) -> None:
        self._jobs: queue.Queue[Job | None] = queue.Queue(_WAITING)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def do(self, job: Job) -> None:
        """Some time soon; dropped where too many wait."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="passports", daemon=True)
                self._thread.start()
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            _LOG.warning("A passport goes without its rows: too many wait.")

    def settle(self) -> None:
        """Until the jobs so far are done."""
        if self._thread is None:
            return
        done = threading.Event()
        self._jobs.put(done.set)
        done.wait(_CLOSE_S)

    def close(self) -> None:
        """End the thread once the jobs are done."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._jobs.put(None)
            thread.join(_CLOSE_S)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except _TROUBLES as error:
                _LOG.warning("A passport is not complete: %s", error)


def _name(session: str) -> str:
    return session.encode("utf-8", "replace").decode()[:_MOST_NAME]


def _is_ordered(passport: Passport) -> bool:
    """Whether the query says in which order its rows come. A plan's SQL always does, and so does
    what is ranked beside."""
    if passport.kind == "question" and (passport.plan is not None or passport.beside is not None):
        return True
    if not passport.governed:
        return False
    return sqlglot.parse_one(passport.governed, read="starrocks").args.get("order") is not None
