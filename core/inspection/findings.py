"""What an engineer should know about a statement before relying on its figures.

statement   the SELECTs, what each reads, where columns are from
rules       claims about them, each with the change that makes it hold
findings    the broken ones, each with the whole statement after the change
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from sqlglot import exp
from sqlglot.errors import SqlglotError

from core.governance.decisions import Refusal
from core.governance.reading import read
from core.inspection.layout import spent
from core.inspection.rule import Edit, Rule, shown
from core.inspection.rules import RULES
from core.semantic.model import SemanticModel
from core.statement.scopes import Statement

#: Places of one rule that are told: a statement of a thousand of them is known after ten, and
#: each takes the statement apart again for its fix.
MOST_OF_A_RULE = 10

Severity = Literal["warning", "advice"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. code: the rule's name; warning: the figures may be wrong or the read
    far too large, advice: it works and could be better or clearer.

    message: what and why, with the names concerned. offending: the text it is about. fix: what
    applying the fix does, "" when there is none. fixed_sql: the whole statement with this one
    fix applied, None when there is none.
    """

    code: str
    severity: Severity
    message: str
    offending: str
    fix: str = ""
    fixed_sql: str | None = None


def find(
    sql: str,
    model: SemanticModel,
    last: dt.datetime | None = None,
    *,
    visible: Mapping[str, frozenset[str]] | None = None,
) -> tuple[Finding, ...]:
    """Findings on the author's StarRocks SQL, warnings first; none for a text that governance
    cannot read. At most ten places of one rule.

    last: the newest moment in the data, for filters that a fix proposes. visible: table ->
    columns that the reader may see, so that a fix names no other; None for all.
    """
    try:
        return _found(Statement(read(sql), model, last, visible))
    except (Refusal, RecursionError):
        return ()  # what is too deep to be looked at is refused for its depth


def _found(statement: Statement) -> tuple[Finding, ...]:
    found: dict[tuple[str, str, str | None], Finding] = {}
    for rule in RULES:
        for finding in _broken(rule, statement):
            found.setdefault((finding.code, finding.offending, finding.fixed_sql), finding)
    return tuple(sorted(found.values(), key=lambda f: f.severity != "warning"))


def _broken(rule: Rule, statement: Statement) -> list[Finding]:
    findings = []
    for hit in islice(rule.find(statement), MOST_OF_A_RULE):
        fixed = _fixed(statement.tree, hit.edit) if hit.edit is not None else None
        findings.append(
            Finding(
                code=rule.code,
                severity="warning" if hit.is_warning else "advice",
                message=hit.message,
                offending=shown(hit.node),
                fix=hit.fix if fixed is not None else "",
                fixed_sql=fixed,
            )
        )
    return findings


def _fixed(tree: exp.Expr, edit: Edit) -> str | None:
    """The statement after an edit; None when it then cannot be read."""
    copy = tree.copy()
    twins = {id(a): b for a, b in zip(tree.walk(), copy.walk(), strict=True)}
    edit(lambda node: twins[id(node)])
    try:
        text = spent(copy, comments=True)
        read(text)
    except (Refusal, SqlglotError):
        return None
    return text
