"""The one door to the data: every query is governed, weighed, counted and recorded, then run."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from core.assistant.turnstile import Leases, Turnstile
from core.errors import OverBudget, QueryCancelled, QueryTimeout, UnknownCost
from core.governance.decisions import Inspection
from core.governance.govern import govern, inspect
from core.governance.policy import Policy, Role
from core.governance.scan import keys_meet
from core.semantic.compile import compile_query
from core.semantic.display import format_number
from core.semantic.facts import DataFacts
from core.semantic.model import SemanticModel, Table, Via
from core.semantic.query import SemanticQuery
from core.semantic.reckoned import columns_read
from core.translation import gettext as _
from core.types import CancelToken, Engine, Estimate, Governed, Result, Scan, User

#: What a query is for: the answer's own rows, or what is said beside them; `cached` where its rows
#: were read for an earlier question.
Purpose = Literal["answer", "evidence", "cached"]

#: Writes the audit record of a query that is about to run, or whose rows are about to be handed
#: out again: answer id, who, question, query, what it would read, what for. Raises Unavailable to
#: stop it.
Record = Callable[[str, User, str, Governed, Estimate, Purpose], None]


class ResultCache(Protocol):
    """Rows of queries that ran before, for whoever may see the very same rows."""

    def key(self, governed: Governed, user: User, engine: Engine) -> str | None:
        """Under which its rows stand for this person and the data as they are; None for never."""
        ...

    def find(self, key: str) -> tuple[Result, Estimate] | None:
        """The rows, with when they were read, and what that read."""
        ...

    def keep(self, key: str, result: Result, estimate: Estimate) -> bool:
        """Keep rows that were just read; whether they are."""
        ...


#: How many times a table may have grown since the facts were read.
_GROWN = 4


def _for_ever() -> float:
    return math.inf


@dataclass(frozen=True, slots=True)
class Errand:
    """On whose behalf queries run, and for which answer and question. left_s: seconds that the
    turn has left, which no query of it outlives. is_fresh: rows that were read before will not
    do."""

    answer_id: str
    user: User
    question: str
    cancel: CancelToken | None = None
    left_s: Callable[[], float] = _for_ever
    is_fresh: bool = False


@dataclass(frozen=True, slots=True)
class Ran:
    """Rows, and what the engine said it would read for them."""

    result: Result
    estimate: Estimate


class Queries:
    """Runs queries within a role's budgets. Thread-safe."""

    def __init__(
        self,
        policy: Policy,
        record: Record,
        *,
        timeout_s: float = 10.0,
        row_cap: int = 10_000,
        cache: ResultCache | None = None,
        leases: Leases | None = None,
    ) -> None:
        """cache: hands out rows that were read before. leases: counts the queries of a person over
        all processes."""
        self._policy = policy
        self._record = record
        self._timeout_s = timeout_s
        self._row_cap = row_cap
        self._cache = cache
        self._turnstile = Turnstile(leases)

    def govern(self, sql: str, user: User, model: SemanticModel) -> Governed:
        """SQL that this user may run. Raises Refused."""
        return govern(sql, user, self._policy, model, row_cap=self._row_cap)

    def inspect(self, sql: str, user: User, model: SemanticModel) -> Inspection:
        """Every rule's decision on it."""
        return inspect(sql, user, self._policy, model, row_cap=self._row_cap)

    def estimate(self, governed: Governed, engine: Engine, errand: Errand) -> Estimate:
        """What it would read. Raises as Engine.explain does."""
        return engine.explain(governed, timeout_s=self._time(errand), cancel=errand.cancel)

    def run(
        self,
        governed: Governed,
        engine: Engine,
        errand: Errand,
        purpose: Purpose = "answer",
        known: Estimate | None = None,
        *,
        is_fresh: bool = False,
    ) -> Ran:
        """Rows within the budgets of the user's role: time, rows read, queries at once.

        known: what it reads at most, where that needs no look at the engine's plan. is_fresh: rows
        that were read before will not do.

        Raises OverBudget, or UnknownCost where the engine gives no figure, before anything is
        read, and what Engine.run and the record raise.
        """
        role = self._role(errand.user)
        timeout_s = self._time(errand)
        is_fresh = is_fresh or errand.is_fresh
        # Before the query runs: rows of data that change meanwhile stand under what was there.
        key = self._cache.key(governed, errand.user, engine) if self._cache is not None else None
        if self._cache is not None and key is not None and not is_fresh:
            found = self._cache.find(key)
            if found is not None:
                return self._again(Ran(*found), governed, errand)
        with self._turnstile.pass_through(
            errand.user, role.concurrent_queries, wait_s=timeout_s, cancel=errand.cancel
        ):
            estimate = known or self.estimate(governed, engine, errand)
            _weigh(estimate, role)
            if estimate.unknown:
                raise UnknownCost(unknown_cost_message(estimate), tables=estimate.unknown)
            self._record(
                errand.answer_id, errand.user, errand.question, governed, estimate, purpose
            )
            result = engine.run(governed, timeout_s=timeout_s, cancel=errand.cancel)
        if self._cache is not None and key is not None:
            self._cache.keep(key, result, estimate)
        return Ran(result, estimate)

    def _again(self, ran: Ran, governed: Governed, errand: Errand) -> Ran:
        """Rows that were read before, within the same budget and recorded as all others."""
        if errand.cancel is not None and errand.cancel.is_set():
            raise QueryCancelled(_("The query was stopped."))
        _weigh(ran.estimate, self._role(errand.user))
        self._record(
            errand.answer_id, errand.user, errand.question, governed, ran.estimate, "cached"
        )
        return ran

    def evidence(
        self,
        query: SemanticQuery,
        model: SemanticModel,
        engine: Engine,
        errand: Errand,
        facts: DataFacts,
    ) -> Result:
        """Rows of a query of ours that says something beside the answer.

        Its plan is not asked for where all rows of its tables are far within the budget: that
        would take as long as the query.
        """
        governed = self.govern(compile_query(query, model), errand.user, model)
        most = reads_at_most(governed, facts)
        is_far_within = most.rows * _GROWN <= self.scan_budget(errand.user)
        known = most if is_far_within else None
        return self.run(governed, engine, errand, "evidence", known).result

    def timeout_s(self, user: User) -> float:
        """Longest time of one query for this user: the smaller of the role's and the site's."""
        return min(self._timeout_s, self._role(user).time_budget_s)

    def _time(self, errand: Errand) -> float:
        """The same, or what the turn has left where that is less. Raises QueryTimeout after it."""
        left_s = errand.left_s()
        if left_s <= 0:
            raise QueryTimeout(
                _(
                    "The time for this question is over. Ask for less, or ask an "
                    "administrator to raise GEMBA_TURN_BUDGET_S."
                )
            )
        return min(self.timeout_s(errand.user), left_s)

    def visible(self, user: User, model: SemanticModel) -> dict[str, frozenset[str]]:
        """Columns that this user may see, by table of the model; masked ones too."""
        role = self._role(user)
        return {
            name: frozenset(
                c.name
                for c in table.columns.values()
                if role.may_see(name, c.name)
                and all(_is_plain(role, table, read) for read in columns_read(c))
                and (c.via is None or _may_see(role, model, name, c.via))
            )
            for name, table in model.tables.items()
            if role.may_read(model.name, name)
        }

    def masked(self, user: User, model: SemanticModel) -> frozenset[tuple[str, str]]:
        """Tables and columns that this user sees under a mask."""
        role = self._role(user)
        return frozenset(
            (name, column.name)
            for name, table in model.tables.items()
            for column in table.columns.values()
            if role.mask(name, column.name, personal=column.personal).kind != "show"
            or (
                column.via is not None
                and role.mask(column.via.table, column.via.column, personal=column.personal).kind
                != "show"
            )
        )

    def row_cap(self, user: User) -> int:
        """Most rows of an answer for this user: the smaller of the role's and the site's."""
        return min(self._row_cap, self._role(user).row_cap)

    def scan_budget(self, user: User) -> int:
        """Most rows that one query of this user may read."""
        return self._role(user).scan_budget_rows

    def reflections(self, user: User) -> int:
        """How often a statement of a model may go back to it in a turn of this user."""
        return self._role(user).reflections

    def _role(self, user: User) -> Role:
        role = self._policy.role(user)
        assert role is not None, "governance refuses a user without a role before this"
        return role


def _weigh(estimate: Estimate, role: Role) -> None:
    """Raises OverBudget for more rows than the role may read."""
    if estimate.rows > role.scan_budget_rows:
        raise OverBudget(
            over_budget_message(estimate, role.scan_budget_rows),
            rows=estimate.rows,
            budget=role.scan_budget_rows,
        )


def reads_at_most(governed: Governed, facts: DataFacts) -> Estimate:
    """Every row that each table had when the facts were read, for each time that it is read."""
    scans = []
    for name in governed.tables:
        reads = len(re.findall(rf"\bFROM `?{re.escape(name)}`?(?!\w)", governed.sql))
        rows = facts.tables[name].overall.rows
        scans += [Scan(name, rows, 1, 1)] * max(1, reads)
    return Estimate(tuple(scans), "")


def over_budget_message(estimate: Estimate, budget: int) -> str:
    """How much it would read, and how much it may."""
    return _(
        "This query is not run: it would read {rows} rows ({scan_words}), and "
        "your role may read {budget} in one query."
    ).format(
        rows=format_number(estimate.rows, 0),
        scan_words=", ".join(map(_scan_words, estimate.scans)),
        budget=format_number(budget, 0),
    )


def unknown_cost_message(estimate: Estimate) -> str:
    """Of which tables the engine gives no figure, and what to do."""
    tables = ", ".join(estimate.unknown)
    return _(
        "This query is not run: the engine's plan does not say how many rows of "
        "{tables} it would read, so your role's budget of rows cannot be kept. "
        "Ask for a window on the table's date that its partitions follow; an "
        "administrator can run ANALYZE TABLE, look at the plan, or let the "
        "store's account see the table's number of rows."
    ).format(tables=tables)


def _scan_words(scan: Scan) -> str:
    whole = _(", all of its rows, since the plan has no figure") if scan.basis == "table" else ""
    return _("{parts} of {parts_total} parts of {table}{whole}").format(
        parts=scan.parts, parts_total=scan.parts_total, table=scan.table, whole=whole
    )


def _is_plain(role: Role, table: Table, column: str) -> bool:
    """Whether a role sees the values of a table's column as they are: what is reckoned from masked
    ones would tell of them."""
    own = table.columns[column]
    mask = role.mask(table.name, column, personal=own.personal)
    return role.may_see(table.name, column) and mask.kind == "show"


def _may_see(role: Role, model: SemanticModel, table: str, via: Via) -> bool:
    """Whether a role may read the column that a table has by relations: every table on the way, and
    the keys by which they go together, so that they tell rows apart."""
    before = table
    for step in via.steps:
        if not role.may_read(model.name, step.table):
            return False
        for mine, theirs in step.pairs:
            keys = (before, mine), (step.table, theirs)
            if not all(role.may_see(*key) for key in keys) or not keys_meet(role, model, keys):
                return False
        before = step.table
    return role.may_see(via.table, via.column)
