"""What each word of a question was taken for, by name."""

from __future__ import annotations

from core.language.normalise import Token, place_of
from core.language.tagger import QUIET_GROUPS, Item, Tagged
from core.language.vocabulary import Target, Vocabulary
from core.semantic.display import format_window
from core.semantic.model import SemanticModel
from core.semantic.query import TimeWindow
from core.semantic.said import label_of, said, value_label
from core.translation import gettext as _
from core.types import WordUse


def words_used(
    text: str, tagged: Tagged, model: SemanticModel, vocabulary: Vocabulary
) -> tuple[WordUse, ...]:
    """Each item of a question with its place in the text and what it was taken for, in order."""
    found = []
    for item in tagged.items:
        start, end = place_of(item.tokens)
        is_quiet = bool(set(item.tags) & QUIET_GROUPS) and not item.targets
        meaning = _meaning(item, model, vocabulary)
        found.append(WordUse(start, end, text[start:end], meaning, bool(item.use) or is_quiet))
    return tuple(sorted(found, key=lambda use: use.start))


def word_of_drift(text: str, token: Token) -> WordUse:
    """A word that asks whether something drifts."""
    start, end = place_of((token,))
    return WordUse(start, end, text[start:end], _("drift"), True)


def _meaning(item: Item, model: SemanticModel, vocabulary: Vocabulary) -> str:
    """What an item was taken for, by name: "Asset class: pump", "22 to 28 Jun 2026"."""
    if item.use == "time" and item.time is not None and item.time.has_window:
        return format_window(TimeWindow(item.time.start, item.time.end))
    kinds = {"filter": "value", "split": "column", "names the value beside it": "column"}
    wanted = kinds.get(item.use)
    for target in item.targets:
        is_figure = item.use.startswith("figure") and target.kind in ("metric", "column")
        if is_figure or target.kind == wanted:
            return _label(target, model, vocabulary)
    return _(item.use)


def _label(target: Target, model: SemanticModel, vocabulary: Vocabulary) -> str:
    if target.kind == "metric":
        return label_of(model.metrics[target.name], model)
    plain = vocabulary.columns[target.name][0]
    columns = (t.columns.get(plain.name) for t in said(model).tables.values())
    column = next(filter(None, columns), plain) if said(model).plain else plain
    if target.kind == "value":
        return f"{column.label}: {value_label(target.value or '', column)}"
    return column.label
