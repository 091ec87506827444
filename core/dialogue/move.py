"""What a question does to the conversation that it stands in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from core.dialogue.drawing import Drawing
from core.dialogue.intents import Intent
from core.dialogue.past import PastTurn
from core.language.reading import Reading
from core.semantic.asset_question import AssetQuestion
from core.semantic.query import SemanticQuery

#: new: a question of its own; edit: the query before, changed; redraw: its rows in another picture;
#: back: an answer from before again; count: how many rows it has; why: what lies behind it; reset:
#: nothing from before counts; ask: it goes on from the answer before, but not how; write: the same,
#: and a language model is to write the whole query; pick: the answer before in another picture, but
#: not in which; drift: whether what the answer before shows drifts.
Action = Literal[
    "new", "edit", "redraw", "back", "count", "why", "reset", "ask", "write", "pick", "drift",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """A question as it stands in its conversation.

    question: what is asked; for a reply to a question back, the question that it completes.
    turn: the turn that it goes on from. query: what is to be answered, for `edit`. reading: what
    was understood of its words; for `ask`, what is asked back. stands_alone: it could be read as a
    new question as well. is_unsure: the rules do not understand the words, or cannot tell a new
    question from one that goes on. drawing: for `redraw`, what is to change of the chart as it is.
    is_order: for `edit`, nothing but the order of what there is. asked: in place of `query`, a
    question of assets that no one query answers.
    """

    intent: Intent
    action: Action
    question: str
    reading: Reading = field(default_factory=Reading)
    turn: PastTurn | None = None
    query: SemanticQuery | None = None
    stands_alone: bool = False
    is_unsure: bool = False
    drawing: Drawing | None = None
    is_order: bool = False
    asked: AssetQuestion | None = None
