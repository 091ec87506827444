"""Units: what people type, what screens show, and conversions that give the plain number."""

import pytest

from core.semantic import units


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("°F", "[degF]"),
        ("degF", "[degF]"),
        ("F", "[degF]"),
        ("degrees Celsius", "Cel"),
        ("bar", "bar"),
        ("PSI", "[psi]"),
        ("kPa", "kPa"),
        ("mm/s", "mm/s"),
        ("mm / s", "mm/s"),
        ("in/s", "[in_i]/s"),
        ("kw", "kW"),
        ("MW", "MW"),
        ("mW", "mW"),
        ("mw", "MW"),
        ("kWh", "kW.h"),
        ("kilowatt hours", "kW.h"),
        ("m3/h", "m3/h"),
        ("m³/h", "m3/h"),
        ("m²", "m2"),
        ("sqm", "m2"),
        ("m³/min", "m3/min"),
        ("kg/m³", "kg/m3"),
        ("lpm", "L/min"),
        ("gpm", "[gal_us]/min"),
        ("rpm", "/min"),
        ("A", "A"),
        ("amps", "A"),
        ("%", "%"),
        ("per cent", "%"),
        ("hrs", "h"),
        ("minutes", "min"),
        ("days", "d"),
        ("€", "EUR"),
        ("euros", "EUR"),
        ("μm", "um"),
    ],
)
def test_what_people_type(typed: str, code: str) -> None:
    assert units.parse_unit(typed) == code


@pytest.mark.parametrize("typed", ["a", "in", "", "apples", "us", "k", "no"])
def test_everyday_words_are_no_units(typed: str) -> None:
    assert units.parse_unit(typed) is None


def test_every_typed_unit_can_be_shown_and_measured() -> None:
    for typed in units.typed_units():
        code = units.parse_unit(typed)
        assert code is not None, typed
        assert units.is_ucum(code), code
        assert units.display_unit(code), code
        units.dimension(code)


@pytest.mark.parametrize(
    ("code", "symbol"),
    [
        ("Cel", "°C"),
        ("kW.h", "kWh"),
        ("m3/h", "m³/h"),
        ("/min", "rpm"),
        ("/h", "/h"),
        ("kW.h/{unit}", "kWh/unit"),
        ("EUR", "€"),
        ("1", ""),
        (None, ""),
        ("furlong", "furlong"),
    ],
)
def test_symbols(code: str | None, symbol: str) -> None:
    assert units.display_unit(code) == symbol


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (356, "[degF]", "Cel", 180),
        (180, "Cel", "[degF]", 356),
        (-40, "[degF]", "Cel", -40),
        (300, "kPa", "bar", 3),
        (1.5, "MW", "kW", 1500),
        (2, "MW.h", "kW.h", 2000),
        (100, "L/min", "m3/h", 6),
        (50, "Hz", "/min", 3000),
        (90, "min", "h", 1.5),
        (5, "%", "1", 0.05),
        (0.25, "[in_i]/s", "mm/s", 6.35),
        (3, "MW.h/{unit}", "kW.h/{unit}", 3000),
    ],
)
def test_conversion_gives_the_plain_number(
    value: float, source: str, target: str, expected: float
) -> None:
    assert units.convert(value, source, target) == expected


def test_a_pressure_in_pounds_is_right_to_six_digits() -> None:
    assert units.convert(100, "[psi]", "bar") == pytest.approx(6.89475729, rel=1e-8)


def test_the_same_unit_keeps_the_number_as_typed() -> None:
    assert units.convert(0.1 + 0.2, "bar", "bar") == 0.1 + 0.2


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        ("bar", "Cel", r"bar \(pressure\) cannot be turned into °C \(temperature\)"),
        ("kvar.h", "kW.h", r"kvarh \(reactive energy\) cannot be turned into kWh \(energy\)"),
        ("EUR", "USD", r"€ \(money\) cannot be turned into \$ \(money\)"),
        ("h", None, r"h \(time\) cannot be turned into a plain number"),
    ],
)
def test_another_dimension_names_both_units(source: str, target: str | None, message: str) -> None:
    with pytest.raises(units.UnitError, match=message):
        units.convert(1, source, target)


def test_one_axis_takes_one_thing() -> None:
    assert units.same_dimension("bar", "kPa")
    assert units.same_dimension(None, "1")
    assert not units.same_dimension("kW", "kW.h")
    assert not units.same_dimension("kW.h", "kW.h/{unit}")


@pytest.mark.parametrize("code", ["", "kwh", "m3/", ".h", "m//h", "{", "m h", "x" * 50])
def test_what_is_no_ucum_code(code: str) -> None:
    assert not units.is_ucum(code)


@pytest.mark.parametrize(
    ("code", "has_it"),
    [("kWh", True), ("mm/s", True), (None, True), ("K", True), ("Cel", False), ("[degF]", False),
     ("dB", False)],
)  # fmt: skip
def test_what_has_no_nought_is_no_percent_of_anything(code: str | None, has_it: bool) -> None:
    assert units.has_nought(code) is has_it
