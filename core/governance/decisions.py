"""What governance decided, rule by rule, as values (SECURITY.md, rules Q1-Q12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NoReturn

from core.errors import Refused
from core.governance import limits
from core.translation import marked, told
from core.types import Governed

#: Goes into cache keys and into every answer's proof; raise it with any change of a rule.
RULES_VERSION = "3"

#: Rules in the order in which they are applied.
RULES: dict[str, str] = {
    "Q1": marked("The text is short, plain and readable"),
    "Q2": marked("It is one SELECT, or set operations of SELECTs"),
    "Q9": marked("No hint, executable comment, variable, INTO, lock or recursion"),
    "Q12": marked("Names are plain and known"),
    "Q3": marked("Every part is on the list of allowed parts"),
    "Q4": marked("Every function is on the list of allowed functions"),
    "Q11": marked("It is not too deep, too wide or too large"),
    "ROLE": marked("The role may use this model"),
    "NO_SCOPE": marked("The user has at least one plant"),
    "Q5": marked("What is read is a named table, never a function or a file"),
    "Q6": marked("Every table is one of the model's, found by scope"),
    "Q7": marked("Every column is known and may be seen; personal ones are masked"),
    "JOIN": marked("Joins follow the model's relations"),
    "Q8": marked("Every table read carries the user's plants"),
    "LIMIT": marked("The number of rows is capped"),
    "Q10": marked("What is run parses back to the same tree and passes every rule again"),
}


#: What each rule would allow instead, where a refusal has nothing more exact to say.
INSTEAD: dict[str, str] = {
    "Q1": told(
        "one SELECT in StarRocks' dialect, of at most {size} KB", size=limits.TEXT_BYTES // 1024
    ),
    "Q2": marked("a single SELECT, or SELECTs joined by UNION, INTERSECT or EXCEPT"),
    "Q3": marked(
        "SELECT, FROM, JOIN, WHERE, GROUP BY, HAVING, QUALIFY, ORDER BY, LIMIT, WITH, set "
        "operations, CASE, windows and plain expressions"
    ),
    "Q4": marked("the functions of docs/starrocks-dialect.md, with plain bounded arguments"),
    "Q5": marked("tables by their names, and subqueries in brackets with a name"),
    "Q6": marked("the tables that your role may read, each under one name"),
    "Q7": marked("columns of the tables in FROM, each by one clear name"),
    "Q9": marked("the same statement without it; plain comments may stay"),
    "Q10": marked("the same said in another way, such as the plain form of the function"),
    "Q11": told(
        "up to {levels} levels, {joins} joins a SELECT, {ctes} WITH queries, {sets} set "
        "operations, {values} values in IN; plain numbers where a size is set",
        levels=limits.TREE_DEPTH,
        joins=limits.JOINS,
        ctes=limits.CTES,
        sets=limits.SET_OPERATIONS,
        values=f"{limits.IN_ITEMS:,}",
    ),
    "Q12": marked("plain names of letters, digits and underscores, or the model's own"),
    "JOIN": marked("joins on a key that both sides share, or of sides that are grouped by it"),
    "ROLE": marked("the models that your role has; the page Access lists them"),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One rule's verdict. offending: the text it objects to, or what it rewrote; allowed: what
    would be allowed instead. Reason and allowed are English; `retold` says them to a person."""

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
    """Stop with a refusing decision; the offending text is cut to 200 characters. reason, allowed:
    marked or told."""
    shown = offending if len(offending) <= 200 else offending[:197] + "..."
    instead = told(allowed or INSTEAD.get(rule, ""))
    raise Refusal(Decision(rule, "refuse", told(reason), shown, instead))


def as_error(decision: Decision) -> Refused:
    """The refusal as an error fit to be shown: what was refused, where, and the way on."""
    if decision.offending:
        text = marked("This query is not run: {reason} (at {offending}).")
    else:
        text = marked("This query is not run: {reason}.")
    message = told(text, reason=told(decision.reason), offending=repr(decision.offending))
    if decision.allowed:
        message = told(
            "{message} Allowed: {allowed}.", message=message, allowed=told(decision.allowed)
        )
    return Refused(
        message, rule=decision.rule, offending=decision.offending, allowed=decision.allowed
    )
