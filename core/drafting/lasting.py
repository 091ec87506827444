"""How long what a table's rows tell of took: from the table's time to a later one of the same row,
such as `opened_at` and `closed_at`."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.drafting.found import Sampled
from core.drafting.natures import Natured
from core.drafting.sampling import moment
from core.drafting.shape import Axis, ends
from core.drafting.words import participle_of, parts_of

#: Seconds of a unit that such times are told in, and from which usual length on they are.
_TOLD_IN: Final = (("d", 86_400, 10 * 86_400.0), ("h", 3_600, 3 * 3_600.0), ("min", 60, 0.0))
_SECONDS: Final = {unit: seconds for unit, seconds, _ in _TOLD_IN}
_LENGTHS: Final = frozenset({"km", "m", "cm", "mm"})
_VOWELS: Final = frozenset("aeiou")


@dataclass(frozen=True, slots=True)
class Lasting:
    """begin, end: columns of the table. unit: UCUM code of what it is told in."""

    begin: str
    end: str
    unit: str

    def seconds(self) -> int:
        """Seconds of its unit."""
        return _SECONDS[self.unit]


def lasting_of(
    sampled: Sampled, natures: Mapping[str, Natured], axis: Axis | None
) -> tuple[Lasting, ...]:
    """What can be told of a table of events; the one that ends at the table's end comes first."""
    if axis is None or axis.minutes is not None:
        return ()
    begins = [moment(v) for v in sampled.sample[axis.timestamp]]
    found = []
    for name in ends(natures, sampled, axis.timestamp):
        later = [moment(v) for v in sampled.sample[name]]
        took = [(b - a).total_seconds() for a, b in zip(begins, later, strict=True) if a and b]
        if not any(took):
            continue
        usual = statistics.median(took)
        is_days = natures[name].type == "date"
        unit = next(u for u, _, least in _TOLD_IN if is_days or usual >= least)
        found.append(Lasting(axis.timestamp, name, unit))
    return tuple(sorted(found, key=lambda one: one.end != axis.end))


def words_of_length(natures: Mapping[str, Natured], labels: Mapping[str, str]) -> tuple[str, ...]:
    """The words for how long a row took that mean no column of the table: the length of a trip is
    its distance, where it has one."""
    called = " ".join(label.casefold() for label in labels.values())
    is_long = any(n.unit in _LENGTHS for n in natures.values()) or "length" in called
    found = () if "duration" in called else ("duration",)
    return found if is_long or "distance" in called else (*found, "length")


def said_of(
    one: Lasting, labels: Mapping[str, str], entity: str, of_rows: Sequence[str]
) -> list[str]:
    """What people say of it, beside "from opened to closed". labels: of the table's columns;
    entity: what a row is; of_rows: words for how long a row as such took, such as `duration`."""
    first, last = (_called(name, labels) for name in (one.begin, one.end))
    found = [
        said
        for a in first
        for b in last
        for said in (
            f"{a} to {b}",
            f"from {a} to {b}",
            f"between {a} and {b}",
            f"time from {a} to {b}",
            f"time between {a} and {b}",
        )
    ]
    done = participle_of(one.end)
    for stem in _stems(done) if done else ():
        found += [
            f"{before} to {stem}"
            for before in ("time", "mean time", "take", "takes", "took", "taken")
        ]
    if done:
        found += [f"time until {done}", f"until {done}"]
    for what in of_rows if entity else ():
        found += [f"{entity} {what}"]
        found += [f"{what} of {article}{entity}" for article in ("", "a ", "the ")]
    return list(dict.fromkeys(found))


def _called(name: str, labels: Mapping[str, str]) -> list[str]:
    words = [labels[name].casefold(), participle_of(name), " ".join(parts_of(name))]
    return list(dict.fromkeys(filter(None, words)))


def _stems(done: str) -> tuple[str, ...]:
    """What the verb of a participle may be: `closed` -> `clos`, `close`; `tapped` -> `tap`. What is
    no word is never typed."""
    if not done.endswith("ed"):
        return ()
    bare = done[:-2]
    is_doubled = len(bare) > 3 and bare[-1] == bare[-2] and bare[-1] not in _VOWELS | {"s", "l"}
    return (bare[:-1], bare) if is_doubled else (bare, f"{bare}e")
