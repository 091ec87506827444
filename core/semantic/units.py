"""Units: UCUM codes as the models hold them, what people type, what screens show, conversion.

UCUM (https://ucum.org/ucum) is a code: `Cel`, `kW.h`, `m3/h`, `/min`, `mm/s`, `[psi]`; text in
braces (`kW.h/{unit}`) is a note and carries no dimension. Conversion is pint's, loaded on the
first one (about 0.2 s), so `warm_up` belongs to the start of a service.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from core.errors import UserFixable, did_you_mean
from core.semantic.unit_names import (
    ATOMS,
    DIMENSION_NAMES,
    PINT_DEFINITIONS,
    PREFIXABLE,
    PREFIXES,
    SYMBOLS,
    TYPED,
    TYPED_EXACTLY,
)

if TYPE_CHECKING:
    from pint import UnitRegistry

_ATOM = re.compile(r"(?P<name>\[[A-Za-z_]+\]|%|1|[A-Za-z]+)(?P<power>-?[1-9])?")
_NOTE = re.compile(r"\{([^{}]*)\}")
_POWERS = str.maketrans("-123456789", "⁻¹²³⁴⁵⁶⁷⁸⁹")
#: Small masses, which are typed as they are in codes.
_SMALL: Final = frozenset({"mg", "ug", "ng"})
_MAX_CODE = 40
#: What a share is shown in.
PERCENT = "%"
#: How codes of units begin whose 0 is a choice, or that tell a ratio by its logarithm.
_FROM_A_CHOICE = ("Cel", "[degF]", "[degRe]", "dB", "B", "Np", "[pH]")


class UnitError(UserFixable):
    """A unit is not known, or two units measure different things."""


@dataclass(frozen=True, slots=True)
class _Factor:
    """One part of a code: pint's name, symbol, power, and whether it stands under the stroke."""

    pint: str
    symbol: str
    power: int
    below: bool


@cache
def is_ucum(code: str) -> bool:
    """Whether a code is one that this module can read."""
    try:
        _factors(code)
    except UnitError:
        return False
    return True


@cache
def display_unit(code: str | None) -> str:
    """The symbol on screens: `Cel` -> `°C`, `kW.h` -> `kWh`, `m3/h` -> `m³/h`, `/min` -> `rpm`.

    A code that cannot be read is shown as it is; None and `1` have no symbol.
    """
    if code is None:
        return ""
    if code in SYMBOLS:
        return SYMBOLS[code]
    try:
        factors = _factors(code)
    except UnitError:
        return code
    above = "".join(_shown(factor) for factor in factors if not factor.below)
    below = "/".join(_shown(factor) for factor in factors if factor.below and factor.symbol)
    return f"{above}/{below}" if below else above


@cache
def parse_unit(text: str) -> str | None:
    """The UCUM code for what people type (`°F`, `psi`, `kwh`, `m³/h`, `hours`), or None.

    Capitals matter for what differs by them alone (`mW`, `MW`); a lower-case `mw` is a megawatt.
    """
    typed = " ".join(text.replace("⁻¹", "-1").split())
    if typed in TYPED_EXACTLY:
        return TYPED_EXACTLY[typed]
    folded = typed.casefold().replace("μ", "µ").replace("·", ".")
    for candidate in (folded, re.sub(r"\s*([/.])\s*", r"\1", folded)):
        if candidate in TYPED:
            return TYPED[candidate]
    if typed in ATOMS and typed.startswith("["):
        return typed
    return _ratio(typed)


def _ratio(typed: str) -> str | None:
    """One unit per another (`mg/kg`, `km/h`), where both are known; of two single letters, such as
    `S/N`, none."""
    above, stroke, below = (part.strip() for part in typed.partition("/"))
    if not stroke or "/" in below or len(above) + len(below) < 3:
        return None
    one, other = _part(above), _part(below)
    code = f"{one}/{other}"
    return code if one and other and "/" not in one + other and is_ucum(code) else None


def _part(typed: str) -> str | None:
    return parse_unit(typed) or (typed if typed in _SMALL else None)


def typed_units() -> tuple[str, ...]:
    """All names that `parse_unit` reads, longest first: in lower case where case does not count."""
    return tuple(sorted({*TYPED, *TYPED_EXACTLY}, key=lambda name: (-len(name), name)))


def convert(value: float, from_unit: str | None, to_unit: str | None) -> float:
    """A value in another unit, to 12 significant digits (356 °F is 180 °C, not 180.00000000000006).

    None is "no unit", the same as `1`. Raises UnitError when the two measure different things.
    """
    if from_unit == to_unit:
        return value
    scale, offset = _line(from_unit or "1", to_unit or "1")
    return float(f"{value * scale + offset:.12g}")


def line(from_unit: str | None, to_unit: str | None) -> tuple[float, float]:
    """Scale and offset that turn values of one unit into another, for many values at once.

    None is "no unit", the same as `1`. Raises UnitError when the two measure different things.
    """
    if (from_unit or "1") == (to_unit or "1"):
        return 1.0, 0.0
    if not same_dimension(from_unit, to_unit):
        _line(from_unit or "1", to_unit or "1")
        raise UnitError(f"{_named(from_unit or '1')} and {_named(to_unit or '1')} are two things.")
    return _line(from_unit or "1", to_unit or "1")


def same_dimension(one: str | None, other: str | None) -> bool:
    """Whether two units measure the same thing, so that a sum or one axis makes sense.

    Notes in braces must match: kWh per unit and kWh are two things.
    """
    if (one or "1") == (other or "1"):
        return True
    notes = [sorted(_NOTE.findall(code or "")) for code in (one, other)]
    return notes[0] == notes[1] and dimension(one or "1") == dimension(other or "1")


@cache
def dimension(code: str) -> frozenset[tuple[str, int]]:
    """What a unit measures, as base quantities and powers: velocity is length 1, time -1."""
    product: Any = _registry().Unit(_pint_text(code)).dimensionality
    return frozenset((name.strip("[]"), int(power)) for name, power in product.items())


def has_nought(code: str | None) -> bool:
    """Whether nothing is 0 in a unit, so that one value can be so many percent of another: 20 °C
    are not twice as warm as 10 °C, nor 60 dB twice as loud as 30 dB."""
    return not (code or "").startswith(_FROM_A_CHOICE)


def warm_up() -> None:
    """Load pint, so that the first question with a unit does not wait for it."""
    convert(0.0, "[degF]", "Cel")


def _shown(factor: _Factor) -> str:
    power = "" if factor.power == 1 else str(factor.power).translate(_POWERS)
    return factor.symbol + power


@cache
def _line(from_unit: str, to_unit: str) -> tuple[float, float]:
    """Scale and offset of a conversion."""
    if dimension(from_unit) != dimension(to_unit):
        raise UnitError(
            f"{_named(from_unit)} cannot be turned into {_named(to_unit)}. "
            f"Give the value in {display_unit(to_unit) or 'plain numbers'}."
        )
    registry = _registry()
    source, target = _pint_text(from_unit), _pint_text(to_unit)
    quantity: Any = registry.Quantity
    offset = float(quantity(0.0, source).to(target).magnitude)
    high = float(quantity(1000.0, source).to(target).magnitude)
    return (high - offset) / 1000.0, offset


def _named(code: str) -> str:
    """`bar (pressure)`."""
    symbol = display_unit(code)
    kind = DIMENSION_NAMES.get(dimension(code))
    if not symbol:
        return "a plain number"
    return f"{symbol} ({kind})" if kind else symbol


def _pint_text(code: str) -> str:
    factors = _factors(code)
    parts = [
        f"{factor.pint}**{-factor.power if factor.below else factor.power}" for factor in factors
    ]
    if len(factors) == 1 and factors[0].power == 1 and not factors[0].below:
        return factors[0].pint  # an offset unit (°C) must not stand in a power
    return " * ".join(parts) or "dimensionless"


@cache
def _factors(code: str) -> tuple[_Factor, ...]:
    """The parts of a UCUM code; UnitError when it cannot be read."""
    if not code or len(code) > _MAX_CODE:
        raise UnitError(_unknown(code))
    made: list[_Factor] = []
    pieces = re.split(r"([./])", code)
    below = False
    for position, piece in enumerate(pieces):
        if piece in ("/", "."):
            below = piece == "/"
        elif piece or position:
            made.extend(_factor(piece, below, code))
        elif len(pieces) < 3 or pieces[1] != "/":
            raise UnitError(_unknown(code))  # only a stroke may begin a code
    return tuple(made)


def _factor(piece: str, below: bool, code: str) -> list[_Factor]:
    note = _NOTE.search(piece)
    if note is not None:
        rest = piece[: note.start()] + piece[note.end() :]
        own = _factor(rest, below, code) if rest else []
        return own if own else [_Factor("dimensionless", note.group(1), 1, below)]
    match = _ATOM.fullmatch(piece)
    if match is None:
        raise UnitError(_unknown(code))
    name, power = match["name"], int(match["power"] or 1)
    if name in ATOMS:
        return [_Factor(*ATOMS[name], power, below)]
    prefix, atom = name[:1], name[1:]
    if prefix in PREFIXES and atom in PREFIXABLE:
        long_prefix, short_prefix = PREFIXES[prefix]
        pint_name, symbol = ATOMS[atom]
        return [_Factor(long_prefix + pint_name, short_prefix + symbol, power, below)]
    raise UnitError(_unknown(code))


def _unknown(code: str) -> str:
    typed = parse_unit(code)
    hint = f" Did you mean {typed!r}?" if typed else did_you_mean(code, [*ATOMS, *TYPED.values()])
    return f"the unit {code!r} is not a UCUM code that is known.{hint}"


@cache
def _registry() -> UnitRegistry[Any]:
    import pint

    registry: UnitRegistry[Any] = pint.UnitRegistry(cache_folder=None)
    for definition in PINT_DEFINITIONS:
        registry.define(definition)
    return registry


def unit_problem(code: str) -> str:
    """What is wrong with a code of a model file, or an empty text."""
    try:
        _factors(code)
    except UnitError as error:
        return str(error)
    return ""
