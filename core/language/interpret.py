"""From items to a draft: which words are measures, splits, filters, times, conditions.

Passes run in an order in which each one takes away what would confuse the next: times first,
then numeric conditions, splits ("by ..."), counts, rankings, aggregates; what is left is read by
its kind. A word that no pass takes is left over, and the question is asked back.
"""

from __future__ import annotations

from core.language.draft import Draft
from core.language.interpreting.absences import take_absence
from core.language.interpreting.aggregates import per_period, percentiles, take_aggregates
from core.language.interpreting.anchors import find_anchor
from core.language.interpreting.counts import take_counts
from core.language.interpreting.kinds import count_kinds, figure_of_rows
from core.language.interpreting.limits import take_limits
from core.language.interpreting.listings import ask_at_the_front, listed_nouns, numbered_nouns
from core.language.interpreting.manner import (
    between_measures,
    take_adjuncts,
    take_charts,
    take_direction,
    take_readings,
    take_times,
)
from core.language.interpreting.neighbours import (
    extend_named_values,
    extend_numbered_columns,
    extend_numbered_values,
    settle_words,
    take_comparatives,
)
from core.language.interpreting.nouns import step_nouns, take_nouns
from core.language.interpreting.pairs import take_pairs
from core.language.interpreting.rankings import rank_markers, take_ranking
from core.language.interpreting.ratios import take_ratios
from core.language.interpreting.sentence import Sentence, entity_levels
from core.language.interpreting.splits import take_splits
from core.language.interpreting.verbs import drop_spent, drop_verbs_of_figures, take_verbs
from core.language.lexicon import Senses
from core.language.tagger import Item
from core.language.vocabulary import Vocabulary
from core.semantic.model import SemanticModel

_PASSES = (
    settle_words,
    drop_spent,
    ask_at_the_front,
    extend_numbered_values,
    extend_named_values,
    extend_numbered_columns,
    find_anchor,
    take_comparatives,
    take_times,
    take_readings,
    take_charts,
    take_pairs,
    take_absence,
    take_limits,
    take_ratios,
    take_splits,
    take_counts,
    take_ranking,
    listed_nouns,
    numbered_nouns,
    rank_markers,
    per_period,
    take_aggregates,
    percentiles,
    step_nouns,
    take_nouns,
    drop_verbs_of_figures,
    figure_of_rows,
    count_kinds,
    take_verbs,
    between_measures,
    take_direction,
    take_adjuncts,
)


def interpret(
    model: SemanticModel,
    vocabulary: Vocabulary,
    senses: Senses,
    items: list[Item],
    scopes: frozenset[str],
) -> Draft:
    """The draft of a question's items; raises Ask where a pass finds
    that it makes no sense."""
    levels = entity_levels(model)
    sentence = Sentence(model, vocabulary, senses, items, Draft(items), levels, scopes)
    for read in _PASSES:
        read(sentence)
    return sentence.draft
