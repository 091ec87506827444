"""A conversation with an assistant, its turns and rows kept as a session keeps them."""

from __future__ import annotations

import pyarrow as pa

from core.assistant import Assistant
from core.assistant.talk import Talk
from core.dialogue import Past, PastTurn, past_turn
from core.types import Answer, CancelToken, ChartEdit
from tests.assistant.bakehouse import Bakehouse


class Conversation:
    """One person's. assistant: the house's own, where none is given. keeps_rows: whether rows of
    answers are still there at the next turn. pressed: changes of the charts of answers, by id."""

    def __init__(
        self,
        house: Bakehouse,
        user: str = "owner",
        *,
        keeps_rows: bool = True,
        assistant: Assistant | None = None,
    ) -> None:
        self.assistant = assistant or house.assistant
        self.house = house
        self.user = user
        self.keeps_rows = keeps_rows
        self.turns: tuple[PastTurn, ...] = ()
        self.rows: dict[str, pa.Table] = {}
        self.pressed: dict[str, tuple[ChartEdit, ...]] = {}

    def say(self, text: str, cancel: CancelToken | None = None) -> Answer:
        """The answer of one turn."""
        talk = Talk(
            Past(self.turns),
            lambda turn: self.rows.get(turn.id),
            drawn=lambda answer: self.pressed.get(answer, ()),
        )
        person = self.house.policy.user(self.user)
        *_, answer = self.assistant.turn(text, person, self.house.parts, cancel, talk)
        assert isinstance(answer, Answer)
        self.turns = (*self.turns, past_turn(answer))[-10:]
        if answer.result is not None and self.keeps_rows:
            self.rows[answer.id] = answer.result.table
        return answer

    def all(self, *texts: str) -> Answer:
        """The answer of the last of several turns."""
        return [self.say(text) for text in texts][-1]


def shown(answer: Answer) -> str:
    """The chips of an answer in one line, less what readings count."""
    return "; ".join(c.label for c in answer.chips if c.kind != "readings")
