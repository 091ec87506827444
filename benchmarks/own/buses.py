"""A bus company's workshop: a database with German names, dates as text, keys in two columns."""

from __future__ import annotations

import random
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

_DEPOTS = ("Nord", "West")
_MAKERS = ("MAN", "Solaris", "Mercedes")
_PARTS = ("Bremsbelag", "Filter", "Reifen", "Batterie", "Türmotor")


def make(folder: Path) -> Tables:
    """60 buses numbered within their depot, 500 jobs, 900 parts; money and dates as text."""
    dice = random.Random(64)
    buses = [
        (depot, f"{k:03}", dice.choice(_MAKERS), dice.choice((12.0, 18.75)))
        for depot in _DEPOTS
        for k in range(1, 31)
    ]
    jobs = []
    for k in range(500):
        bus = dice.choice(buses)
        came = datetime(2025, 9, 1, 5) + timedelta(minutes=520 * k + dice.randrange(0, 400))
        left = came + timedelta(minutes=dice.randrange(30, 2800))
        jobs.append((
            10001 + k, *bus[:2], came, left if k < 488 else None,
            dice.choice(("Inspektion", "Reparatur", "Unfall")), dice.choice("JN"),
            round(dice.uniform(40, 2400), 2), dice.randrange(2, 90) * 5,
        ))  # fmt: skip
    parts = [
        (dice.choice(jobs)[0], k + 1, dice.choice(_PARTS), dice.randrange(1, 7),
         round(dice.uniform(9, 400), 2))
        for k in range(900)
    ]  # fmt: skip
    with sqlite3.connect(folder / "werkstatt.db") as db:
        db.execute('CREATE TABLE Fahrzeug ("Depot", "Wagen Nr", "Hersteller", "Länge (m)")')
        db.executemany("INSERT INTO Fahrzeug VALUES (?, ?, ?, ?)", buses)
        db.execute(
            'CREATE TABLE Auftrag ("Auftrag Nr" INTEGER, "Depot" TEXT, "Wagen Nr" TEXT, '
            '"Eingang" TEXT, "Ausgang" TEXT, "Art" TEXT, "Garantie" TEXT, "Kosten" TEXT, '
            '"Arbeitszeit [min]" INTEGER)'
        )
        db.executemany(
            "INSERT INTO Auftrag VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (no, depot, bus, f"{came:%d.%m.%Y %H:%M}", f"{left:%d.%m.%Y %H:%M}" if left else "",
                 kind, flag, f"{cost:,.2f}".replace(",", " ").replace(".", ",").replace(" ", "."),
                 worked)
                for no, depot, bus, came, left, kind, flag, cost, worked in jobs
            ],
        )  # fmt: skip
        db.execute(
            'CREATE TABLE Teile ("Auftrag" INTEGER, "Pos" INTEGER, "Teil", "Menge", "Preis")'
        )
        db.executemany("INSERT INTO Teile VALUES (?, ?, ?, ?, ?)", parts)
    db.close()
    moments = [
        (*j[:3], f"{j[3]:%Y-%m-%d %H:%M}", f"{j[4]:%Y-%m-%d %H:%M}" if j[4] else None, *j[5:])
        for j in jobs
    ]
    return {
        "f": (("depot", "wagen", "hersteller", "laenge"), buses),
        "a": (("nr", "depot", "wagen", "ein", "aus", "art", "garantie", "kosten", "zeit"), moments),
        "t": (("nr", "pos", "teil", "menge", "preis"), parts),
    }


_ASKED = (
    Asked("Wie viele Aufträge gab es pro Monat?",
          "SELECT substr(ein, 1, 7) || '-01', COUNT(*) FROM a GROUP BY 1"),
    Asked("Kosten nach Art", "SELECT art, SUM(kosten) FROM a GROUP BY 1"),
    Asked("Gesamtkosten im Oktober 2025",
          "SELECT SUM(kosten) FROM a WHERE substr(ein, 1, 7) = '2025-10'"),
    Asked("Wie viele Aufträge sind noch offen?", "SELECT COUNT(*) FROM a WHERE aus IS NULL"),
    Asked("Kosten nach Hersteller",
          "SELECT hersteller, SUM(kosten) FROM a JOIN f USING (depot, wagen) GROUP BY 1"),
    Asked("Welche 3 Teile wurden am meisten gebraucht?",
          "SELECT teil, SUM(menge) FROM t GROUP BY 1 ORDER BY 2 DESC LIMIT 3"),
    Asked("Anteil der Garantie-Aufträge nach Depot",
          "SELECT depot, 100.0 * AVG(garantie = 'J') FROM a GROUP BY 1"),
    Asked("average time from Eingang to Ausgang by Art",
          "SELECT art, AVG((julianday(aus) - julianday(ein)) * 24) FROM a WHERE aus IS NOT NULL "
          "GROUP BY 1"),
    Asked("total working time per depot", "SELECT depot, SUM(zeit) FROM a GROUP BY 1"),
    Asked("number of repairs in November 2025",
          "SELECT COUNT(*) FROM a WHERE art = 'Reparatur' AND substr(ein, 1, 7) = '2025-11'"),
    Asked("How many buses are there per maker?",
          "SELECT hersteller, COUNT(*) FROM f GROUP BY 1"),
    Asked("chi phí theo tháng", "SELECT substr(ein, 1, 7) || '-01', SUM(kosten) FROM a GROUP BY 1"),
)  # fmt: skip

FOLDER = Folder(
    "buses", make,
    (
        ("model", "init", "--from", "sqlite:///{folder}/werkstatt.db", "--name", "buses",
         "--publish"),
    ),
    _ASKED, (), "buses",
)  # fmt: skip
