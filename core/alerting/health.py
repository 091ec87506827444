"""How heavy a load of alerts is: pure functions over activations, of Gemba's own alerts or of the
plant's records.

Activations alone count: acknowledging, shelving and diagnostic rows are no alarms. All times are
whole seconds on one clock, UTC or another that has neither gaps nor repeats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from core.alerting.figures import FIGURES, LEAST_DAYS, Figure, Metric, Verdict

Texts = npt.NDArray[np.str_]
Integers = npt.NDArray[np.int64]
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
PERIOD_S: Final = 10 * MINUTE_S
#: A period with more than so many is one of a flood.
FLOOD_OVER: Final = 10
STALE_AFTER_S: Final = DAY_S
#: So many activations of one source within so many seconds are chattering.
CHATTER_TIMES: Final = 3
CHATTER_S: Final = 60
#: Priority levels that the figures speak of.
PRIORITIES: Final = ("high", "medium", "low")
#: How many bad actors are named.
MOST_ACTORS: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Activations:
    """N activations, in any order. at: when; cleared: when it was over, -1 for one that stands.
    source: what raised it (a tag, or threshold and asset). priority: one of PRIORITIES, or any
    other text, which is in no share. position: the operating position that it is for. Those raised
    before the window and not over when it begins may be stale in it; so hand them over too.
    Raises ValueError for arrays of other lengths, and for one that is over before it was raised."""

    at: Integers
    cleared: Integers
    source: Texts
    priority: Texts
    position: Texts

    def __post_init__(self) -> None:
        arrays = (self.at, self.cleared, self.source, self.priority, self.position)
        if len({one.shape for one in arrays}) > 1 or self.at.ndim != 1:
            raise ValueError("activations are arrays of one length")
        if ((self.cleared >= 0) & (self.cleared < self.at)).any():
            raise ValueError("an activation is over after it was raised")

    def __len__(self) -> int:
        return len(self.at)

    def where(self, those: npt.NDArray[np.bool_]) -> Activations:
        """Some of them."""
        return Activations(
            self.at[those], self.cleared[those], self.source[those], self.priority[those],
            self.position[those],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Window:
    """[start_s, end_s). Raises ValueError for one that ends before it starts."""

    start_s: int
    end_s: int

    def __post_init__(self) -> None:
        if self.end_s <= self.start_s:
            raise ValueError("a window ends after it starts")

    @property
    def days(self) -> float:
        """How long it is."""
        return (self.end_s - self.start_s) / DAY_S


@dataclass(frozen=True, slots=True)
class Actor:
    """A source with its activations and their share of all (0 to 1)."""

    source: str
    n: int
    share: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure of the table and what was measured; value None: nothing to measure it by."""

    figure: Figure
    value: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Health:
    """The load of one position. n: activations in the window. is_long_enough: the window has the
    days that rates need; where it has not, the figures are shown and the page says so. actors: the
    worst sources. chatterers: source -> times it chattered. stale: of each 24 hours from the
    window's start. most_in_ten_min: in the fullest period."""

    position: str
    days: float
    is_long_enough: bool
    n: int
    measured: tuple[Measured, ...]
    actors: tuple[Actor, ...]
    chatterers: tuple[tuple[str, int], ...]
    stale: tuple[int, ...]
    most_in_ten_min: int

    def of(self, metric: Metric) -> Measured | None:
        """One figure; None where the table handed over has none of it."""
        return next((one for one in self.measured if one.figure.metric == metric), None)


def health(
    activations: Activations,
    window: Window,
    *,
    positions: Sequence[str] = (),
    figures: Sequence[Figure] = FIGURES,
    least_days: float = LEAST_DAYS,
    most_actors: int = MOST_ACTORS,
) -> tuple[Health, ...]:
    """The load of each position, by name; also of `positions`, which may have had nothing."""
    names = sorted({*activations.position.tolist(), *positions})
    return tuple(
        _health(
            name, activations.where(activations.position == name), window, figures, least_days,
            most_actors,
        )
        for name in names
    )  # fmt: skip


def periods(at: Integers, window: Window) -> Integers:
    """Activations in each 10-minute period from the window's start on; empty ones are 0, and a last
    one that is shorter counts as one."""
    n = -(-(window.end_s - window.start_s) // PERIOD_S)
    during = at[(at >= window.start_s) & (at < window.end_s)]
    return np.bincount((during - window.start_s) // PERIOD_S, minlength=n)


def stale(at: Integers, cleared: Integers, window: Window) -> Integers:
    """How many were active for more than 24 hours at some time in each 24 hours of the window."""
    begins = at + STALE_AFTER_S
    ends = np.where(cleared < 0, np.iinfo(np.int64).max, cleared)
    days = np.arange(window.start_s, window.end_s, DAY_S)
    counts = []
    for day in days.tolist():
        is_old_by_then = begins < min(day + DAY_S, window.end_s)
        counts.append(np.count_nonzero(is_old_by_then & (ends > np.maximum(begins, day))))
    return np.array(counts, np.int64)


def chattering(at: Integers, source: Texts) -> dict[str, int]:
    """Source -> how often it chattered, worst first: activations that are the third or later within
    60 seconds, counted once until the source is quiet for that long."""
    order = np.lexsort((at, source))
    times, sources = at[order], source[order]
    back = CHATTER_TIMES - 1
    if len(times) <= back:
        return {}
    near = (sources[back:] == sources[:-back]) & (times[back:] - times[:-back] <= CHATTER_S)
    hits = np.flatnonzero(near) + back
    if not len(hits):
        return {}
    gap = np.diff(times[hits]) > CHATTER_S
    is_first = np.r_[True, (sources[hits][1:] != sources[hits][:-1]) | gap]
    names, counts = np.unique(sources[hits][is_first], return_counts=True)
    return _worst_first(names, counts)


def bad_actors(source: Texts, most: int = MOST_ACTORS) -> tuple[Actor, ...]:
    """The sources with the most activations, worst first and by name where equal."""
    names, counts = np.unique(source, return_counts=True)
    worst = list(_worst_first(names, counts).items())[:most]
    return tuple(Actor(name, n, n / len(source)) for name, n in worst)


def shares(priority: Texts) -> Mapping[str, float]:
    """The share of each priority; empty where nothing has one of PRIORITIES."""
    counts = {name: np.count_nonzero(priority == name) for name in PRIORITIES}
    total = sum(counts.values())
    return {name: n / total for name, n in counts.items()} if total else {}


def _health(
    position: str,
    here: Activations,
    window: Window,
    figures: Sequence[Figure],
    least_days: float,
    most_actors: int,
) -> Health:
    during = here.where((here.at >= window.start_s) & (here.at < window.end_s))
    n, seconds = len(during), window.end_s - window.start_s
    full = periods(during.at, window)
    old = stale(here.at, here.cleared, window)
    chatterers = chattering(during.at, during.source)
    mix = shares(during.priority)
    values: dict[Metric, float | None] = {
        "per_day": n * DAY_S / seconds,
        "per_hour": n * HOUR_S / seconds,
        "per_ten_min": n * PERIOD_S / seconds,
        "flood_share": np.count_nonzero(full > FLOOD_OVER) / len(full),
        "stale": float(old.max()),
        "chattering": float(len(chatterers)),
        "share_high": mix.get("high"),
        "share_medium": mix.get("medium"),
        "share_low": mix.get("low"),
    }
    measured = tuple(_measured(one, values[one.metric]) for one in figures)
    return Health(
        position, window.days, window.days >= least_days, n, measured,
        bad_actors(during.source, most_actors), tuple(chatterers.items()), tuple(old.tolist()),
        int(full.max()),
    )  # fmt: skip


def _measured(figure: Figure, value: float | None) -> Measured:
    return Measured(figure, value, "not judged" if value is None else figure.verdict(value))


def _worst_first(names: Texts, counts: npt.NDArray[np.intp]) -> dict[str, int]:
    pairs = zip(names.tolist(), counts.tolist(), strict=True)
    return dict(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))
