"""Boards for people: answers are kept as what they ask, and each card runs again under the scope,
masks, budget and limits of whoever looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Protocol

from core import monitoring
from core.assistant.boundary import blank_answer
from core.assistant.parts import ModelParts
from core.boards import Board, BoardStore, Card, CardClock, CardTime, Width
from core.boards.times import asked_time, kept_time, placed, said_time
from core.charts import choose_chart
from core.errors import GembaError, UserFixable
from core.language.time_phrases import ClockTime
from core.printing import CardPrint, board_pdf, png_of
from core.semantic.asset_question import AssetQuestion
from core.semantic.facts import present
from core.semantic.query import SemanticQuery
from core.translation import gettext as _
from core.translation import marked, retold
from core.types import Answer, CancelToken, Progress, User

_AS_SAID = marked("as its words say")
_AS_OF_NOW = marked("as of each look")
_OWN_DATES = marked("fixed: the dates in its SQL")


class Turns(Protocol):
    """What answers a card; each ends in one Answer, and raises as `Services.ask` does."""

    def run_plan(
        self,
        plan: SemanticQuery,
        user: User,
        *,
        question: str = "",
        wish: str | None = None,
        cancel: CancelToken | None = None,
    ) -> Iterator[Progress | Answer]: ...

    def run_asked(
        self,
        asked: AssetQuestion,
        user: User,
        *,
        model: str | None = None,
        question: str = "",
        wish: str | None = None,
    ) -> Iterator[Progress | Answer]: ...

    def run_verified(
        self, question: str, user: User, *, model: str | None = None
    ) -> Iterator[Progress | Answer]: ...

    def run_kept_sql(
        self, sql: str, user: User, *, model: str | None = None
    ) -> Iterator[Progress | Answer]: ...


class BoardDesk:
    """Boards of one installation. Thread-safe. What changes a board is for its owner alone:
    UserFixable for others."""

    def __init__(
        self,
        folder: Path,
        turns: Turns,
        parts: Callable[[User, str | None], ModelParts],
        sql_of: Callable[[Answer, User], str],
        record: Callable[..., Any],
        clock: Callable[[], dt.datetime] | None = None,
    ) -> None:
        """sql_of: an answer's SQL as its author wrote it, empty where none is kept. record: writes
        to the audit. clock: an aware moment in place of the machine's."""
        self._turns = turns
        self._parts = parts
        self._sql_of = sql_of
        self._record = record
        self._clock = clock
        self._store = BoardStore(folder)

    # -- boards ------------------------------------------------------------------------------

    def boards(self, user: User) -> tuple[Board, ...]:
        """This person's own, without their cards."""
        return self._store.boards(user)

    def board(self, board_id: str, user: User) -> Board | None:
        """One's own, or one that is shared in the tenant; None for all others alike."""
        return self._store.board(board_id, user)

    def make(self, name: str, user: User) -> Board:
        """A new board."""
        return self._store.make(name, user)

    def rename(self, board_id: str, name: str, user: User) -> None:
        """Give it another name."""
        self._store.rename(board_id, name, user)

    def refresh(self, board_id: str, seconds: int, user: User) -> None:
        """How often it runs again while somebody looks; 0 for by hand."""
        self._store.refresh(board_id, seconds, user)

    def share(self, board_id: str, *, is_shared: bool, user: User) -> str:
        """Let people of the tenant who have the link look, or no more; the board's id from now."""
        fresh = self._store.share(board_id, is_shared=is_shared, user=user)
        act = "share" if is_shared else "unshare"
        self._audit("board", user, act=act, board=board_id)
        return fresh

    def delete(self, board_id: str, user: User) -> None:
        """Take it away for good, with its cards."""
        self._store.delete(board_id, user)
        self._audit("board", user, act="delete", board=board_id)

    # -- cards -------------------------------------------------------------------------------

    def pin(
        self, board_id: str, answer: Answer, user: User, *, title: str = "", time: str = ""
    ) -> Card:
        """Keep an answer as a card. time: words for its time in place of those that it was asked
        with. Raises UserFixable for an answer that cannot be asked again."""
        if answer.user.name != user.name or answer.user.tenant != user.tenant:
            raise UserFixable(_("This answer belongs to someone else. Ask the question yourself."))
        card = self._card(answer, user, title or answer.question or _("From SQL"))
        if time.strip() and card.plan is not None:
            parts = self._parts(user, card.model)
            plan, own = asked_time(time, card.plan, parts.model, self.clock(parts))
            card = replace(card, plan=plan, time=own)
        return self._store.pin(board_id, card, user)

    def kept_time(self, answer: Answer, user: User) -> str:
        """How a card of this answer would find its time, in words."""
        if answer.beside is not None:
            return _(_AS_OF_NOW)
        if answer.plan is None:
            return _(_AS_SAID) if answer.verified is not None else _(_OWN_DATES)
        parts = self._parts(user, answer.model)
        return said_time(kept_time(answer.plan, parts.model, self.clock(parts)), answer.plan)

    def unpin(self, board_id: str, card_id: str, user: User) -> None:
        """Take a card away for good."""
        self._store.unpin(board_id, card_id, user)

    def move(self, board_id: str, card_id: str, by: int, user: User) -> None:
        """One place up (-1) or down (1)."""
        self._store.move(board_id, card_id, by, user)

    def change_card(
        self,
        board_id: str,
        card_id: str,
        user: User,
        *,
        title: str = "",
        width: Width | None = None,
    ) -> None:
        """Give a card another title or width."""
        self._store.change_card(board_id, card_id, user, title=title, width=width)

    @staticmethod
    def time_of(card: Card) -> str:
        """A card's time in words."""
        if card.kind == "plan":
            return said_time(card.time, card.plan)
        if card.kind == "asked":
            return _(_AS_OF_NOW)
        return _(_AS_SAID) if card.kind == "question" else _(_OWN_DATES)

    def run(self, card: Card, user: User) -> Answer:
        """What the card answers now, to this person. Never raises: what goes wrong is the answer's
        own, so that one card does not break its board."""
        try:
            found = next(e for e in self._events(card, user) if isinstance(e, Answer))
        except GembaError as error:
            return replace(blank_answer(card.title, user, card.model), message=retold(error))
        monitoring.count(found)
        return found

    def clock(self, parts: ModelParts) -> CardClock:
        """The model's clock as it is now."""
        today, now, _ = present(parts.model, parts.facts.tables, self._clock)
        return CardClock(parts.parser.lexicon, ClockTime(today, now, parts.model.week_start))

    def export(self, board_id: str, fmt: Literal["pdf", "png"], user: User) -> bytes:
        """A board as a file, as this person may see it now; it is in the audit before it leaves.
        Raises UserFixable for a board that is not there for them."""
        board = self.board(board_id, user)
        if board is None:
            raise UserFixable(_("This board is not there, or its owner does not share it."))
        cards = [CardPrint(c.title, self.time_of(c), self.run(c, user)) for c in board.cards]
        ends = [c.answer.quality.data_to for c in cards if c.answer.quality is not None]
        at = max((end for end in ends if end is not None), default=None)
        name, scope = user.display_name or user.name, ", ".join(user.plants) or _("no plants")
        pdf = board_pdf(board.name, cards, by=name, scope=scope, at=at or _now())
        content = pdf if fmt == "pdf" else png_of(pdf)
        self._audit("export", user, what="board", board=board_id, format=fmt, cards=len(cards))
        return content

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    # -- the rest ----------------------------------------------------------------------------

    def _card(self, answer: Answer, user: User, title: str) -> Card:
        parts = self._parts(user, answer.model)
        # A question that goes on from another one means nothing alone.
        question = "" if answer.follows else answer.question
        blank = Card(
            "", title, "plan", question, answer.model, parts.model.version, user.name, _now(),
            chart=_wish(answer, parts),
        )  # fmt: skip
        if answer.plan is not None:
            time = kept_time(answer.plan, parts.model, self.clock(parts))
            return replace(blank, plan=answer.plan, time=time)
        if answer.beside is not None:
            return replace(blank, kind="asked", asked=answer.beside.asked)
        if answer.verified is not None and question:
            return replace(blank, kind="question")
        sql = self._sql_of(answer, user)
        if not sql:
            raise UserFixable(
                _(
                    "This answer was made from the one before, so there is nothing to ask again. "
                    "Pin that one."
                )
            )
        return replace(blank, kind="sql", sql=sql, time=CardTime("fixed"))

    def _events(self, card: Card, user: User) -> Iterator[Progress | Answer]:
        if card.kind == "question":
            return self._turns.run_verified(card.question, user, model=card.model)
        if card.kind == "sql" and card.sql:
            return self._turns.run_kept_sql(card.sql, user, model=card.model)
        question, wish = card.question or card.title, card.chart or None
        if card.asked is not None:
            return self._turns.run_asked(
                card.asked, user, model=card.model, question=question, wish=wish
            )
        if card.plan is None:
            raise UserFixable(
                _("What this card asks cannot be read any more. Pin the answer anew.")
            )
        parts = self._parts(user, card.model)
        plan = placed(card.plan, card.time, parts.model, self.clock(parts))
        return self._turns.run_plan(plan, user, question=question, wish=wish)

    def _audit(self, event: str, user: User, **body: Any) -> None:
        self._record(event, user=user.name, tenant=user.tenant, **body)


def _wish(answer: Answer, parts: ModelParts) -> str:
    """The picture's type where it is not what suits the rows anyway: somebody wished for it."""
    chart, result = answer.chart, answer.result
    if chart is None or result is None:
        return ""
    own = answer.beside.chart if answer.beside is not None else None
    usual = own or choose_chart(result, answer.columns, answer.plan, parts.model)
    return chart.type if chart.type != usual.type else ""


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
