"""Tables of units: UCUM atoms with pint's names and symbols, and what people type for them."""

from __future__ import annotations

#: UCUM atom -> (pint's name, symbol on screens).
ATOMS: dict[str, tuple[str, str]] = {
    "1": ("dimensionless", ""),
    "%": ("percent", "%"),
    "[ppth]": ("permille", "‰"),
    "[ppm]": ("ppm", "ppm"),
    "Cel": ("degree_Celsius", "°C"),
    "[degF]": ("degree_Fahrenheit", "°F"),
    "K": ("kelvin", "K"),
    "bar": ("bar", "bar"),
    "Pa": ("pascal", "Pa"),
    "[psi]": ("psi", "psi"),
    "atm": ("atmosphere", "atm"),
    "m": ("meter", "m"),
    "[in_i]": ("inch", "in"),
    "[ft_i]": ("foot", "ft"),
    "s": ("second", "s"),
    "min": ("minute", "min"),
    "h": ("hour", "h"),
    "d": ("day", "d"),
    "wk": ("week", "wk"),
    "mo": ("month", "mo"),
    "a": ("year", "a"),
    "g": ("gram", "g"),
    "t": ("metric_ton", "t"),
    "[lb_av]": ("pound", "lb"),
    "L": ("liter", "L"),
    "l": ("liter", "L"),
    "[gal_us]": ("gallon", "gal"),
    "W": ("watt", "W"),
    "J": ("joule", "J"),
    "V": ("volt", "V"),
    "A": ("ampere", "A"),
    "Ohm": ("ohm", "Ω"),
    "Hz": ("hertz", "Hz"),
    "N": ("newton", "N"),
    "var": ("var", "var"),
    "deg": ("degree", "°"),
    "[g]": ("standard_gravity", "g"),
    "EUR": ("EUR", "€"),
    "USD": ("USD", "$"),
}
#: Atoms that take metric prefixes.
PREFIXABLE = frozenset({"bar", "Pa", "m", "s", "g", "t", "L", "l", "W", "J", "V", "A"}) | frozenset(
    {"Ohm", "Hz", "N", "var"}
)
#: Prefix -> (pint's prefix, symbol).
PREFIXES = {
    "n": ("nano", "n"),
    "u": ("micro", "µ"),
    "m": ("milli", "m"),
    "c": ("centi", "c"),
    "d": ("deci", "d"),
    "h": ("hecto", "h"),
    "k": ("kilo", "k"),
    "M": ("mega", "M"),
    "G": ("giga", "G"),
    "T": ("tera", "T"),
}
#: Codes whose symbol is not made of their parts' symbols.
SYMBOLS = {"/min": "rpm"}

#: Units that pint does not have. A volt-ampere reactive is a kind of its own here, so that
#: reactive and active power are never taken for each other.
PINT_DEFINITIONS = (
    "var = [reactive_power]",
    "EUR = [currency_eur]",
    "USD = [currency_usd]",
)

#: Typed text -> UCUM where capitals matter.
TYPED_EXACTLY = {
    "C": "Cel",
    "F": "[degF]",
    "K": "K",
    "A": "A",
    "V": "V",
    "W": "W",
    "J": "J",
    "N": "N",
    "mW": "mW",
    "MW": "MW",
    "mPa": "mPa",
    "MPa": "MPa",
    "mA": "mA",
    "MA": "MA",
}
_TYPED = {
    "Cel": "°c, ° c, ℃, degc, deg c, c, celsius, centigrade, degrees celsius, degree celsius, "
    "degrees c, degrees centigrade",
    "[degF]": "°f, ° f, ℉, degf, deg f, f, fahrenheit, degrees fahrenheit, degree fahrenheit, "
    "degrees f",
    "K": "kelvin, kelvins",
    "bar": "bar, bars",
    "mbar": "mbar, millibar, millibars",
    "Pa": "pa, pascal, pascals",
    "hPa": "hpa",
    "kPa": "kpa, kilopascal, kilopascals",
    "MPa": "mpa, megapascal, megapascals",
    "[psi]": "psi",
    "mm/s": "mm/s, mm/sec, mmps, mm s-1, mm per second, mm per sec, millimetres per second, "
    "millimeters per second",
    "cm/s": "cm/s",
    "m/s": "m/s, m/sec, metres per second, meters per second",
    "m/min": "m/min, metres per minute, meters per minute",
    "[in_i]/s": "in/s, in/sec, ips, inch/s, inches per second, inch per second",
    "um": "um, µm, μm, micron, microns, micrometre, micrometres, micrometer, micrometers",
    "mm": "mm, millimetre, millimetres, millimeter, millimeters",
    "cm": "cm, centimetre, centimetres, centimeter, centimeters",
    "m": "m, metre, metres, meter, meters",
    "km": "km, kms, kilometre, kilometres, kilometer, kilometers",
    "W": "watt, watts",
    "kW": "kw, kilowatt, kilowatts",
    "MW": "mw, megawatt, megawatts",
    "W.h": "wh, watt hour, watt hours",
    "kW.h": "kwh, kw.h, kw h, kw-h, kilowatt hour, kilowatt hours, kilowatt-hour, kilowatt-hours",
    "MW.h": "mwh, mw.h, mw h, megawatt hour, megawatt hours, megawatt-hour, megawatt-hours",
    "GW.h": "gwh, gigawatt hour, gigawatt hours",
    "J": "joule, joules",
    "kJ": "kj, kilojoule, kilojoules",
    "MJ": "mj, megajoule, megajoules",
    "GJ": "gj, gigajoule, gigajoules",
    "kvar": "kvar",
    "kvar.h": "kvarh, kvar.h, kvar h",
    "V.A": "va",
    "kV.A": "kva",
    "m3/h": "m3/h, m³/h, m^3/h, m3/hr, m³/hr, m3h, cbm/h, m3 per hour, m³ per hour, "
    "cubic metres per hour, cubic meters per hour, cubic metre per hour, cubic meter per hour",
    "m3/s": "m3/s, m³/s",
    "m3": "m3, m³, m^3, cbm, cubic metre, cubic metres, cubic meter, cubic meters",
    "L/s": "l/s, litres per second, liters per second",
    "L/min": "l/min, lpm, litres per minute, liters per minute, litre per minute, liter per minute",
    "L/h": "l/h, lph, litres per hour, liters per hour",
    "L": "l, litre, litres, liter, liters",
    "hL": "hl, hectolitre, hectolitres, hectoliter, hectoliters",
    "[gal_us]/min": "gpm, gal/min, gallons per minute",
    "[gal_us]": "gal, gallon, gallons",
    "/min": "rpm, 1/min, /min, rev/min, r/min, min-1, revs per minute, revolutions per minute, "
    "rounds per minute",
    "Hz": "hz, hertz",
    "mA": "ma, milliamp, milliamps",
    "A": "amp, amps, ampere, amperes",
    "V": "volt, volts",
    "mV": "mv, millivolt, millivolts",
    "kV": "kv, kilovolt, kilovolts",
    "%": "%, percent, per cent, pct",
    "[ppth]": "‰, permille",
    "[ppm]": "ppm",
    "ms": "ms, millisecond, milliseconds",
    "s": "s, sec, secs, second, seconds",
    "min": "min, mins, minute, minutes",
    "h": "h, hr, hrs, hour, hours",
    "d": "d, day, days",
    "wk": "wk, wks, week, weeks",
    "/h": "/h, 1/h",
    "g": "g, gram, grams",
    "kg": "kg, kilo, kilos, kilogram, kilograms",
    "t": "t, ton, tons, tonne, tonnes",
    "[lb_av]": "lb, lbs, pound, pounds",
    "N.m": "newton metre, newton metres, newton meter, newton meters",
    "kN": "kn, kilonewton, kilonewtons",
    "EUR": "eur, euro, euros, €",
    "USD": "usd, dollar, dollars, $",
    "kW.h/t": "kwh/t, kwh per ton, kwh per tonne",
}
#: Typed text in lower case -> UCUM.
TYPED = {name: code for code, names in _TYPED.items() for name in names.split(", ")}

#: Base-unit product -> what it measures, for messages. Keys are built by `units.dimension`.
DIMENSION_NAMES = {
    frozenset({("temperature", 1)}): "temperature",
    frozenset({("mass", 1), ("length", -1), ("time", -2)}): "pressure",
    frozenset({("length", 1), ("time", -1)}): "velocity",
    frozenset({("length", 1)}): "length",
    frozenset({("time", 1)}): "time",
    frozenset({("time", -1)}): "a rate",
    frozenset({("mass", 1), ("length", 2), ("time", -3)}): "power",
    frozenset({("mass", 1), ("length", 2), ("time", -2)}): "energy",
    frozenset({("length", 3), ("time", -1)}): "flow",
    frozenset({("length", 3)}): "volume",
    frozenset({("current", 1)}): "electric current",
    frozenset({("mass", 1)}): "mass",
    frozenset({("mass", 1), ("length", 1), ("time", -2)}): "force",
    frozenset({("currency_eur", 1)}): "money",
    frozenset({("currency_usd", 1)}): "money",
    frozenset({("reactive_power", 1)}): "reactive power",
    frozenset({("reactive_power", 1), ("time", 1)}): "reactive energy",
    frozenset(): "a ratio or a count",
}
