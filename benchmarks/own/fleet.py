"""A haulier's fleet: a SQLite database with foreign keys."""

from __future__ import annotations

import random
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

_SCHEMA = """
CREATE TABLE vehicles (id INTEGER PRIMARY KEY, plate TEXT NOT NULL UNIQUE, type TEXT, make TEXT,
                       depot TEXT, payload_kg INTEGER);
CREATE TABLE drivers (id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, licence TEXT,
                      home_depot TEXT);
CREATE TABLE trips (id INTEGER PRIMARY KEY, vehicle_id INTEGER REFERENCES vehicles(id),
                    driver_id INTEGER REFERENCES drivers(id), started_at TEXT, ended_at TEXT,
                    destination TEXT, distance_km REAL, load_kg INTEGER, delayed INTEGER);
CREATE TABLE fuel (id INTEGER PRIMARY KEY, vehicle_id INTEGER REFERENCES vehicles(id),
                   filled_at TEXT, litres REAL, cost_eur REAL, station TEXT);
"""
_PLACES = ("Hamburg", "Bremen", "Leipzig", "Prag", "Wien", "Rotterdam")


def make(folder: Path) -> Tables:
    """12 vehicles, 15 drivers, 2,000 trips and 700 fillings of four months."""
    dice = random.Random(14)
    vehicles = [
        (
            k,
            f"HH-FL {100 + k}",
            ("truck", "van", "trailer truck")[k % 3],
            ("MAN", "Volvo", "Mercedes")[k % 3 if k % 5 else 1],
            ("Hamburg", "Leipzig")[k % 2],
            (12000, 1200, 24000)[k % 3],
        )
        for k in range(1, 13)
    ]
    names = ("Meyer", "Nowak", "Schulz", "Kaya", "Lehmann")
    first = ("Anna", "Piotr", "Jens")
    drivers = [
        (k, first[k % 3], names[k % 5], ("C", "CE")[k % 2], ("Hamburg", "Leipzig")[k % 2])
        for k in range(1, 16)
    ]
    trips, fuel = [], []
    for k in range(2000):
        start = datetime(2026, 1, 1, 4) + timedelta(minutes=k * 86 + dice.randrange(0, 60))
        km = round(dice.uniform(20, 780), 1)
        ended = start + timedelta(minutes=int(km) + 30)
        trips.append(
            (
                k + 1,
                1 + dice.randrange(12),
                1 + dice.randrange(15),
                f"{start:%Y-%m-%d %H:%M:%S}",
                f"{ended:%Y-%m-%d %H:%M:%S}",
                dice.choice(_PLACES),
                km,
                dice.randrange(100, 1200),
                int(dice.random() < 0.18),
            )
        )
    for k in range(700):
        at = datetime(2026, 1, 1, 6) + timedelta(minutes=k * 245)
        litres = round(dice.uniform(40, 380), 1)
        fuel.append(
            (
                k + 1,
                1 + dice.randrange(12),
                f"{at:%Y-%m-%d %H:%M:%S}",
                litres,
                round(litres * dice.uniform(1.5, 1.8), 2),
                dice.choice(("Shell", "Aral", "own depot")),
            )
        )
    with sqlite3.connect(folder / "fleet.db") as db:
        db.executescript(_SCHEMA)
        for name, rows in (
            ("vehicles", vehicles),
            ("drivers", drivers),
            ("trips", trips),
            ("fuel", fuel),
        ):
            db.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    db.close()
    return {
        "vehicles": (("id", "plate", "type", "make", "depot", "payload"), vehicles),
        "drivers": (("id", "first", "last", "licence", "home"), drivers),
        "trips": (
            ("id", "vehicle_id", "driver_id", "at", "ended", "destination", "km", "kg", "delayed"),
            trips,
        ),
        "fuel": (("id", "vehicle_id", "at", "litres", "cost", "station"), fuel),
    }


_ASKED = (
    Asked(
        "How many kilometres did we drive in March?",
        "SELECT SUM(km) FROM trips t WHERE substr(t.at, 1, 7) = '2026-03'",
    ),
    Asked(
        "total distance per depot in February",
        "SELECT v.depot, SUM(km) FROM trips t JOIN vehicles v ON v.id = "
        "t.vehicle_id WHERE substr(t.at, 1, 7) = '2026-02' GROUP BY 1",
    ),
    Asked(
        "only vans",
        "SELECT v.depot, SUM(km) FROM trips t JOIN vehicles v ON v.id = "
        "t.vehicle_id WHERE substr(t.at, 1, 7) = '2026-02' AND v.type = 'van' "
        "GROUP BY 1",
        goes_on=True,
    ),
    Asked(
        "How many trips went to Wien in April?",
        "SELECT COUNT(*) FROM trips t WHERE destination = 'Wien' AND substr(t.at,"
        " 1, 7) = '2026-04'",
    ),
    Asked(
        "Which 3 vehicles used the most fuel?",
        "SELECT v.plate, SUM(litres) FROM fuel f JOIN vehicles v ON v.id = "
        "f.vehicle_id GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    ),
    Asked(
        "fuel cost by vehicle make and month",
        "SELECT v.make, substr(f.at, 1, 7) || '-01', SUM(cost) FROM fuel f JOIN "
        "vehicles v ON v.id = f.vehicle_id GROUP BY 1, 2",
    ),
    Asked(
        "What percentage of trips were delayed per destination?",
        "SELECT destination, 100.0 * AVG(delayed) FROM trips GROUP BY 1",
    ),
    Asked(
        "average load of trips by vehicle type",
        "SELECT v.type, AVG(kg) FROM trips t JOIN vehicles v ON v.id = t.vehicle_id GROUP BY 1",
    ),
    Asked(
        "fuel cost last month compared to the month before",
        "SELECT (SELECT SUM(cost) FROM fuel WHERE substr(at, 1, 7) = '2026-03'), "
        "(SELECT SUM(cost) FROM fuel WHERE substr(at, 1, 7) = '2026-02')",
    ),
    Asked(
        "How many litres did we fill up at Shell in January?",
        "SELECT SUM(litres) FROM fuel WHERE station = 'Shell' AND substr(at, 1, 7) = '2026-01'",
    ),
    Asked(
        "Anzahl der Fahrten pro Monat",
        "SELECT substr(t.at, 1, 7) || '-01', COUNT(*) FROM trips t GROUP BY 1",
    ),
    Asked(
        "Wie viele Trips waren im März verspätet?",
        "SELECT COUNT(*) FROM trips t WHERE delayed = 1 AND substr(t.at, 1, 7) = '2026-03'",
    ),
)

_FURTHER = (
    Asked(
        "Which driver drove the most kilometres in February?",
        "SELECT driver_id, SUM(km) FROM trips t WHERE substr(t.at,1,7)='2026-02' "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "fuel consumption per 100 km by vehicle",
        "SELECT v.plate, (SELECT SUM(litres) FROM fuel f WHERE "
        "f.vehicle_id=v.id)*100/(SELECT SUM(km) FROM trips t WHERE "
        "t.vehicle_id=v.id) FROM vehicles v",
    ),
    Asked(
        "trips per vehicle type in March",
        "SELECT v.type, COUNT(*) FROM trips t JOIN vehicles v ON v.id = "
        "t.vehicle_id WHERE substr(t.at,1,7)='2026-03' GROUP BY 1",
    ),
    Asked(
        "average trip distance to Prag",
        "SELECT AVG(km) FROM trips WHERE destination='Prag'",
    ),
    Asked(
        "delayed trips by destination",
        "SELECT destination, COUNT(*) FROM trips WHERE delayed=1 GROUP BY 1",
    ),
    Asked(
        "number of trips over 500 km by make",
        "SELECT v.make, COUNT(*) FROM trips t JOIN vehicles v ON v.id = "
        "t.vehicle_id WHERE km > 500 GROUP BY 1",
    ),
    Asked(
        "litres per month of MAN vehicles",
        "SELECT substr(f.at,1,7)||'-01', SUM(litres) FROM fuel f JOIN vehicles v "
        "ON v.id=f.vehicle_id WHERE v.make='MAN' GROUP BY 1",
    ),
    Asked(
        "How many fuel stops at own depot in March?",
        "SELECT COUNT(*) FROM fuel WHERE station='own depot' AND substr(at,1,7)='2026-03'",
    ),
    Asked(
        "Trips mit Ziel Wien pro Woche im Februar",
        "SELECT date(at, 'weekday 0', '-6 days'), COUNT(*) FROM trips WHERE "
        "destination='Wien' AND substr(at,1,7)='2026-02' GROUP BY 1",
    ),
    Asked(
        "How many vehicles do we have per depot?",
        "SELECT depot, COUNT(*) FROM vehicles GROUP BY 1",
    ),
    Asked(
        "longest trip in January",
        "SELECT MAX(km) FROM trips WHERE substr(at,1,7)='2026-01'",
    ),
    Asked(
        "on-time trips share by month",
        "SELECT substr(at,1,7)||'-01', 100.0 * AVG(delayed=0) FROM trips GROUP BY 1",
    ),
)

FOLDER = Folder(
    "fleet",
    make,
    (
        (
            "model",
            "init",
            "--from",
            "sqlite:///{folder}/fleet.db",
            "--name",
            "fleet",
            "--publish",
            "--json",
        ),
    ),
    _ASKED,
    _FURTHER,
    "fleet",
)
