"""The retailers, their stores, products, agents and promotions. All of them are invented."""

from dataclasses import dataclass
from datetime import date
from typing import Final

FIRST_DAY: Final = date(2024, 7, 1)
LAST_DAY: Final = date(2026, 6, 30)
DAYS: Final = (LAST_DAY - FIRST_DAY).days + 1


@dataclass(frozen=True, slots=True)
class Store:
    """One store. orders: mean orders on an ordinary day. A web shop has no city and no agents."""

    store_id: str
    name: str
    city: str | None
    country: str
    format: str
    currency: str
    opened_on: date
    orders: float
    agents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """One article. price_eur: list price without tax. cost: its share of the list price.
    returned: share of sold lines that come back from stores."""

    code: str
    name: str
    brand: str
    subcategory: str
    category: str
    price_eur: float
    cost: float
    returned: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Promotion:
    """A reduction of some categories (none: all) at one retailer's stores. last: inclusive."""

    name: str
    tenant_id: str
    first: date
    last: date
    off: float
    lift: float
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tenant:
    """One retailer with what it sells. growth: of orders, in a year."""

    tenant_id: str
    name: str
    customers: int
    growth: float
    stores: tuple[Store, ...]
    categories: tuple[str, ...]


def _store(
    number: int,
    name: str,
    city: str | None,
    country: str,
    format_: str,
    currency: str,
    opened: date,
    orders: float,
    *agents: str,
) -> Store:
    code = f"S{number:02d}"
    return Store(code, name, city, country, format_, currency, opened, orders, agents)


NORDWIND: Final = Tenant(
    "NOR",
    "Nordwind",
    4200,
    0.08,
    (
        _store(
            1,
            "Hamburg Jungfernstieg",
            "Hamburg",
            "Germany",
            "Flagship",
            "EUR",
            date(2012, 3, 15),
            17.0,
            "Jonas Krüger",
            "Lena Albers",
            "Mehmet Yildiz",
            "Silke Brandt",
        ),
        _store(
            2,
            "Berlin Alexanderplatz",
            "Berlin",
            "Germany",
            "City",
            "EUR",
            date(2014, 9, 1),
            14.0,
            "Tobias Lange",
            "Anke Vogel",
            "Paul Richter",
        ),
        _store(
            3,
            "Munich Marienplatz",
            "Munich",
            "Germany",
            "City",
            "EUR",
            date(2025, 3, 3),
            13.0,
            "Sepp Huber",
            "Clara Weiss",
            "Nico Baumann",
        ),
        _store(
            4,
            "Cologne Arcaden",
            "Cologne",
            "Germany",
            "Mall",
            "EUR",
            date(2017, 5, 11),
            9.0,
            "Petra Schmitz",
            "Daniel Kurz",
            "Ines Wolter",
        ),
        _store(
            5,
            "Vienna Ring",
            "Vienna",
            "Austria",
            "City",
            "EUR",
            date(2018, 4, 6),
            8.0,
            "Markus Gruber",
            "Eva Steiner",
            "Leo Pichler",
        ),
        _store(
            6,
            "Copenhagen Strøget",
            "Copenhagen",
            "Denmark",
            "City",
            "DKK",
            date(2019, 8, 23),
            8.5,
            "Freja Holm",
            "Mads Lund",
            "Ida Kjær",
        ),
        _store(
            7,
            "Neumünster Outlet",
            "Neumünster",
            "Germany",
            "Outlet",
            "EUR",
            date(2016, 10, 1),
            7.0,
            "Ralf Peters",
            "Gesa Thomsen",
        ),
        _store(8, "Nordwind Online", None, "Germany", "Online", "EUR", date(2013, 1, 7), 26.0),
    ),
    ("Outdoor", "Footwear", "Clothing", "Electronics"),
)

CASA_VERDE: Final = Tenant(
    "CAS",
    "Casa Verde",
    3400,
    0.02,
    (
        _store(
            11,
            "Milano Brera",
            "Milan",
            "Italy",
            "Flagship",
            "EUR",
            date(2009, 11, 20),
            11.0,
            "Giulia Conti",
            "Marco Ferri",
            "Sara Galli",
        ),
        _store(
            12,
            "Roma Prati",
            "Rome",
            "Italy",
            "City",
            "EUR",
            date(2013, 2, 14),
            9.0,
            "Luca Moretti",
            "Elena Bassi",
            "Piero Costa",
        ),
        _store(
            13,
            "Torino Lingotto",
            "Turin",
            "Italy",
            "Mall",
            "EUR",
            date(2015, 6, 5),
            6.5,
            "Anna Ricci",
            "Davide Greco",
        ),
        _store(
            14,
            "Barcelona Gràcia",
            "Barcelona",
            "Spain",
            "City",
            "EUR",
            date(2016, 9, 30),
            8.0,
            "Núria Puig",
            "Jordi Soler",
            "Marta Vidal",
        ),
        _store(
            15,
            "Lisboa Chiado",
            "Lisbon",
            "Portugal",
            "City",
            "EUR",
            date(2018, 3, 9),
            6.0,
            "Inês Duarte",
            "Rui Faria",
        ),
        _store(16, "Casa Verde Online", None, "Italy", "Online", "EUR", date(2014, 4, 1), 16.0),
    ),
    ("Furniture", "Kitchen", "Textiles", "Lighting"),
)

LOTUS: Final = Tenant(
    "LOT",
    "Lotus Mart",
    3800,
    0.15,
    (
        _store(
            21,
            "Hanoi Hoan Kiem",
            "Hanoi",
            "Vietnam",
            "Flagship",
            "VND",
            date(2015, 12, 12),
            14.0,
            "Nguyen Thi Mai",
            "Tran Van Hung",
            "Le Thu Ha",
            "Pham Minh Duc",
        ),
        _store(
            22,
            "Hai Phong Lach Tray",
            "Hai Phong",
            "Vietnam",
            "Mall",
            "VND",
            date(2017, 7, 7),
            8.0,
            "Vu Thi Lan",
            "Do Van Nam",
            "Bui Quang Huy",
        ),
        _store(
            23,
            "Da Nang Han River",
            "Da Nang",
            "Vietnam",
            "City",
            "VND",
            date(2018, 5, 19),
            7.5,
            "Hoang Thi Yen",
            "Dang Van Son",
        ),
        _store(
            24,
            "Saigon District 1",
            "Ho Chi Minh City",
            "Vietnam",
            "Flagship",
            "VND",
            date(2016, 2, 2),
            15.0,
            "Ly Gia Han",
            "Ngo Van Phuc",
            "Trinh Thi Kim",
            "Vo Thanh Tung",
        ),
        _store(
            25,
            "Can Tho Ninh Kieu",
            "Can Tho",
            "Vietnam",
            "Mall",
            "VND",
            date(2020, 10, 10),
            5.5,
            "Huynh Thi Be",
            "Duong Van Loc",
        ),
        _store(26, "Lotus Online", None, "Vietnam", "Online", "VND", date(2019, 6, 6), 18.0),
    ),
    ("Kitchen", "Clothing", "Footwear", "Electronics"),
)

TENANTS: Final = (NORDWIND, CASA_VERDE, LOTUS)

#: Code, name, brand, subcategory, category, list price in EUR, cost share, returned share, weight.
_PRODUCTS: Final = """
OD-101; Fjell 2 tent; Fjellheim; Tents; Outdoor; 289.0; 0.56; 0.05; 0.7
OD-102; Fjell 4 tent; Fjellheim; Tents; Outdoor; 429.0; 0.55; 0.05; 0.4
OD-103; Solo trek tent; Norrland; Tents; Outdoor; 219.0; 0.58; 0.06; 0.5
OD-111; Ridge 35 backpack; Norrland; Backpacks; Outdoor; 119.0; 0.52; 0.06; 1.3
OD-112; Ridge 60 backpack; Norrland; Backpacks; Outdoor; 179.0; 0.53; 0.06; 0.8
OD-113; City daypack; Urbanik; Backpacks; Outdoor; 69.0; 0.5; 0.07; 1.5
OD-121; Summer sleeping bag; Fjellheim; Sleeping bags; Outdoor; 99.0; 0.51; 0.05; 0.8
OD-122; Winter sleeping bag; Fjellheim; Sleeping bags; Outdoor; 199.0; 0.55; 0.05; 0.5
FW-201; Alpin hiking boot; Bergstein; Hiking boots; Footwear; 189.0; 0.54; 0.13; 1.3
FW-202; Trail hiking boot; Norrland; Hiking boots; Footwear; 149.0; 0.53; 0.13; 1.2
FW-211; Swift trail shoe; Bergstein; Trail shoes; Footwear; 129.0; 0.52; 0.12; 1.4
FW-212; Aero running shoe; Velocita; Running shoes; Footwear; 119.0; 0.51; 0.12; 1.6
FW-213; Aero light running shoe; Velocita; Running shoes; Footwear; 99.0; 0.52; 0.12; 1.4
FW-221; River sandal; Velocita; Sandals; Footwear; 59.0; 0.48; 0.09; 1.3
CL-301; Storm shell jacket; Fjellheim; Jackets; Clothing; 249.0; 0.5; 0.14; 1.0
CL-302; Down jacket; Fjellheim; Jackets; Clothing; 279.0; 0.52; 0.14; 0.9
CL-303; Rain jacket; Urbanik; Jackets; Clothing; 89.0; 0.49; 0.12; 1.4
CL-311; Merino base layer; Norrland; Base layers; Clothing; 79.0; 0.47; 0.1; 1.3
CL-312; Cotton tee; Urbanik; T-shirts; Clothing; 29.0; 0.42; 0.09; 2.6
CL-313; Trek tee; Norrland; T-shirts; Clothing; 39.0; 0.43; 0.09; 1.9
CL-321; Hiking trousers; Norrland; Trousers; Clothing; 109.0; 0.49; 0.15; 1.2
CL-322; Linen trousers; Urbanik; Trousers; Clothing; 69.0; 0.48; 0.15; 1.2
EL-401; Volt 20000 power bank; Voltara; Power banks; Electronics; 59.0; 0.62; 0.04; 1.6
EL-402; Volt 10000 power bank; Voltara; Power banks; Electronics; 39.0; 0.62; 0.04; 1.6
EL-411; Beam 300 headlamp; Lumo; Headlamps; Electronics; 49.0; 0.58; 0.04; 1.2
EL-412; Beam 600 headlamp; Lumo; Headlamps; Electronics; 79.0; 0.59; 0.04; 0.8
EL-421; Pulse sports watch; Voltara; Watches; Electronics; 229.0; 0.66; 0.06; 0.6
EL-431; Tune earbuds; Lumo; Headphones; Electronics; 89.0; 0.64; 0.07; 1.1
FU-501; Oslo dining chair; Legno; Chairs; Furniture; 149.0; 0.55; 0.04; 1.2
FU-502; Verona armchair; Legno; Chairs; Furniture; 399.0; 0.56; 0.05; 0.5
FU-511; Oak dining table; Legno; Tables; Furniture; 799.0; 0.58; 0.04; 0.3
FU-512; Side table; Casetta; Tables; Furniture; 129.0; 0.54; 0.04; 0.9
FU-521; Wall shelf; Casetta; Shelves; Furniture; 89.0; 0.52; 0.04; 1.1
FU-522; Bookcase; Casetta; Shelves; Furniture; 259.0; 0.55; 0.05; 0.6
KI-601; Cast iron pan; Padella; Cookware; Kitchen; 69.0; 0.5; 0.03; 1.5
KI-602; Stock pot; Padella; Cookware; Kitchen; 89.0; 0.51; 0.03; 1.0
KI-603; Wok; Padella; Cookware; Kitchen; 49.0; 0.5; 0.03; 1.3
KI-611; Chef knife; Acero; Knives; Kitchen; 79.0; 0.48; 0.02; 1.1
KI-612; Paring knife; Acero; Knives; Kitchen; 29.0; 0.46; 0.02; 1.3
KI-621; Espresso maker; Acero; Small appliances; Kitchen; 189.0; 0.63; 0.06; 0.7
KI-622; Rice cooker; Acero; Small appliances; Kitchen; 99.0; 0.61; 0.05; 0.9
KI-623; Stand mixer; Acero; Small appliances; Kitchen; 329.0; 0.64; 0.06; 0.4
TX-701; Linen bedding; Casetta; Bedding; Textiles; 139.0; 0.47; 0.07; 1.0
TX-702; Cotton bedding; Casetta; Bedding; Textiles; 79.0; 0.46; 0.07; 1.3
TX-711; Bath towel; Casetta; Towels; Textiles; 25.0; 0.43; 0.03; 2.2
TX-721; Wool rug; Legno; Rugs; Textiles; 349.0; 0.52; 0.08; 0.4
LI-801; Arc floor lamp; Lumo; Lamps; Lighting; 219.0; 0.54; 0.06; 0.6
LI-802; Desk lamp; Lumo; Lamps; Lighting; 69.0; 0.52; 0.05; 1.2
LI-811; String lights; Lumo; Decorative lighting; Lighting; 29.0; 0.45; 0.03; 1.4
"""


def _product(line: str) -> Product:
    code, name, brand, subcategory, category, *numbers = line.split("; ")
    price, cost, returned, weight = map(float, numbers)
    return Product(code, name, brand, subcategory, category, price, cost, returned, weight)


PRODUCTS: Final = tuple(_product(line) for line in _PRODUCTS.strip().splitlines())

SEGMENTS: Final = ("New", "Regular", "Loyal", "Business", "Walk-in")
#: How orders of a known customer part into New, Regular, Loyal and Business customers.
SEGMENT_SHARES: Final = (0.30, 0.38, 0.22, 0.10)
PAYMENTS: Final = ("Card", "Cash", "Mobile wallet", "Gift card", "Invoice")
IN_STORE: Final = (0.55, 0.24, 0.15, 0.04, 0.02)
ONLINE: Final = (0.50, 0.00, 0.27, 0.05, 0.18)
CHANNELS: Final = ("Store", "Click and collect", "Online")
REASONS: Final = ("Wrong size", "Damaged", "Not as described", "Changed mind", "Recall")

#: Demand by month, January first.
SEASONS: Final = {
    "Outdoor": (0.55, 0.6, 0.85, 1.2, 1.5, 1.7, 1.6, 1.2, 0.9, 0.75, 0.8, 1.1),
    "Footwear": (0.8, 0.8, 1.05, 1.15, 1.15, 1.05, 0.95, 0.95, 1.05, 1.0, 0.95, 1.05),
    "Clothing": (0.9, 0.8, 0.9, 0.95, 0.9, 0.85, 0.85, 0.9, 1.1, 1.25, 1.3, 1.4),
    "Electronics": (0.8, 0.8, 0.85, 0.9, 0.9, 0.95, 0.95, 0.9, 0.95, 1.0, 1.35, 1.7),
    "Furniture": (1.1, 1.0, 1.05, 1.0, 0.95, 0.9, 0.85, 0.7, 1.05, 1.1, 1.1, 1.0),
    "Kitchen": (0.9, 0.9, 0.9, 0.9, 0.95, 0.9, 0.85, 0.85, 0.95, 1.0, 1.25, 1.7),
    "Textiles": (1.2, 1.0, 0.95, 0.95, 0.95, 0.9, 0.85, 0.8, 1.0, 1.05, 1.1, 1.3),
    "Lighting": (1.0, 0.95, 0.9, 0.8, 0.75, 0.7, 0.7, 0.8, 1.0, 1.2, 1.4, 1.6),
}
#: Visitors by weekday, Monday first.
WEEKDAYS: Final = (0.85, 0.82, 0.86, 0.92, 1.15, 1.45, 0.95)
#: Visitors by hour from 9 to 20 in a store, and around the clock on the web.
STORE_HOURS: Final = tuple(zip(range(9, 21), (3, 5, 7, 9, 8, 7, 8, 10, 12, 12, 9, 5), strict=True))
WEB_HOURS: Final = tuple(
    zip(
        range(24),
        (2, 1, 1, 1, 1, 1, 2, 3, 4, 5, 5, 5, 6, 5, 5, 5, 5, 6, 7, 9, 11, 11, 8, 4),
        strict=True,
    )
)
