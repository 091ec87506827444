"""What came of a set of golden questions, as a table and as JSON."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

#: A set has passed with no answered question wrong and this share right.
REQUIRED_ACCURACY = 0.95


class Outcome(StrEnum):
    """What an answer is worth."""

    RIGHT = "right"
    WRONG = "wrong"  # answered with other rows: the worst
    MISSED = "missed"  # answered where asking back or refusing was right: as bad
    ASKED = "asked"  # asked back where an answer was expected
    FAILED = "failed"  # refused, not answerable, broken, or drawn as another chart than asked for


_WORST_FIRST = (Outcome.WRONG, Outcome.MISSED, Outcome.FAILED, Outcome.ASKED, Outcome.RIGHT)


@dataclass(frozen=True, slots=True)
class Way:
    """How an answer came. source: the answer's own, `none` without one. attempts: of a language
    model, 0 where none was asked; is_first: the first of them is what answers. prompt_tokens,
    cached_tokens, reply_tokens, model_ms: over all attempts."""

    source: str = "none"
    attempts: int = 0
    is_first: bool = False
    prompt_tokens: int = 0
    cached_tokens: int = 0
    reply_tokens: int = 0
    model_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One question's outcome. status: the answer's own; line: in the questions' file; turn: which
    one of a conversation, counted from 1, 0 for a question that stands alone."""

    id: str
    question: str
    tags: tuple[str, ...]
    outcome: Outcome
    status: str
    reason: str
    elapsed_ms: float
    sql: str = ""
    line: int = 0
    way: Way = Way()
    turn: int = 0

    @property
    def name(self) -> str:
        """The id, with the turn where there are several."""
        return f"{self.id}.{self.turn}" if self.turn else self.id


@dataclass(frozen=True, slots=True)
class Report:
    """All outcomes of one file."""

    file: str
    model: str
    verdicts: tuple[Verdict, ...]

    @property
    def accuracy(self) -> float:
        """Share of the questions that are right, 0..1."""
        return self._count(Outcome.RIGHT) / len(self.verdicts)

    @property
    def answered_wrong(self) -> int:
        """Questions that got an answer and should not have got this one."""
        return self._count(Outcome.WRONG) + self._count(Outcome.MISSED)

    @property
    def has_passed(self) -> bool:
        return self.answered_wrong == 0 and self.accuracy >= REQUIRED_ACCURACY

    @property
    def exit_code(self) -> int:
        return 0 if self.has_passed else 1

    def elapsed_ms(self, quantile: float) -> float:
        """Time of a question at a quantile 0..1, nearest rank."""
        return _nearest(sorted(v.elapsed_ms for v in self.verdicts), quantile)

    def by_tag(self) -> dict[str, Counter[Outcome]]:
        """Outcomes under each tag, in order of the tags' names; a question counts under each of
        its tags, one without any under `(none)`."""
        return _by_tag(self.verdicts)

    def conversations(self) -> tuple[Verdict, ...]:
        """For each conversation the verdict on its worst turn, under the tags of all its turns.
        Questions that stand alone are none."""
        found: dict[str, list[Verdict]] = {}
        for verdict in self.verdicts:
            if verdict.turn:
                found.setdefault(verdict.id, []).append(verdict)
        return tuple(
            replace(
                min(turns, key=lambda v: _WORST_FIRST.index(v.outcome)),
                tags=tuple(dict.fromkeys(tag for v in turns for tag in v.tags)),
            )
            for turns in found.values()
        )

    def to_text(self) -> str:
        """Table by tag, then what is not right with its reason, then the sum of it."""
        names = [*self.by_tag(), "all"]
        width = max(len(name) for name in names)
        head = f"{'tag':<{width}}"
        lines = [
            f"{self.file} over the model {self.model}",
            "",
            head + "".join(f"  {title:>8}" for title in ("count", *Outcome, "right %")),
        ]
        lines += _counted(self.by_tag(), Counter(v.outcome for v in self.verdicts), width)
        if whole := self.conversations():
            lines += ["", "Whole conversations, each as good as its worst turn:"]
            lines += _counted(_by_tag(whole), Counter(v.outcome for v in whole), width)
        amiss = [v for v in self.verdicts if v.outcome is not Outcome.RIGHT]
        later = [v for v in amiss if any(o.id == v.id and o.turn < v.turn for o in amiss)]
        lines += _told("Not right:", [v for v in amiss if v not in later])
        lines += _told("Not right, after a turn of the same conversation that was not:", later)
        lines += ["", *self._by_way()]
        times = f"p50 {self.elapsed_ms(0.5):.0f} ms, p95 {self.elapsed_ms(0.95):.0f} ms"
        lines.append(
            f"{self.accuracy:.1%} right, {self.answered_wrong} answered wrong; {times} a question."
        )
        short = f"Not passed: {REQUIRED_ACCURACY:.0%} right and none answered wrong are needed."
        lines.append("Passed." if self.has_passed else short)
        return "\n".join(lines)

    def to_json(self) -> str:
        """The same for machines: one object."""
        return json.dumps(
            {
                "file": self.file,
                "model": self.model,
                "questions": len(self.verdicts),
                "accuracy": self.accuracy,
                "answered_wrong": self.answered_wrong,
                "passed": self.has_passed,
                "elapsed_ms": {"p50": self.elapsed_ms(0.5), "p95": self.elapsed_ms(0.95)},
                "outcomes": {o: self._count(o) for o in Outcome},
                "tags": {
                    tag: {o: outcomes[o] for o in Outcome}
                    for tag, outcomes in self.by_tag().items()
                },
                "conversations": {
                    o: sum(v.outcome is o for v in self.conversations()) for o in Outcome
                },
                "ways": {
                    source: {"questions": len(found), "right": _right(found)}
                    for source, found in self.by_source().items()
                },
                "language_model": dict(
                    zip(("asked", "right_first", "right_after"), self.first_attempt(), strict=True)
                ),
                "results": [asdict(v) for v in self.verdicts],
            },
            ensure_ascii=False,
        )

    def by_source(self) -> dict[str, list[Verdict]]:
        """The questions by the way on which their answer came."""
        found: dict[str, list[Verdict]] = {}
        for verdict in self.verdicts:
            found.setdefault(verdict.way.source, []).append(verdict)
        return dict(sorted(found.items()))

    def first_attempt(self) -> tuple[int, int, int]:
        """Of the questions that a language model was asked: how many, how many of them its first
        attempt has right, and how many are right after what was sent back."""
        asked = [v for v in self.verdicts if v.way.attempts]
        right = [v for v in asked if v.outcome is Outcome.RIGHT and v.way.source == "model"]
        return len(asked), sum(v.way.is_first for v in right), len(right)

    def _by_way(self) -> list[str]:
        """A table by source, and for a language model what it took."""
        titles = ("count", "right", "wrong", "right %", "p50 ms", "p95 ms")
        lines = [f"{'way':<8}" + "".join(f"  {title:>8}" for title in titles)]
        for source, found in self.by_source().items():
            right = _right(found)
            wrong = sum(v.outcome in (Outcome.WRONG, Outcome.MISSED) for v in found)
            times = sorted(v.elapsed_ms for v in found)
            cells = (
                f"{len(found)}", f"{right}", f"{wrong}", f"{100 * right / len(found):.1f}",
                f"{_nearest(times, 0.5):.0f}", f"{_nearest(times, 0.95):.0f}",
            )  # fmt: skip
            lines.append(f"{source:<8}" + "".join(f"  {cell:>8}" for cell in cells))
        asked, first, after = self.first_attempt()
        if asked:
            ways = [v.way for v in self.verdicts if v.way.attempts]
            attempts = sum(w.attempts for w in ways)
            lines += [
                "",
                (
                    f"The language model was asked {asked} questions, in {attempts} attempts: "
                    f"right at the first attempt {100 * first / asked:.1f} %, after reflection "
                    f"{100 * after / asked:.1f} %."
                ),
                (
                    f"Tokens a question: {sum(w.prompt_tokens for w in ways) / asked:,.0f} read "
                    f"({sum(w.cached_tokens for w in ways) / asked:,.0f} from the prefix cache), "
                    f"{sum(w.reply_tokens for w in ways) / asked:,.0f} written; "
                    f"{sum(w.model_ms for w in ways) / asked:,.0f} ms."
                ),
            ]
        return [*lines, ""]

    def _count(self, outcome: Outcome) -> int:
        return sum(1 for v in self.verdicts if v.outcome is outcome)


def _by_tag(verdicts: Iterable[Verdict]) -> dict[str, Counter[Outcome]]:
    found: dict[str, Counter[Outcome]] = {}
    for verdict in verdicts:
        for tag in verdict.tags or ("(none)",):
            found.setdefault(tag, Counter())[verdict.outcome] += 1
    return dict(sorted(found.items()))


def _counted(tags: dict[str, Counter[Outcome]], every: Counter[Outcome], width: int) -> list[str]:
    """Lines of a table: a row a tag, and one over all."""
    lines = []
    for name, outcomes in (*tags.items(), ("all", every)):
        counts = "".join(f"  {outcomes[o]:>8}" for o in Outcome)
        share = 100 * outcomes[Outcome.RIGHT] / outcomes.total()
        lines.append(f"{name:<{width}}  {outcomes.total():>8}{counts}  {share:>8.1f}")
    return lines


def _told(title: str, amiss: list[Verdict]) -> list[str]:
    """Lines of a list of what is not right, with its reason; the worst stand first."""
    if not amiss:
        return []
    order = list(Outcome)
    lines = ["", title]
    for v in sorted(amiss, key=lambda v: (order.index(v.outcome), v.line)):
        lines.append(f"  {v.outcome:<6}  {v.name} (line {v.line}): {_cut(v.question, 120)}")
        lines.append(f"          {_cut(v.reason, 300)}")
    return lines


def _right(found: list[Verdict]) -> int:
    return sum(v.outcome is Outcome.RIGHT for v in found)


def _nearest(ordered: list[float], quantile: float) -> float:
    return ordered[max(0, math.ceil(quantile * len(ordered)) - 1)]


def _cut(text: str, length: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 3] + "..."
