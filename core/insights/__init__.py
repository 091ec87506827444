"""Words about a result: the headline, computed facts, chips, explanation, follow-ups, states."""

from core.insights.chips import chips
from core.insights.explain import explain
from core.insights.facts import find_facts
from core.insights.headline import headline
from core.insights.numbers import check_numbers
from core.insights.reads import (
    Said,
    conditions_words,
    explain_reads,
    read_chips,
    read_windows,
)
from core.insights.states import empty_message, quality_line
from core.insights.suggest import suggest

__all__ = [
    "Said",
    "check_numbers",
    "chips",
    "conditions_words",
    "empty_message",
    "explain",
    "explain_reads",
    "find_facts",
    "headline",
    "quality_line",
    "read_chips",
    "read_windows",
    "suggest",
]
