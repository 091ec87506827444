"""Questions asked of an assistant over the bakery whose language model is a fake.

"Scorch" is no word of the bakery's vocabulary, so its parser asks back.
"""

import json

from core.assistant import Assistant
from core.assistant.by_model.narrator import Narrator
from core.assistant.by_model.turns import ModelOptions, ModelTurns
from core.generation.constraints import Constraints
from core.types import Answer
from tests.assistant.bakehouse import Bakehouse
from tests.fakes.model import FakeModel

QUESTION = "Which ovens scorch most last week?"
RIGHT = (
    "SELECT oven, SUM(burnt) AS burnt FROM bakes WHERE day >= '2031-03-03' AND day < '2031-03-10' "
    "GROUP BY oven ORDER BY burnt DESC LIMIT 10"
)
OF_ANOTHER_WEEK = RIGHT.replace("-03-03", "-03-01").replace("-03-10", "-03-03")
YES = json.dumps({"answers": True, "problem": "none", "unused": [], "hint": ""})
NO = json.dumps({"answers": False, "problem": "figure", "unused": ["scorch"], "hint": "Use burnt."})


def with_model(
    house: Bakehouse,
    model: FakeModel,
    *,
    narrates: bool = False,
    budget_s: float = 60.0,
    **options: object,
) -> Assistant:
    chosen = ModelOptions(**{"output": "sql", **options})
    turns = ModelTurns(house.queries, model, chosen, Constraints())
    narrator = Narrator(model, of_all=True) if narrates else None
    return Assistant(house.queries, models=turns, narrator=narrator, budget_s=budget_s)


def ask(
    house: Bakehouse, model: FakeModel, question: str = QUESTION, user: str = "owner", **options
) -> Answer:
    assistant = with_model(house, model, **options)
    events = list(assistant.turn(question, house.policy.user(user), house.parts))
    assert [type(e) for e in events].count(Answer) == 1
    answer = events[-1]
    assert isinstance(answer, Answer)
    return answer


def outcomes(answer: Answer) -> list[str]:
    assert answer.made is not None
    return [attempt.outcome for attempt in answer.made.attempts]
