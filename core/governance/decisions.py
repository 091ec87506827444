"""What governance decided, rule by rule, as values (SECURITY.md, rules Q1-Q12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NoReturn

from core.errors import Refused
from core.governance import limits
from core.types import Governed

#: Goes into cache keys and into every answer's proof; raise it with any change of a rule.
RULES_VERSION = "3"

#: Rules in the order in which they are applied.
RULES: dict[str, str] = {
    "Q1": "The text is short, plain and readable",
    "Q2": "It is one SELECT, or set operations of SELECTs",
    "Q9": "No hint, executable comment, variable, INTO, lock or recursion",
    "Q12": "Names are plain and known",
    "Q3": "Every part is on the list of allowed parts",
    "Q4": "Every function is on the list of allowed functions",
    "Q11": "It is not too deep, too wide or too large",
    "ROLE": "The role may use this model",
    "NO_SCOPE": "The user has at least one plant",
    "Q5": "What is read is a named table, never a function or a file",
    "Q6": "Every table is one of the model's, found by scope",
    "Q7": "Every column is known and may be seen; personal ones are masked",
    "JOIN": "Joins follow the model's relations",
    "Q8": "Every table read carries the user's plants",
    "LIMIT": "The number of rows is capped",
    "Q10": "What is run parses back to the same tree and passes every rule again",
}


#: What each rule would allow instead, where a refusal has nothing more exact to say.
INSTEAD: dict[str, str] = {
    "Q1": f"one SELECT in StarRocks' dialect, of at most {limits.TEXT_BYTES // 1024} KB",
    "Q2": "a single SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT",
    "Q3": "SELECT, FROM, JOIN, WHERE, GROUP BY, HAVING, QUALIFY, ORDER BY, LIMIT, WITH, set "
    "operations, CASE, windows and plain expressions",
    "Q4": "the functions of docs/starrocks-dialect.md, with plain bounded arguments",
    "Q5": "tables by their names, and subqueries in brackets with a name",
    "Q6": "the tables that your role may read, each under one name",
    "Q7": "columns of the tables in FROM, each by one clear name",
    "Q9": "the same statement without it; plain comments may stay",
    "Q10": "the same said in another way, such as the plain form of the function",
    "Q11": f"up to {limits.TREE_DEPTH} levels, {limits.JOINS} joins a SELECT, {limits.CTES} WITH "
    f"queries, {limits.SET_OPERATIONS} set operations, {limits.IN_ITEMS:,} values in IN; plain "
    "numbers where a size is set",
    "Q12": "plain names of letters, digits and underscores, or the model's own",
    "JOIN": "joins on a key that both sides share, or of sides that are grouped by it",
    "ROLE": "the models that your role has; the page Access lists them",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One rule's verdict. offending: the text it objects to, or what it rewrote; allowed: what
    would be allowed instead."""

    rule: str
    verdict: Literal["allow", "rewrite", "refuse"]
    reason: str
    offending: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything governance decided on one statement. governed is None when it is refused."""

    sql: str
    decisions: tuple[Decision, ...]
    governed: Governed | None = None

    @property
    def refusal(self) -> Decision | None:
        """The decision that refused it, None when it may run."""
        return next((d for d in self.decisions if d.verdict == "refuse"), None)


class Refusal(Exception):
    """Carries a refusing decision up to the pipeline, which turns it into a value."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.reason)
        self.decision = decision


def refuse(rule: str, reason: str, offending: str = "", allowed: str = "") -> NoReturn:
    """Stop with a refusing decision; the offending text is cut to 200 characters."""
    shown = offending if len(offending) <= 200 else offending[:197] + "..."
    raise Refusal(Decision(rule, "refuse", reason, shown, allowed or INSTEAD.get(rule, "")))


def as_error(decision: Decision) -> Refused:
    """The refusal as an error fit to be shown: what was refused, where, and the way on."""
    message = f"This query is not run: {decision.reason}"
    if decision.offending:
        message += f" (at {decision.offending!r})"
    message += "."
    if decision.allowed:
        message += f" Allowed: {decision.allowed}."
    return Refused(
        message, rule=decision.rule, offending=decision.offending, allowed=decision.allowed
    )
