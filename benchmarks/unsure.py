"""In which turns of conversations rules do not know what is wanted, so that a model may be asked.

    python -m benchmarks.unsure data/eval/dialogues.jsonl [--show]

No model is asked here: the turns are read by rules alone.
"""

from __future__ import annotations

import argparse
import uuid
from collections import Counter
from pathlib import Path

from core.dialogue.intents import state_of
from core.dialogue.move import Move
from core.dialogue.past import Past, past_turn
from core.errors import UserFixable
from core.evaluation.questions import read_questions
from core.services import Services
from core.settings import load_settings
from core.types import User


def main() -> None:
    """Print how many turns there are, and the unsure ones by state and by what rules do."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("files", nargs="+", type=Path)
    asked.add_argument("--show", action="store_true", help="each unsure turn")
    options = asked.parse_args()
    services = Services.open(load_settings())
    try:
        for file in options.files:
            _print(file, services, is_shown=options.show)
    finally:
        services.close()


def _print(file: Path, services: Services, *, is_shown: bool) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    turns = 0
    for golden in read_questions(file):
        user = services.policy.user(golden.user or services.policy.default_user)
        session, past = f"unsure-{uuid.uuid4().hex}", Past()
        for turn in golden.turns:
            turns += 1
            move = _move(turn.question, past, user, services)
            if move is not None and move.is_unsure:
                state = state_of(past).value
                counts[state, move.action] += 1
                if is_shown:
                    print(f"{golden.id:6} {state:9} {move.action:4} {turn.question}")
            answer = services.answer(turn.question, user, session=session, is_kept=False)
            past = Past((*past.turns, past_turn(answer))[-10:])
    print(f"{file.name}: {turns} turns, of {sum(counts.values())} rules are unsure")
    for (state, action), number in sorted(counts.items()):
        print(f"  {state:9} {action:4} {number:4}")


def _move(question: str, past: Past, user: User, services: Services) -> Move | None:
    try:
        return services.parts().dialogue.read(question, past, lambda: None, user.plants)
    except UserFixable:
        return None


if __name__ == "__main__":
    main()
