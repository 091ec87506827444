"""Decide, then enforce: the one way from SQL text to SQL that may run.

    read -> check_shape -> resolve and rewrite -> cap rows -> write -> read and check again

What no rule allows is refused. Only text written from the checked tree runs, and that text has
been parsed and checked once more, so that nothing rests on what the author's text looked like.
"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp
from sqlglot.errors import SqlglotError

from core.governance.decisions import (
    INSTEAD,
    RULES,
    RULES_VERSION,
    Decision,
    Inspection,
    Refusal,
    as_error,
    refuse,
)
from core.governance.dialect import canonical, parse, snippet, tokenize, write
from core.governance.joins import check_figures, has_one_sides
from core.governance.policy import Policy
from core.governance.reading import read
from core.governance.scan import Viewer
from core.governance.scopes import Resolver
from core.governance.shape import check_shape
from core.governance.sources import Proof, Shape
from core.semantic.model import SemanticModel
from core.translation import marked, told
from core.types import Governed, User

# A scoped subquery stands up to this many levels below the table's own place.
_SCAN_DEPTH = 8


def govern(
    sql: str, user: User, policy: Policy, model: SemanticModel, *, row_cap: int | None = None
) -> Governed:
    """SQL that this user may run, or Refused with the rule, the offending text and the way on.

    row_cap: most rows wanted; the role's own cap still holds.
    """
    inspection = inspect(sql, user, policy, model, row_cap=row_cap)
    refusal = inspection.refusal
    if refusal is not None:
        raise as_error(refusal)
    assert inspection.governed is not None
    return inspection.governed


def inspect(
    sql: str, user: User, policy: Policy, model: SemanticModel, *, row_cap: int | None = None
) -> Inspection:
    """Every rule's decision on a statement, and the governed SQL when all allow it."""
    pipeline = _Pipeline(user, policy, model, row_cap)
    try:
        governed = pipeline.run(sql)
    except Refusal as stop:
        decision = stop.decision
        if not decision.offending and decision.rule not in _OF_THE_PERSON:
            decision = replace(decision, offending=_opening(sql))
        return Inspection(sql, (*pipeline.allowed_before(decision.rule), decision))
    except RecursionError:
        reason = told("the statement is nested too deep")
        too_deep = Decision("Q11", "refuse", reason, _opening(sql), INSTEAD["Q11"])
        return Inspection(sql, (too_deep,))
    return Inspection(sql, tuple(pipeline.decisions), governed)


#: Rules that object to who asks, and to nothing in the text.
_OF_THE_PERSON = frozenset(("ROLE", "NO_SCOPE"))


def _opening(sql: str) -> str:
    """The first words, where a rule objects to a statement as a whole."""
    text = " ".join(sql[:400].split())
    return text if len(text) <= 60 else text[:57] + "..."


class _Pipeline:
    def __init__(
        self, user: User, policy: Policy, model: SemanticModel, row_cap: int | None
    ) -> None:
        self._user = user.of(model.name)
        self._policy = policy
        self._model = model
        self._row_cap = row_cap
        self.decisions: list[Decision] = []

    def run(self, sql: str) -> Governed:
        viewer = self._viewer()
        tree = read(sql)
        self._allow("Q1", "Q2")
        names = _model_names(self._model)
        check_shape(tree, names)
        self._allow("Q9", "Q12", "Q3", "Q4", "Q11")
        if not self._user.plants:
            refuse(
                "NO_SCOPE",
                marked("your account has no plant, so there are no rows for you"),
                "",
                marked("ask an administrator to add a plant to your account"),
            )
        self._allow("ROLE", "NO_SCOPE")
        resolver = Resolver(viewer)
        as_written = tree.copy() if has_one_sides(self._model) else None
        shape = resolver.resolve(tree)
        if as_written is not None:
            check_figures(as_written, self._model)
        self._allow("Q5", "Q6")
        self._report(resolver.proof)
        limit = self._cap(tree, viewer)
        text = self._written(tree, viewer, names, resolver.proof)
        return Governed(
            sql=text,
            tables=tuple(sorted(resolver.proof.tables)),
            predicates=tuple(sorted(resolver.proof.predicates, key=lambda p: p.table)),
            masked=tuple(sorted(resolver.proof.masked)),
            limit=limit,
            rules_version=f"{RULES_VERSION}-{self._policy.version}",
            columns=_column_names(tree, shape),
        )

    def allowed_before(self, rule: str) -> list[Decision]:
        """Decisions reached before this rule refused."""
        order = list(RULES)
        at = order.index(rule) if rule in order else len(order)
        return [d for d in self.decisions if d.rule in order[:at]]

    def _viewer(self) -> Viewer:
        role = self._policy.role(self._user)
        if role is None:
            refuse("ROLE", marked("your role is not in the policy"), self._user.role)
        if not role.may_use(self._model.name):
            refuse("ROLE", marked("your role may not ask this model"), self._model.name)
        return Viewer(self._user, role, self._model)

    def _allow(self, *rules: str) -> None:
        self.decisions += [Decision(rule, "allow", RULES[rule]) for rule in rules]

    def _report(self, proof: Proof) -> None:
        masked = ", ".join(proof.masked)
        reason = ""
        if proof.stars and masked:
            reason = told("`*` was written out; masked: {columns}", columns=masked)
        elif masked:
            reason = told("masked: {columns}", columns=masked)
        elif proof.stars:
            reason = told("`*` was written out")
        self.decisions.append(
            Decision("Q7", "rewrite" if reason else "allow", reason or RULES["Q7"], masked)
        )
        self._allow("JOIN")
        filters = ", ".join(
            f"{p.table}.{p.column} IN ({', '.join(p.values)})" for p in proof.predicates
        )
        self.decisions.append(
            Decision(
                "Q8",
                "rewrite" if proof.replaced else "allow",
                told("rows limited to {filters}", filters=filters)
                if filters
                else told("no table with plants is read"),
                filters,
            )
        )

    def _cap(self, tree: exp.Expr, viewer: Viewer) -> int:
        """Set the root's LIMIT to cap + 1 unless it is smaller; the value that holds."""
        cap = viewer.role.row_cap
        if self._row_cap is not None:
            cap = max(1, min(cap, self._row_cap))
        limit = tree.args.get("limit")
        asked = int(limit.expression.name) if limit is not None else None
        if asked is None or asked > cap + 1:
            tree.set("limit", exp.Limit(expression=exp.Literal.number(cap + 1)))
            self.decisions.append(
                Decision("LIMIT", "rewrite", told("at most {n} rows are shown", n=cap))
            )
        else:
            self.decisions.append(Decision("LIMIT", "allow", told("it asks for {n} rows", n=asked)))
        return cap + 1

    def _written(self, tree: exp.Expr, viewer: Viewer, names: frozenset[str], proof: Proof) -> str:
        """The text to run, after a second look at exactly that text (rule Q10)."""
        try:
            text = write(tree)
            trees = parse(tokenize(text), text)
        except SqlglotError as error:
            refuse("Q10", marked("it cannot be written as StarRocks SQL without loss"), str(error))
        if len(trees) != 1 or trees[0] is None:
            refuse("Q10", marked("its text does not read back as one statement"))
        again = canonical(trees[0])
        check_shape(again, names, extra_depth=_SCAN_DEPTH)
        second = Resolver(viewer, rewrite=False)
        second.resolve(again)
        if second.proof.tables != proof.tables or second.proof.predicates != proof.predicates:
            refuse("Q10", marked("its text does not read back with the same tables and plants"))
        if again != tree or write(again) != text:
            refuse(
                "Q10",
                marked("part of it changes its meaning when it is written again"),
                _part(tree),
            )
        self._allow("Q10")
        return text


def _part(tree: exp.Expr) -> str:
    """The smallest projection or clause that does not come back equal, for the message."""
    candidates = [n for n in tree.walk() if isinstance(n, exp.Func | exp.Condition)]
    for node in reversed(candidates):
        try:
            text = f"SELECT {write(node)}"
            back = parse(tokenize(text), text)[0]
        except SqlglotError:
            return snippet(node)
        if back is not None and canonical(back).expressions[0] != node:
            return snippet(node)
    return ""


def _column_names(tree: exp.Expr, shape: Shape) -> tuple[str, ...]:
    """Names of the result's columns; an unnamed one is called by its text."""
    first = tree
    while not isinstance(first, exp.Select):
        first = first.this
    return tuple(
        name or snippet(item) for name, item in zip(shape.names, first.expressions, strict=True)
    )


_NAMES: dict[str, frozenset[str]] = {}


def _model_names(model: SemanticModel) -> frozenset[str]:
    """Names in the model that are other than ASCII; by model version."""
    found = _NAMES.get(model.version)
    if found is None:
        names = set(model.tables) | set(model.metrics)
        for table in model.tables.values():
            names |= set(table.columns)
        found = frozenset(n for n in names if not n.isascii())
        _NAMES[model.version] = found
    return found
