"""Who and what is in the demo plant: plants, lines, assets, products and people.

All names are invented. Asset ids and names are unique over all plants, so that one of them alone
says which plant is meant; line names repeat in each plant, as they do in real ones.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

SEED: Final = 20260630


@dataclass(frozen=True, slots=True)
class Product:
    """A product with the factor that its ideal rate has against the asset's own."""

    code: str
    name: str
    family: str
    rate_factor: float


@dataclass(frozen=True, slots=True)
class Plant:
    """A plant and the levels that make it differ from the others.

    `performance` is the mean share of the ideal rate in January and `gain` what it wins until the
    end of June; `scrap` is the mean share of scrap; `stops` multiplies how often assets stop;
    `line_performance` is added for Lines 1 to 4. `ambient` is (mean, yearly swing, daily swing) in
    degrees Celsius. `operators` are six names: one for each crew on Lines 1 and 2, then one for
    crews A and C and one for B and D on Lines 3 and 4.
    """

    index: int
    plant_id: str
    name: str
    country: str
    zone: str
    performance: float
    scrap: float
    stops: float
    gain: float
    line_performance: tuple[float, float, float, float]
    ambient: tuple[float, float, float]
    scheduled_shifts: tuple[tuple[bool, bool, bool], ...]  # Monday..Sunday x Early, Late, Night
    holidays: tuple[date, ...]
    operators: tuple[str, ...]
    technicians: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asset:
    """One machine. `slot` counts 0..23 in its plant and seeds its random numbers."""

    plant: Plant
    slot: int
    asset_id: str
    name: str
    asset_class: str
    area: str
    line: str
    criticality: str
    manufacturer: str
    model: str
    installed_on: date

    @property
    def produces(self) -> bool:
        """Whether the asset makes units; utilities serve those that do."""
        return self.asset_class not in UTILITY_CLASSES

    @property
    def tag_suffix(self) -> str:
        """The asset's part of an instrument tag: PMP-03 becomes PMP03."""
        return self.asset_id.replace("-", "")

    def random(self, channel: int) -> np.random.Generator:
        """A generator of this asset's own, so that no asset depends on another one."""
        return np.random.default_rng([SEED, self.plant.index, self.slot, channel])


UTILITY_CLASSES: Final = frozenset({"pump", "compressor", "chiller"})
SHIFTS: Final = ("Early", "Late", "Night")
CREWS: Final = ("A", "B", "C", "D")
LINES: Final = ("Line 1", "Line 2", "Line 3", "Line 4")

_ON: Final = (True, True, True)
_OFF: Final = (False, False, False)

PLANTS: Final = (
    Plant(
        index=0,
        plant_id="HAM",
        name="Hamburg",
        country="Germany",
        zone="Europe/Berlin",
        performance=0.88,
        scrap=0.012,
        stops=1.0,
        gain=0.01,
        line_performance=(0.0, -0.03, 0.01, 0.03),
        ambient=(9.5, 8.5, 3.5),
        scheduled_shifts=(_ON, _ON, _ON, _ON, _ON, (True, True, False), _OFF),
        holidays=(
            date(2026, 1, 1),
            date(2026, 4, 3),
            date(2026, 4, 6),
            date(2026, 5, 1),
            date(2026, 5, 14),
            date(2026, 5, 25),
        ),
        operators=(
            "Jan Petersen",
            "Silke Brandt",
            "Mehmet Yilmaz",
            "Anke Lorenzen",
            "Torsten Voss",
            "Katrin Harms",
        ),
        technicians=("Uwe Carstens", "Birgit Thomsen", "Dirk Matthiesen", "Olga Schröder"),
    ),
    Plant(
        index=1,
        plant_id="AUS",
        name="Austin",
        country="United States",
        zone="America/Chicago",
        performance=0.845,
        scrap=0.018,
        stops=1.3,
        gain=0.0,
        line_performance=(0.02, 0.0, -0.02, 0.03),
        ambient=(20.5, 9.5, 6.0),
        scheduled_shifts=(_ON, _ON, _ON, _ON, _ON, _ON, (True, False, False)),
        holidays=(date(2026, 1, 1), date(2026, 5, 25), date(2026, 6, 19)),
        operators=(
            "Maria Gonzalez",
            "Tyler Brooks",
            "Denise Carter",
            "Luis Herrera",
            "Ashley Nguyen",
            "Robert Hayes",
        ),
        technicians=("Carlos Ramirez", "Megan Foster", "Jerome Watkins", "Linda Ortiz"),
    ),
    Plant(
        index=2,
        plant_id="HPH",
        name="Hai Phong",
        country="Vietnam",
        zone="Asia/Ho_Chi_Minh",
        performance=0.775,
        scrap=0.024,
        stops=1.6,
        gain=0.05,
        line_performance=(-0.03, 0.01, 0.03, -0.01),
        ambient=(24.0, 6.5, 3.0),
        scheduled_shifts=(_ON, _ON, _ON, _ON, _ON, _ON, (True, False, False)),
        holidays=(
            date(2026, 1, 1),
            date(2026, 2, 16),
            date(2026, 2, 17),
            date(2026, 2, 18),
            date(2026, 2, 19),
            date(2026, 2, 20),
            date(2026, 4, 27),
            date(2026, 4, 30),
            date(2026, 5, 1),
        ),
        operators=(
            "Nguyễn Văn Hùng",
            "Trần Thị Mai",
            "Lê Quang Minh",
            "Phạm Thu Hà",
            "Vũ Đức Long",
            "Hoàng Thị Lan",
        ),
        technicians=("Đỗ Văn Tuấn", "Bùi Thị Ngọc", "Đặng Hữu Phước", "Ngô Thanh Sơn"),
    ),
)

PRODUCTS: Final = (
    Product("VB20", "Valve body 20", "Valve bodies", 1.15),
    Product("VB25", "Valve body 25", "Valve bodies", 1.05),
    Product("VB32", "Valve body 32", "Valve bodies", 0.95),
    Product("GH10", "Gear housing small", "Gear housings", 1.00),
    Product("GH20", "Gear housing medium", "Gear housings", 0.90),
    Product("GH30", "Gear housing large", "Gear housings", 0.78),
    Product("BR40", "Bracket left", "Brackets", 1.20),
    Product("BR50", "Bracket right", "Brackets", 1.20),
)

LINE_PRODUCTS: Final = {
    "Line 1": (0, 1, 2, 6),
    "Line 2": (3, 4, 5, 7),
    "Line 3": (0, 1, 2, 3, 4, 5),
    "Line 4": (0, 1, 2, 3, 4, 5, 6, 7),
}
"""Indexes into PRODUCTS that a line makes."""


@dataclass(frozen=True, slots=True)
class _Kind:
    prefix: str
    name: str
    makers: tuple[tuple[str, str], ...]
    criticality: str


_KINDS: Final = {
    "cnc": _Kind("CNC", "Machining centre", (("Falkenrath", "FR-540"), ("Ostwerk", "OW-5X")), "B"),
    "press": _Kind("PRS", "Hydraulic press", (("Brunnhold", "BH-250"),), "A"),
    "robot": _Kind("RBT", "Handling robot", (("Kinetra", "K12"), ("Kinetra", "K20")), "B"),
    "conveyor": _Kind("CNV", "Belt conveyor", (("Rollmann", "RM-8"), ("Rollmann", "RM-12")), "C"),
    "oven": _Kind("OVN", "Curing oven", (("Thermovik", "TV-900"),), "A"),
    "packager": _Kind("PCK", "Palletiser", (("Packora", "PX-3"), ("Packora", "PX-4")), "B"),
    "pump": _Kind("PMP", "Coolant pump", (("Nordfluss", "NF-65"), ("Nordfluss", "NF-80")), "B"),
    "compressor": _Kind("CMP", "Screw compressor", (("Aerodyn Werke", "SC-90"),), "A"),
    "chiller": _Kind("CHL", "Water chiller", (("Polarite", "WCX-400"),), "A"),
}

_LAYOUT: Final = (
    ("Machining", "Line 1", ("cnc", "cnc", "press", "robot", "conveyor")),
    ("Machining", "Line 2", ("cnc", "cnc", "press", "robot", "conveyor")),
    ("Assembly", "Line 3", ("robot", "robot", "oven", "conveyor")),
    ("Packaging", "Line 4", ("packager", "packager", "conveyor")),
    ("Utilities", "Line 1", ("pump", "compressor")),
    ("Utilities", "Line 2", ("pump", "chiller")),
    ("Utilities", "Line 3", ("pump", "compressor")),
    ("Utilities", "Line 4", ("pump",)),
)


def _all_assets() -> tuple[Asset, ...]:
    counters = dict.fromkeys(_KINDS, 0)
    assets: list[Asset] = []
    for plant in PLANTS:
        slot = 0
        for area, line, classes in _LAYOUT:
            for asset_class in classes:
                kind = _KINDS[asset_class]
                counters[asset_class] += 1
                number = counters[asset_class]
                maker, model = kind.makers[number % len(kind.makers)]
                criticality = kind.criticality
                if asset_class in {"pump", "cnc"} and line == "Line 1":
                    criticality = "A"
                if asset_class in {"pump", "packager"} and line == "Line 4":
                    criticality = "C"
                rng = np.random.default_rng([SEED, plant.index, slot, 99])
                assets.append(
                    Asset(
                        plant=plant,
                        slot=slot,
                        asset_id=f"{kind.prefix}-{number:02d}",
                        name=f"{kind.name} {number}",
                        asset_class=asset_class,
                        area=area,
                        line=line,
                        criticality=criticality,
                        manufacturer=maker,
                        model=model,
                        installed_on=date(
                            int(rng.integers(2011, 2024)),
                            int(rng.integers(1, 13)),
                            int(rng.integers(1, 29)),
                        ),
                    )
                )
                slot += 1
    return tuple(assets)


ASSETS: Final = _all_assets()
"""All 72 assets, plant by plant and line by line."""


def assets_of(plant: Plant) -> tuple[Asset, ...]:
    """The assets of one plant in slot order."""
    return tuple(asset for asset in ASSETS if asset.plant is plant)
