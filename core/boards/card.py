"""A board and its cards as values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from core.semantic.asset_question import AssetQuestion
from core.semantic.query import SemanticQuery

Width = Literal["half", "full"]
#: What a card asks: a query, a question that somebody verified, SQL, or a question of assets.
CardKind = Literal["plan", "question", "sql", "asked"]


@dataclass(frozen=True, slots=True)
class ComparedTime:
    """How the time that a card's figures are set against is found anew.

    phrase: words that are read against the clock; before: the period right before the card's own;
    shifted: the card's own time, `back` units earlier (year, quarter, month, week); fixed: the
    dates that stand in its query.
    """

    kind: Literal["phrase", "before", "shifted", "fixed"]
    phrase: str = ""
    unit: str = ""
    back: int = 0


@dataclass(frozen=True, slots=True)
class CardTime:
    """How a card's time is found anew at each run.

    phrase: words that move with the clock ("last week"); since: from the start in its query until
    the clock; shift: the shift that ended last, of that name where `shift` says one; shifts: the
    hours of the last ones that ended, whatever their names; all: no window; fixed: the dates in its
    query. count: how many shifts. runs: the one that runs, and not the last that ended.
    """

    kind: Literal["phrase", "since", "shift", "shifts", "all", "fixed"]
    phrase: str = ""
    shift: str = ""
    compared: ComparedTime | None = None
    count: int = 1
    runs: bool = False

    @property
    def moves(self) -> bool:
        """Whether another day gives other dates."""
        return self.kind in ("phrase", "since", "shift", "shifts")


@dataclass(frozen=True, slots=True)
class Card:
    """One answer that is kept as what it asks.

    question: its words, for people, and what is asked for a card of kind `question`. plan: with its
    dates as they were when it was kept. sql: as its author wrote it, before governance. chart: the
    type of picture that is wished for, empty for whatever suits. model_version: of the model when
    it was kept. at: UTC, naive. asked: of a card of kind `asked`.
    """

    id: str
    title: str
    kind: CardKind
    question: str
    model: str
    model_version: str
    by: str
    at: dt.datetime
    plan: SemanticQuery | None = None
    time: CardTime = field(default_factory=lambda: CardTime("all"))
    sql: str = ""
    chart: str = ""
    width: Width = "half"
    asked: AssetQuestion | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """A named set of cards in order. refresh_s: how often they run again while somebody looks; 0
    for by hand alone. is_shared: whoever of the tenant has the link may look. at: UTC, naive."""

    id: str
    tenant: str
    owner: str
    name: str
    refresh_s: int
    is_shared: bool
    at: dt.datetime
    cards: tuple[Card, ...] = ()
