"""Golden questions: ask them, compare the rows with hand-written SQL's, and report."""

from core.evaluation.judging import FetchCheck, judge
from core.evaluation.questions import Golden, Turn, read_questions
from core.evaluation.report import Outcome, Report, Verdict
from core.evaluation.run import Ask, ask_one, evaluate

__all__ = [
    "Ask",
    "FetchCheck",
    "Golden",
    "Outcome",
    "Report",
    "Turn",
    "Verdict",
    "ask_one",
    "evaluate",
    "judge",
    "read_questions",
]
