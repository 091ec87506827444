"""Invented customers: names of their countries, and mail addresses of no domain that exists."""

import unicodedata
from typing import Final

import numpy as np

from data.retail.catalogue import Tenant

_GIVEN: Final = {
    "NOR": ("Anna", "Ben", "Clara", "Emil", "Finn", "Greta", "Hannes", "Ida", "Jan", "Katrin",
            "Lars", "Mia", "Nils", "Olivia", "Per", "Ronja", "Sven", "Thea", "Ulf", "Wiebke"),
    "CAS": ("Alessia", "Bruno", "Carlos", "Diana", "Enzo", "Francesca", "Gino", "Irene",
            "João", "Laura", "Matteo", "Noa", "Olga", "Pablo", "Rita", "Stefano", "Teresa", "Vito"),
    "LOT": ("An", "Bao", "Chi", "Dung", "Giang", "Hanh", "Khanh", "Linh", "Minh", "Ngoc", "Phuong",
            "Quynh", "Thao", "Trang", "Tuan", "Uyen", "Vy", "Xuan"),
}  # fmt: skip
_FAMILY: Final = {
    "NOR": ("Ahrens", "Berg", "Carstens", "Dahl", "Ebert", "Fischer", "Gerdes", "Hansen", "Iversen",
            "Jansen", "Koch", "Lorenz", "Möller", "Nielsen", "Otto", "Petersen", "Rasmussen",
            "Schulz", "Timm", "Ulrich", "Voss", "Winter"),
    "CAS": ("Alves", "Bianchi", "Caruso", "Delgado", "Esposito", "Fontana", "Gil", "Lopes",
            "Marini", "Navarro", "Oliveira", "Pellegrini", "Romano", "Santos", "Testa", "Villa"),
    "LOT": ("Bui", "Cao", "Dang", "Do", "Ho", "Hoang", "Le", "Ly", "Ngo", "Nguyen", "Pham", "Phan",
            "Tran", "Truong", "Vo", "Vu"),
}  # fmt: skip


def names_of(tenant: Tenant, random: np.random.Generator) -> list[str]:
    """The names of a retailer's customers; some share one, as people do."""
    given, family = _GIVEN[tenant.tenant_id], _FAMILY[tenant.tenant_id]
    first = random.integers(0, len(given), tenant.customers)
    last = random.integers(0, len(family), tenant.customers)
    return [f"{given[a]} {family[b]}" for a, b in zip(first, last, strict=True)]


def email_of(name: str, number: int) -> str:
    """An address that is nobody's (RFC 2606)."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return f"{plain.replace(' ', '.')}.{number}@example.com"
