"""Golden questions: ask them, compare the rows with hand-written SQL's, and report."""

from core.evaluation.questions import Golden, read_questions
from core.evaluation.report import Outcome, Report, Verdict
from core.evaluation.run import Ask, FetchCheck, ask_one, evaluate, judge

__all__ = [
    "Ask",
    "FetchCheck",
    "Golden",
    "Outcome",
    "Report",
    "Verdict",
    "ask_one",
    "evaluate",
    "judge",
    "read_questions",
]
