"""Under which circumstances an answer is made: versions, scope, data; and what changed in them."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Iterator

import core
from core.assistant import ModelParts
from core.errors import Unavailable
from core.generation.prompt import GRAMMAR, QUERY, SQL
from core.governance.decisions import RULES_VERSION
from core.governance.policy import Policy
from core.passports.passport import Change, Passport, Scope, Versions, Watermark
from core.semantic.display import format_moment
from core.translation import told
from core.types import Governed, Made, ScopePredicate, User

_LOG = logging.getLogger(__name__)
_PROMPTS = {"sql": SQL, "grammar": GRAMMAR, "query": QUERY}
_PLANTS, _ROWS, _MASKED = told("Plants"), told("Rows that may be read"), told("Masked")
_VERSIONS = {
    "semantic_model": told("Semantic model"),
    "policy": told("Policy"),
    "corpus": told("Corpus"),
    "rules": told("Rules"),
    "gemba": "Gemba",
}
#: Names of the language models that write queries now; None where they are not known.
Writers = tuple[str, ...] | None


def versions(parts: ModelParts, policy: Policy, corpus: int, made: Made | None = None) -> Versions:
    """Of everything that makes an answer; made: which way it came."""
    used = [a for a in made.attempts if a.outcome == "used"] if made is not None else []
    return Versions(
        semantic_model=parts.model.version,
        policy=policy.version,
        corpus=corpus,
        rules=RULES_VERSION,
        gemba=core.VERSION,
        prompt=_PROMPTS[used[0].output] if used else "",
        language_model=used[0].model if used else "",
    )


def scope(user: User, governed: Governed | None) -> Scope:
    """What a person may see of what a query reads."""
    if governed is None:
        return Scope(user.role, user.plants)
    predicates = tuple(dict.fromkeys(governed.predicates))
    return Scope(user.role, user.plants, predicates, governed.masked)


def watermark(parts: ModelParts, user: User, governed: Governed | None, table: str) -> Watermark:
    """How the data stands that a query reads. table: that of a query which was not run."""
    tables = [t for t in (governed.tables if governed is not None else (table,)) if t]
    known = [parts.facts.tables[t].within(user.plants).last for t in tables]
    newest = min((last for last in known if last is not None), default=None)
    try:
        # Of the stamp no more than that it is the same one: it names a file or a server.
        stamp = hashlib.sha256(parts.engine.stamp().encode()).hexdigest()[:16]
    except Unavailable as error:
        _LOG.warning("an answer's data is not stamped: %s", error)
        stamp = ""
    return Watermark(stamp, newest)


def changes(
    kept: Passport, now: Versions, seen: Scope, data: Watermark, writers: Writers = None
) -> tuple[Change, ...]:
    """What is another one than it was for the answer. A language model is asked nothing when a
    query runs again: where another one, or another prompt, would write it today, that is told."""
    return (
        *_of_versions(kept.versions, now),
        *_of_writer(kept.versions, writers),
        *_of_scope(kept.scope, seen),
        *_of_data(kept.watermark, data),
    )


def is_of_scope(found: tuple[Change, ...]) -> bool:
    """Whether other rows or masks are among the changes."""
    return any(change.what in (_PLANTS, _ROWS, _MASKED) for change in found)


def covers(then: Scope, was: Versions, now: Scope, current: Versions) -> bool:
    """Whether somebody may see all that the answer's asker saw: as many rows, and no more of them
    behind a mask."""
    values = {(p.table, p.column): frozenset(p.values) for p in then.predicates}
    for predicate in now.predicates:
        seen = values.get((predicate.table, predicate.column))
        if seen is None or not seen <= frozenset(predicate.values):
            return False
    if not now.masked:
        return True
    # How a column is masked stands in the policy.
    is_same_mask = then.role == now.role and was.policy == current.policy
    return is_same_mask and set(now.masked) <= set(then.masked)


def _of_versions(was: Versions, now: Versions) -> Iterator[Change]:
    for name, label in _VERSIONS.items():
        before, after = str(getattr(was, name)), str(getattr(now, name))
        if before != after:
            yield Change(label, before, after)


def _of_writer(was: Versions, writers: Writers) -> Iterator[Change]:
    """Of a query that a model wrote."""
    if not was.language_model:
        return
    if writers is not None and was.language_model not in writers:
        now = ", ".join(writers) or told("none")
        yield Change(told("Language model"), was.language_model, now)
    kind = was.prompt.rpartition("_")[0]
    if was.prompt != _PROMPTS.get(kind):
        yield Change(told("Prompt"), was.prompt, _PROMPTS.get(kind) or told("none"))


def _of_scope(was: Scope, now: Scope) -> Iterator[Change]:
    if was.role != now.role:
        yield Change(told("Role"), was.role, now.role)
    if was.plants != now.plants:
        none = told("none")
        yield Change(_PLANTS, ", ".join(was.plants) or none, ", ".join(now.plants) or none)
    elif set(was.predicates) != set(now.predicates):
        yield Change(_ROWS, _rows(was.predicates), _rows(now.predicates))
    if set(was.masked) != set(now.masked):
        nothing = told("nothing")
        yield Change(_MASKED, ", ".join(was.masked) or nothing, ", ".join(now.masked) or nothing)


def _rows(predicates: tuple[ScopePredicate, ...]) -> str:
    said = [f"{p.table}.{p.column} IN ({', '.join(p.values)})" for p in predicates]
    return "; ".join(said) or told("all")


def _of_data(was: Watermark, now: Watermark) -> Iterator[Change]:
    if was.newest != now.newest:
        yield Change(told("Newest row"), _moment(was.newest), _moment(now.newest))
    if was.stamp != now.stamp or not now.stamp:
        yield Change(
            told("Stored data"), was.stamp or told("unknown"), now.stamp or told("unknown")
        )


def _moment(value: dt.datetime | None) -> str:
    return format_moment(value) if value is not None else told("none")
