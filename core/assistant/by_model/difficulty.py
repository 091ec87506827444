"""How hard a question is to put into SQL: by what is in it, not by what somebody feels."""

from __future__ import annotations

from typing import Final

from core.errors import UserFixable
from core.language import QuestionParser
from core.language.normalise import clean, tokenise
from core.language.tagger import Item
from core.translation import gettext as _
from core.translation import marked
from core.types import Difficulty

#: Lexicon groups that ask for more than one grouped figure, and what they are called.
_ASKS: Final = {
    "versus": marked("a comparison"),
    "compare": marked("a comparison"),
    "correlation": marked("a correlation"),
    "average_reference": marked("a comparison with an average"),
    "running": marked("a running figure"),
    "moving": marked("a moving figure"),
    "between": marked("a range"),
    "comparators": marked("a threshold"),
    "suffix_comparators": marked("a threshold"),
    "exceed_verbs": marked("a threshold"),
    "not": marked("something left out"),
    "but": marked("something left out"),
    "or": marked("alternatives"),
}
_UNKNOWN, _MOST_UNKNOWN = 0.15, 0.45
_TABLES, _WINDOWS, _FIGURES, _ASKED, _MOST_ASKED = 0.2, 0.15, 0.1, 0.1, 0.3
_LONG, _LONG_FROM = 0.1, 16


def difficulty(question: str, parser: QuestionParser) -> Difficulty:
    """0 for one figure by one thing; each of these adds: words that the plant's vocabulary does
    not hold, several tables, times or figures, and words that ask for more than a grouping."""
    try:
        items = parser.tagger.tag(tokenise(clean(question))).items
    except UserFixable:
        return Difficulty(0.0)
    found: list[tuple[float, str]] = []
    unknown = [i.text for i in items if i.is_unknown and i.tokens[0].kind != "symbol"]
    if unknown:
        found.append((min(_MOST_UNKNOWN, _UNKNOWN * len(unknown)), _counted(unknown)))
    if len(_tables(items)) > 1:
        found.append((_TABLES, _("several tables")))
    if sum(i.time is not None and i.time.has_window for i in items) > 1:
        found.append((_WINDOWS, _("several times")))
    if sum(bool(i.of_kind("metric")) for i in items) > 2:
        found.append((_FIGURES, _("several figures")))
    asked = list(dict.fromkeys(_(_ASKS[g]) for i in items for g in sorted(i.tags) if g in _ASKS))
    found += [(w, name) for w, name in zip(_shares(len(asked)), asked, strict=True)]
    if sum(i.length for i in items) > _LONG_FROM:
        found.append((_LONG, _("a long question")))
    score = round(min(1.0, sum(weight for weight, _ in found)), 2)
    return Difficulty(score, tuple(reason for _, reason in found))


def _shares(count: int) -> list[float]:
    return [_ASKED if _ASKED * (i + 1) <= _MOST_ASKED + 1e-9 else 0.0 for i in range(count)]


def _counted(words: list[str]) -> str:
    listed = ", ".join(f"“{w}”" for w in words[:3])
    return _("words that the vocabulary does not hold ({listed})").format(listed=listed)


def _tables(items: list[Item]) -> set[str]:
    """Tables without which some word of the question means nothing: what is in one table only."""
    return {
        next(iter(tables))
        for item in items
        if (tables := frozenset[str]().union(*(t.tables for t in item.targets)))
        and len(tables) == 1
    }
