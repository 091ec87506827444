"""What came of a set of golden questions, as a table and as JSON."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum

#: A set has passed with no answered question wrong and this share right.
REQUIRED_ACCURACY = 0.95


class Outcome(StrEnum):
    """What an answer is worth."""

    RIGHT = "right"
    WRONG = "wrong"  # answered with other rows: the worst
    MISSED = "missed"  # answered where asking back or refusing was right: as bad
    ASKED = "asked"  # asked back where an answer was expected
    FAILED = "failed"  # refused, not answerable, or broken where an answer was expected


@dataclass(frozen=True, slots=True)
class Verdict:
    """One question's outcome. status: the answer's own; line: in the questions' file."""

    id: str
    question: str
    tags: tuple[str, ...]
    outcome: Outcome
    status: str
    reason: str
    elapsed_ms: float
    sql: str = ""
    line: int = 0


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
        times = sorted(v.elapsed_ms for v in self.verdicts)
        return times[max(0, math.ceil(quantile * len(times)) - 1)]

    def by_tag(self) -> dict[str, Counter[Outcome]]:
        """Outcomes under each tag, in order of the tags' names; a question counts under each of
        its tags, one without any under `(none)`."""
        found: dict[str, Counter[Outcome]] = {}
        for verdict in self.verdicts:
            for tag in verdict.tags or ("(none)",):
                found.setdefault(tag, Counter())[verdict.outcome] += 1
        return dict(sorted(found.items()))

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
        rows = [*self.by_tag().items(), ("all", Counter(v.outcome for v in self.verdicts))]
        for name, outcomes in rows:
            total = outcomes.total()
            counts = "".join(f"  {outcomes[o]:>8}" for o in Outcome)
            share = 100 * outcomes[Outcome.RIGHT] / total
            lines.append(f"{name:<{width}}  {total:>8}{counts}  {share:>8.1f}")
        order = list(Outcome)
        amiss = [v for v in self.verdicts if v.outcome is not Outcome.RIGHT]
        if amiss:
            lines += ["", "Not right:"]
        for v in sorted(amiss, key=lambda v: (order.index(v.outcome), v.line)):
            lines.append(f"  {v.outcome:<6}  {v.id} (line {v.line}): {_cut(v.question, 120)}")
            lines.append(f"          {_cut(v.reason, 300)}")
        times = f"p50 {self.elapsed_ms(0.5):.0f} ms, p95 {self.elapsed_ms(0.95):.0f} ms"
        lines.append("")
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
                "results": [asdict(v) for v in self.verdicts],
            },
            ensure_ascii=False,
        )

    def _count(self, outcome: Outcome) -> int:
        return sum(1 for v in self.verdicts if v.outcome is outcome)


def _cut(text: str, length: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 3] + "..."
