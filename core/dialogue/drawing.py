"""Changes of a chart in words: "title: Vibration of the pumps", "add a line at 4.5", "stack them".

The phrases stand under `draws` in each file of `data/lexicon/dialogue`, whatever language the rest
is read in. They are the whole of what is said but for a title, a number with its unit, or a name;
what says more is no change of a chart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

import yaml

from core.dialogue.tongues import unmarked
from core.errors import ConfigError, UserFixable
from core.language.lexicon import PhraseSet, read_yaml
from core.language.normalise import Token, clean, tokenise
from core.semantic import units
from core.types import Answer, ChartOrder, Meaning, Severity

DrawingKind = Literal[
    "order", "swap", "stack", "unstack", "lie", "stand", "log", "title", "line", "drop", "no_lines",
    "these_lines", "limits", "no_limits", "colour", "control", "nelson", "western_electric",
    "no_control",
]  # fmt: skip
#: Kinds of phrases that are the whole of what is said.
_WHOLE: Final = (
    "swap", "stack", "unstack", "lie", "stand", "log", "no_title", "no_lines", "these_lines",
    "limits", "no_limits", "control", "nelson", "western_electric", "no_control",
)  # fmt: skip
#: Kinds before a number, with what the line says and what it is called.
_BEFORE_NUMBER: Final[Mapping[str, tuple[Severity, str]]] = {
    "line_at": ("mark", ""),
    "target_at": ("mark", "Target"),
    "limit_at": ("warning", "Limit"),
    "drop_at": ("mark", ""),
}
_KINDS: Final = (
    "title", *_BEFORE_NUMBER, "named", "colours", *get_args(Meaning), "as", "polite", *_WHOLE,
)  # fmt: skip
#: Kinds of whole phrases that put groups in order.
_ORDERS: Final[Mapping[str, ChartOrder]] = {
    "by_name": "name",
    "by_value": "highest",
    "by_value_up": "lowest",
}
_STOPS: Final = frozenset("?!.,;:…")
_QUOTES: Final = " \t\"'“”„«»‘’"


@dataclass(frozen=True, slots=True)
class Drawing:
    """One change of a chart as it was said.

    text: a title, empty for the chart's own; a line's name; a category's name. value, unit: of a
    line, in the unit as typed, None for that of the axis; for `drop` None for the only one.
    """

    kind: DrawingKind
    text: str = ""
    value: float | None = None
    unit: str | None = None
    severity: Severity = "mark"
    meaning: Meaning | None = None
    order: ChartOrder = "given"


@dataclass(frozen=True, slots=True)
class DrawingWords:
    """One language's phrases for it: each kind as a PhraseSet."""

    kinds: Mapping[str, PhraseSet]

    def said(self, text: str) -> Drawing | None:
        """What a text says of a chart; None for any other text."""
        tokens = self._bare(tokenise(text))
        if not tokens:
            return None
        for kind in _WHOLE:
            if self._starts(kind, tokens) == len(tokens):
                return Drawing("title") if kind == "no_title" else _of_kind(kind)
        size = self._starts("title", tokens)
        if 0 < size < len(tokens):
            title = text[tokens[size].start : tokens[-1].end].strip(_QUOTES)
            return Drawing("title", text=title) if title else None
        for kind, (severity, name) in _BEFORE_NUMBER.items():
            size = self._starts(kind, tokens)
            if size:
                return self._line(kind, severity, name, tokens[size:], text)
        return self._colour(tokens, text)

    def _starts(self, kind: str, tokens: Sequence[Token]) -> int:
        """Tokens of the phrase of that kind that they begin with; 0 for none."""
        found = self.kinds[kind].match(tokens, 0)
        return found[1] if found is not None else 0

    def _bare(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """The tokens less stops and politeness at either end."""
        left = list(tokens)
        while left and left[-1].text in _STOPS:
            left.pop()
        polite = self.kinds["polite"]
        size = self._starts("polite", left) if left else 0
        left = left[size:] if size < len(left) else left
        for at in range(max(1, len(left) - polite.longest), len(left)):
            found = polite.match(left, at)
            if found is not None and at + found[1] == len(left):
                left = left[:at]
                break
        while left and left[-1].text in _STOPS:
            left.pop()
        return left

    def _line(
        self, kind: str, severity: Severity, name: str, rest: Sequence[Token], text: str
    ) -> Drawing | None:
        """A line at a number, with its unit and its name."""
        sign = -1.0 if rest and rest[0].text in ("-", "−") else 1.0
        rest = rest[1:] if sign < 0 else rest
        if not rest or rest[0].number is None:
            return None
        value, after = sign * rest[0].number, list(rest[1:])
        for at in range(len(after)):
            size = self._starts("named", after[at:])
            if size and at + size < len(after) and kind != "drop_at":
                name = text[after[at + size].start : after[-1].end].strip(_QUOTES)
                after = after[:at]
                break
        unit = text[after[0].start : after[-1].end] if after else None
        if unit is not None and units.parse_unit(unit) is None:
            return None
        if kind == "drop_at":
            return Drawing("drop", value=value, unit=unit)
        return Drawing("line", name, value, unit, severity)

    def _colour(self, tokens: Sequence[Token], text: str) -> Drawing | None:
        """`make Line 2 red`: a name between a verb and what its colour says."""
        size = self._starts("colours", tokens)
        if not size:
            return None
        for at in range(size + 1, len(tokens)):
            joins = self._starts("as", tokens[at:])
            end = tokens[at + joins :]
            for meaning in get_args(Meaning):
                if end and self._starts(meaning, end) == len(end):
                    name = text[tokens[size].start : tokens[at - 1].end].strip(_QUOTES)
                    return Drawing("colour", text=name, meaning=meaning)
        return None


def _of_kind(kind: str) -> Drawing:
    return Drawing(cast("DrawingKind", kind))


def drawing_of(question: str, languages: Sequence[DrawingWords]) -> Drawing | None:
    """What a question says of a chart; None where it asks anything else."""
    try:
        text = clean(question)
    except UserFixable:
        return None
    found = (words.said(text) for words in languages)
    return next((drawing for drawing in found if drawing is not None), None)


def drawing_on(
    answer: Answer, question: str, whole: str | None, languages: Sequence[DrawingWords]
) -> Drawing | None:
    """What a question changes of the chart of an answer; None for any other words. whole: the kind
    of phrase that all of it is, as `whole` of the words has them."""
    order = _ORDERS.get(whole or "")
    if answer.plan is None and order is not None:
        return Drawing("order", order=order)  # of SQL, only the picture can be put in order
    found = drawing_of(question, languages)
    if found is None or found.kind != "these_lines":
        return found
    # without lines in the chart, those of the plant are meant
    has_lines = answer.chart is not None and bool(answer.chart.lines)
    return replace(found, kind="no_lines") if has_lines else None


def load_drawing_words(folder: Path) -> tuple[DrawingWords, ...]:
    """The phrases of all languages of a folder, each with its marks and then without. Raises
    ConfigError for a file that does not have them as it should."""
    found = []
    for file in sorted(folder.glob("*.yaml"), key=lambda f: (f.stem != "en", f.stem)):
        raw = _raw(file)
        said = {kind: [str(p) for p in raw.get(kind, ())] for kind in _KINDS}
        bare = {kind: [unmarked(p) for p in texts] for kind, texts in said.items()}
        found += [_words(said)] if bare == said else [_words(said), _words(bare)]
    return tuple(found)


def _words(said: Mapping[str, Sequence[str]]) -> DrawingWords:
    return DrawingWords({kind: PhraseSet.of({kind: texts}) for kind, texts in said.items()})


def _raw(file: Path) -> dict[str, Any]:
    try:
        raw = read_yaml(file.read_text("utf-8"))["draws"]
        unknown = [kind for kind in raw if kind not in _KINDS]
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise ConfigError(f"{file.name} does not say how charts are changed: {error}") from error
    if unknown:
        raise ConfigError(f"{file.name} has kinds under `draws` that are none: {unknown}.")
    return dict(raw)
