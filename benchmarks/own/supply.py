"""A water supplier's meter readings: a file a quarter of two programs, and the customers' list."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

_DISTRICTS = ("Altstadt", "Hafen", "Mühlbach", "Süd")
_KINDS = ("Haushalt", "Gewerbe", "Landwirtschaft")


def _german(value: float, places: int) -> str:
    text = f"{value:,.{places}f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def make(folder: Path) -> Tables:
    """240 customers whose numbers begin with zeros, four readings each; a sum below each file."""
    dice = random.Random(61)
    customers = [
        (f"{k * 37:06}", dice.choice(_DISTRICTS), dice.choices(_KINDS, (7, 2, 1))[0],
         f"{dice.choice((4105, 4107, 1067)):05}")
        for k in range(1, 241)
    ]  # fmt: skip
    (folder / "Kunden.csv").write_text(
        "Kundennr;Bezirk;Kundenart;PLZ\r\n"
        + "".join(";".join(row) + "\r\n" for row in customers),
        encoding="utf-8-sig",
    )  # fmt: skip
    rows = []
    for quarter in range(1, 5):
        part = []
        for number, _, kind, _ in customers:
            read = date(2025, 3 * quarter - 2, 1) + timedelta(days=dice.randrange(0, 80))
            scale = {"Haushalt": 30, "Gewerbe": 400, "Landwirtschaft": 1800}[kind]
            used = round(scale * dice.uniform(0.6, 1.5), 1)
            estimated = "ja" if dice.random() < 0.2 else "nein"
            part.append((number, read.isoformat(), used, round(used * 2.17, 2), estimated))
        rows += part
        lines = [
            "Wasserwerk Neustadt;;;;;",
            "Kundennr;Ablesedatum;Verbrauch;Betrag;;Geschätzt",
            ";;m³;EUR;;",
            *(
                f"{n};{d[8:]}.{d[5:7]}.{d[:4]};{_german(u, 1)};{_german(b, 2)};;{e}"
                for n, d, u, b, e in part
            ),
            f"Summe;;{_german(sum(r[2] for r in part), 1)};{_german(sum(r[3] for r in part), 2)};;",
        ]
        (folder / f"Ablesung_2025_Q{quarter}.csv").write_bytes(
            ("\r\n".join(lines) + "\r\n").encode("cp1252" if quarter < 3 else "utf-8")
        )
    return {
        "a": (("kunde", "tag", "verbrauch", "betrag", "geschaetzt"), rows),
        "k": (("kunde", "bezirk", "art", "plz"), customers),
    }


_ASKED = (
    Asked("Wie hoch war der Verbrauch im Mai 2025?",
          "SELECT SUM(verbrauch) FROM a WHERE substr(tag, 1, 7) = '2025-05'"),
    Asked("Gesamtverbrauch nach Bezirk",
          "SELECT bezirk, SUM(verbrauch) FROM a JOIN k USING (kunde) GROUP BY 1"),
    Asked("Wie viele Ablesungen gab es pro Monat?",
          "SELECT substr(tag, 1, 7) || '-01', COUNT(*) FROM a GROUP BY 1"),
    Asked("Wie viele Ablesungen waren geschätzt?",
          "SELECT COUNT(*) FROM a WHERE geschaetzt = 'ja'"),
    Asked("Welche 5 Kunden hatten den höchsten Verbrauch?",
          "SELECT kunde, SUM(verbrauch) FROM a GROUP BY 1 ORDER BY 2 DESC LIMIT 5"),
    Asked("Betrag nach Kundenart im dritten Quartal 2025",
          "SELECT art, SUM(betrag) FROM a JOIN k USING (kunde) "
          "WHERE tag >= '2025-07-01' AND tag < '2025-10-01' GROUP BY 1"),
    Asked("Höchster Verbrauch einer Ablesung",
          "SELECT MAX(verbrauch) FROM a"),
    Asked("Verbrauch des Kunden 000037",
          "SELECT SUM(verbrauch) FROM a WHERE kunde = '000037'"),
    Asked("How many customers are there per district?",
          "SELECT bezirk, COUNT(*) FROM k GROUP BY 1"),
    Asked("total amount in 2025", "SELECT SUM(betrag) FROM a"),
    Asked("share of estimated readings by Kundenart",
          "SELECT art, 100.0 * AVG(geschaetzt = 'ja') FROM a JOIN k USING (kunde) GROUP BY 1"),
    Asked("tổng Verbrauch theo tháng",
          "SELECT substr(tag, 1, 7) || '-01', SUM(verbrauch) FROM a GROUP BY 1"),
)  # fmt: skip

FOLDER = Folder(
    "supply", make, (("import", "{folder}", "--name", "supply", "--yes", "--json"),), _ASKED, (),
    "supply",
)  # fmt: skip
