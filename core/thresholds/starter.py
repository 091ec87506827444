"""Thresholds to start from, from files in data/thresholds/, each with its source.

They are data as all others are: installed, they are drafts that people change, approve and publish.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, cast

from core.errors import ModelError, did_you_mean
from core.semantic.load.source import Problems, Section, read_source
from core.thresholds.acts import Change
from core.thresholds.grounds import Grounds
from core.thresholds.record import (
    KINDS,
    SEVERITIES,
    STATISTICS,
    Kind,
    Severity,
    Source,
    Statistic,
    Threshold,
    scope_of,
)
from core.thresholds.store import ThresholdStore
from core.types import User

FOLDER: Final = Path(__file__).resolve().parents[2] / "data" / "thresholds"
_ZONES: Final = "zones.yaml"
_BOUNDARIES: Final = ("ab", "bc", "cd")
_ZONE_TEXTS: Final = ("name", "standard", "part", "group", "support", "unit")
_NUMBERS: Final = ("low", "high", "deadband", "weight")
_WHOLE: Final = (
    "on_delay_min", "off_delay_min", "window_min", "baseline_days", "realarm_min",
)  # fmt: skip
_TEXTS: Final = ("measure", "per", "unit", "action", "note")
_KEYS: Final = (
    "scope", "kind", "severity", "statistic", "latch", "zone", "boundary", "source",
    *_NUMBERS, *_WHOLE, *_TEXTS,
)  # fmt: skip
_FROM_ZONE: Final = "the values are as quoted in public code, not read from the standard"


@dataclass(frozen=True, slots=True)
class Zone:
    """Zones that a standard gives for a measure. bounds: `ab`, `bc`, `cd` -> limit in `unit`."""

    name: str
    standard: str
    part: str
    group: str
    support: str
    unit: str
    bounds: Mapping[str, float]

    def source(self, boundary: str) -> Source:
        """Where the limit at a boundary comes from."""
        note = f"zone boundary {'/'.join(boundary.upper())}; {_FROM_ZONE}"
        return Source(self.standard, self.part, self.group, self.support, note)


@dataclass(frozen=True, slots=True)
class StarterSet:
    """Thresholds that belong together. They have ids, so that what was installed is found again."""

    name: str
    label: str
    description: str
    thresholds: tuple[Threshold, ...]


def load_zones(folder: Path = FOLDER) -> dict[str, Zone]:
    """All zones by name. Raises ModelError with `file:line: text` for each mistake."""
    problems = Problems(_ZONES)
    root = _root(folder / _ZONES, problems)
    found: dict[str, Zone] = {}
    for section in root.sections("zones", "zone"):
        section.allow((*_ZONE_TEXTS, *_BOUNDARIES))
        if not section.require(*_ZONE_TEXTS, *_BOUNDARIES):
            continue
        texts = {key: section.text(key) for key in _ZONE_TEXTS}
        bounds = {key: section.number(key) or 0.0 for key in _BOUNDARIES}
        if not 0 < bounds["ab"] < bounds["bc"] < bounds["cd"]:
            section.problem("ab", f"{section.what}: ab, bc and cd must rise from above 0.")
        if texts["name"] in found:
            section.problem("name", f"there are two zones {texts['name']!r}.")
        found[texts["name"]] = Zone(**texts, bounds=bounds)
    _raise(problems)
    return found


def load_sets(model: str, levels: Sequence[str], folder: Path = FOLDER) -> tuple[StarterSet, ...]:
    """The sets of `<model>.yaml`; none where there is no such file. Raises ModelError."""
    path = folder / f"{model}.yaml"
    if not path.is_file():
        return ()
    zones = load_zones(folder)
    problems = Problems(path.name)
    root = _root(path, problems)
    root.allow(("sets",))
    found: dict[str, StarterSet] = {}
    for section in root.sections("sets", "set"):
        section.allow(("name", "label", "description", "defaults", "thresholds"))
        if not section.require("name", "label", "thresholds"):
            continue
        name = section.text("name")
        if name in found:
            section.problem("name", f"there are two sets {name!r}.")
        entries = section.sections("thresholds", f"{name} threshold")
        defaults = section.section("defaults", f"'defaults' of {section.what}")
        made = [_threshold(name, model, levels, entry, defaults, zones) for entry in entries]
        _check_ids(section, made)
        found[name] = StarterSet(
            name, section.text("label"), section.text("description"), tuple(made)
        )
    _raise(problems)
    return tuple(found.values())


def install(
    store: ThresholdStore, sets: Iterable[StarterSet], grounds: Grounds, by: User
) -> tuple[Change, ...]:
    """Add those that are not there as drafts; what was installed before stays as people left it."""
    new = [
        one
        for each in sets
        for one in each.thresholds
        if one.model == grounds.model.name and not store.history(one.id, by.tenant)
    ]
    return store.save(new, by)


# -- the rest --------------------------------------------------------------------------------------


def _root(path: Path, problems: Problems) -> Section:
    try:
        root = read_source(path.read_bytes(), problems)
    except OSError as error:
        raise ModelError(f"{path.name}:1: the file cannot be read: {error.strerror}.") from error
    _raise(problems)
    if root is None:
        raise ModelError(f"{path.name}:1: the file is empty.")
    return root


def _raise(problems: Problems) -> None:
    if lines := problems.lines():
        raise ModelError("\n".join(lines))


def _threshold(
    set_name: str,
    model: str,
    levels: Sequence[str],
    entry: Section,
    defaults: Section | None,
    zones: Mapping[str, Zone],
) -> Threshold:
    entry.allow(_KEYS)
    if defaults is not None:
        defaults.allow(_KEYS)

    def holder(key: str) -> Section:
        """Whichever says this key: the threshold itself, else the defaults of its set."""
        return defaults if defaults is not None and key in defaults and key not in entry else entry

    for key in ("scope", "measure", "kind"):
        holder(key).require(key)
    scope = holder("scope").section("scope", f"'scope' of {entry.what}")
    at = {level: scope.text(level) for level in scope.names()} if scope is not None else {}
    for level in at:
        if level not in levels:
            text = f"{entry.what} names no level: {level!r}.{did_you_mean(level, levels)}"
            entry.problem("scope", text)
    numbers = {key: holder(key).number(key) for key in _NUMBERS}
    whole = {key: holder(key).integer(key, 0, 0, 1_000_000) or None for key in _WHOLE}
    texts = {key: holder(key).text(key) for key in _TEXTS}
    zone = _zone(entry, zones)
    if zone is not None:
        boundary = entry.choice("boundary", _BOUNDARIES, "cd")
        numbers["high"], texts["unit"] = zone.bounds[boundary], zone.unit
        source = zone.source(boundary)
    else:
        source = _source(holder("source"))
    made = Threshold(
        id="",
        version=0,
        model=model,
        scope=scope_of(at, levels),
        measure=texts["measure"],
        per=texts["per"],
        kind=cast(Kind, holder("kind").choice("kind", KINDS, "high")),
        low=numbers["low"],
        high=numbers["high"],
        unit=texts["unit"],
        severity=cast(Severity, holder("severity").choice("severity", SEVERITIES, "warning")),
        deadband=numbers["deadband"] or 0.0,
        on_delay_min=whole["on_delay_min"] or 0,
        off_delay_min=whole["off_delay_min"] or 0,
        window_min=whole["window_min"] or 0,
        statistic=cast(Statistic, holder("statistic").choice("statistic", STATISTICS, "mean")),
        baseline_days=whole["baseline_days"],
        weight=1.0 if numbers["weight"] is None else numbers["weight"],
        latch=holder("latch").flag("latch"),
        realarm_min=whole["realarm_min"],
        action=texts["action"],
        source=source,
        note=texts["note"],
    )
    return _with_id(set_name, made)


def _zone(entry: Section, zones: Mapping[str, Zone]) -> Zone | None:
    name = entry.text_or_none("zone")
    if name is None:
        return None
    for key in ("high", "low", "unit", "source"):
        if key in entry:
            entry.problem(key, f"{entry.what} takes {key!r} from its zone: leave it out.")
    entry.require("boundary")
    if name not in zones:
        entry.problem("zone", f"there is no zone {name!r}.{did_you_mean(name, zones)}")
    return zones.get(name)


def _source(section: Section) -> Source:
    part = section.section("source", f"'source' of {section.what}")
    if part is None:
        return Source()
    part.allow(Source.__slots__)
    return Source(**{key: part.text(key).strip() for key in Source.__slots__})


def _with_id(set_name: str, threshold: Threshold) -> Threshold:
    """An id that says where it comes from, the same as long as it is about the same."""
    named = (threshold.model, threshold.scope.at, threshold.measure, threshold.kind)
    about = repr((*named, threshold.per) if threshold.per else named)
    digest = hashlib.sha256(about.encode()).hexdigest()[:10]
    return replace(threshold, id=f"{set_name[:32]}-{digest}")


def _check_ids(section: Section, made: Sequence[Threshold]) -> None:
    seen: set[str] = set()
    for one in made:
        if one.id in seen:
            section.problem("thresholds", f"{section.what} has two of {one.name}.")
        seen.add(one.id)
