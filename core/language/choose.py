"""Choosing what words mean when they can mean several things; asking when they fit equally."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from core.language.draft import Draft, MeasureDraft, ValueDraft
from core.language.reading import Ask
from core.language.vocabulary import Target, Vocabulary
from core.language.wording import say
from core.semantic.model import SemanticModel
from core.semantic.said import said, value_label
from core.translation import gettext as _
from core.types import Clarification, Option


class Chooser:
    """Resolves targets of one draft against the model."""

    def __init__(
        self,
        model: SemanticModel,
        vocabulary: Vocabulary,
        draft: Draft,
        question: str,
        scopes: frozenset[str],
    ) -> None:
        self.model = model
        self.vocabulary = vocabulary
        self.draft = draft
        self.question = question
        self.scopes = scopes

    # -- labels ------------------------------------------------------------------------------

    def label(self, target: Target) -> str:
        """What a target is called in the words that are read."""
        return self._label(target, self.model)

    def called(self, target: Target) -> str:
        """What a target is called on the screen, in the language at hand."""
        return self._label(target, said(self.model))

    def _label(self, target: Target, model: SemanticModel) -> str:
        if target.kind == "metric":
            return model.metrics[target.name].label
        if target.kind == "table":
            return model.tables[target.name].label
        plain = self.vocabulary.columns[target.name][0]
        columns = (t.columns.get(target.name) for t in model.tables.values())
        column = plain if model is self.model else next(filter(None, columns), plain)
        if target.kind == "value":
            return f"{column.label}: {value_label(target.value or '', column)}"
        return column.label

    def tables_of(self, target: Target) -> frozenset[str]:
        """Tables that can give the target; for a formula metric those of all its parts."""
        if target.kind != "metric":
            return target.tables
        metric = self.model.metrics[target.name]
        if metric.formula is None:
            return frozenset({metric.table})
        return frozenset(self.parts_of(target.name))

    def parts_of(self, name: str) -> set[str]:
        """Tables of a metric's parts."""
        metric = self.model.metrics[name]
        if metric.formula is None:
            return {metric.table}
        found: set[str] = set()
        for other in self.model.metrics:
            if other != name and _names(metric.formula, other):
                found |= self.parts_of(other)
        return found

    def serves(self, target: Target, columns: Iterable[str]) -> bool:
        """Whether the measure's table (all tables, for a formula) holds all these columns."""
        tables = self.tables_of(target)
        needs_all = target.kind == "metric" and self.model.metrics[target.name].formula is not None
        for name in columns:
            has = [name in self.model.tables[t].columns for t in tables]
            if not (all(has) if needs_all else any(has)):
                return False
        return True

    # -- choices -----------------------------------------------------------------------------

    def measure(self, measure: MeasureDraft, columns: Iterable[str]) -> Target:
        """The one thing a measure's words mean, given the columns that it must go with."""
        columns = tuple(columns)
        found = list(measure.targets)
        fitting = [t for t in found if self.serves(t, columns)]
        found = fitting or found
        if len(found) > 1:
            text = self.draft.items[measure.at].norm
            own = [t for t in found if self._is_own_name(t, text)]
            found = own if len(own) == 1 else found
        if len(found) > 1 and {t.kind for t in found} == {"metric", "column"}:
            metrics = [t for t in found if t.kind == "metric"]
            found = metrics if len(metrics) == 1 else found
        if len(found) > 1:
            raise self.ask_which(measure.at, found, "figure")
        return found[0]

    def _is_own_name(self, target: Target, text: str) -> bool:
        names = {target.name.replace("_", " "), self.label(target).casefold()}
        return text in names or text.rstrip("s") in names

    def values(self, value: ValueDraft, columns: Iterable[str], tables: frozenset[str]) -> Target:
        """The one value that words mean; asks when several fit equally."""
        found = list(value.targets)
        item = self.draft.items[value.at]
        beside = {
            t.name
            for i in (value.at - 1, value.at + 1)
            if 0 <= i < len(self.draft.items)
            for t in self.draft.items[i].of_kind("column")
        }
        tests: tuple[Callable[[Target], object], ...] = (
            lambda t: t.tables & tables,
            lambda t: t.name in beside,
            lambda t: not self.scopes or not t.scopes or bool(t.scopes & self.scopes),
            lambda t: (t.value or "").casefold() == item.norm,
        )
        for test in tests:
            found = [t for t in found if test(t)] or found
        found = self._own_first(found, tables)
        names = {(t.name, t.value) for t in found}
        if len(names) > 1:
            levels = {t.name for t in found}
            wanted = levels & set(columns)
            if len(wanted) == 1:
                found = [t for t in found if t.name in wanted]
                names = {(t.name, t.value) for t in found}
        if len(names) > 1:
            raise self.ask_which(value.at, found, "value")
        return found[0]

    def _own_first(self, found: list[Target], tables: frozenset[str]) -> list[Target]:
        """Without the column of a related table that is called as the table's own one is: its plain
        name, and so its plain value, is of the table itself."""
        columns = [self.model.tables[table].columns.get(t.name) for table in tables for t in found]
        own = {c.name for c in columns if c is not None and c.via is None}
        called = {c.name: c.via.column for c in columns if c is not None and c.via is not None}
        return [t for t in found if called.get(t.name) not in own]

    def ask_which(self, at: int, found: list[Target], what: str) -> Ask:
        """The question back for words that fit several things; what: what kind they are of."""
        item = self.draft.items[at]
        shown = [
            t
            for t in found
            if t.kind != "value" or not self.scopes or not t.scopes or t.scopes & self.scopes
        ][:4] or found[:4]
        options = tuple(
            Option(self.called(t), _replace(self.question, item.text, self._say(t))) for t in shown
        )
        more = len(found) - len(shown)
        tail = _(" ({more} more)").format(more=more) if more > 0 else ""
        return Ask(
            Clarification(
                say(f"which_{what}", word=item.text) + tail,
                options,
                (item.text,),
            )
        )

    def _say(self, target: Target) -> str:
        """Words that name the target and nothing else."""
        if target.kind == "value":
            column = self.vocabulary.columns[target.name][0]
            return f"{column.label.lower()} {target.value}"
        if target.kind == "metric":
            return self._unique_phrase(target, self.model.metrics[target.name].label)
        return self._unique_phrase(target, self.label(target))

    def _unique_phrase(self, target: Target, label: str) -> str:
        matches = self.vocabulary.match([w.casefold() for w in label.split()], 0)
        if matches and len(matches[0].targets) == 1 and matches[0].targets[0] == target:
            return label
        return target.name.replace("_", " ")


def put_in_place(question: str, old: str, new: str) -> str:
    """The question with the first whole-word occurrence of some words replaced."""
    pattern = rf"(?<!\w){re.escape(old)}(?!\w)"
    return re.sub(pattern, lambda _: new, question, count=1, flags=re.IGNORECASE)


def _names(formula: str, metric: str) -> bool:
    return re.search(rf"\b{re.escape(metric)}\b", formula) is not None


def _replace(question: str, old: str, new: str) -> str:
    return put_in_place(question, old, new)
