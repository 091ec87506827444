"""A university's library: a table that names its own rows, and loans with three dates."""

from __future__ import annotations

import random
import sqlite3
from datetime import date, timedelta
from pathlib import Path

from benchmarks.own.kinds import Asked, Folder, Tables

SCHEMA = """
CREATE TABLE subjects (subject_id INTEGER PRIMARY KEY, name VARCHAR(60),
                       parent_id INTEGER REFERENCES subjects);
CREATE TABLE titles (title_id INTEGER PRIMARY KEY, title VARCHAR(80),
                     subject_id INTEGER REFERENCES subjects,
                     media_type VARCHAR(20), published INTEGER, price NUMERIC(8,2));
CREATE TABLE members (member_id INTEGER PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(80),
                      faculty VARCHAR(40), status VARCHAR(20));
CREATE TABLE loans (loan_id INTEGER PRIMARY KEY, title_id INTEGER REFERENCES titles,
                    member_id INTEGER REFERENCES members, loaned_on DATE, due_on DATE,
                    returned_on DATE,
                    fine_eur NUMERIC(8,2), branch VARCHAR(30));
"""


def make(folder: Path) -> Tables:
    """10 subjects, 200 titles, 300 members, 4,000 loans."""
    dice = random.Random(17)
    parents = [(1, "Science", None), (2, "Humanities", None), (3, "Engineering", None)]
    children = (
        "Physics",
        "Chemistry",
        "History",
        "Philosophy",
        "Mechanical",
        "Electrical",
        "Biology",
    )
    subjects = parents + [
        (4 + k, name, (1, 1, 2, 2, 3, 3, 1)[k]) for k, name in enumerate(children)
    ]
    titles = [
        (
            k,
            f"Title {k}",
            4 + dice.randrange(7),
            ("book", "book", "e-book", "journal")[k % 4],
            1980 + k % 45,
            round(dice.uniform(15, 180), 2),
        )
        for k in range(1, 201)
    ]
    members = [
        (
            k,
            f"Student {k}",
            f"s{k}@uni.example",
            ("Law", "Medicine", "Engineering", "Arts")[k % 4],
            ("student", "staff", "student")[k % 3],
        )
        for k in range(1, 301)
    ]
    loans = []
    for k in range(4000):
        out = date(2025, 9, 1) + timedelta(days=k * 210 // 4000)
        due = out + timedelta(days=28)
        back: date | None = out + timedelta(days=dice.randrange(1, 45))
        if back is not None and back > date(2026, 3, 29):
            back = None
        fine = round(max(0, (back - due).days) * 0.5, 2) if back else 0.0
        loans.append(
            (
                k + 1,
                1 + dice.randrange(200),
                1 + dice.randrange(300),
                out.isoformat(),
                due.isoformat(),
                back.isoformat() if back else None,
                fine,
                dice.choice(("Main", "Medical", "Law library")),
            )
        )
    tables: Tables = {
        "subjects": (("subject_id", "name", "parent_id"), subjects),
        "titles": (("title_id", "title", "subject_id", "media", "published", "price"), titles),
        "members": (("member_id", "full_name", "email", "faculty", "status"), members),
        "loans": (
            ("loan_id", "title_id", "member_id", "out", "due", "back", "fine", "branch"),
            loans,
        ),
    }
    with sqlite3.connect(folder / "library.db") as db:
        db.executescript(SCHEMA)
        for name, (_, rows) in tables.items():
            db.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    db.close()
    return tables


_ASKED = (
    Asked(
        "How many loans were there in October 2025?",
        "SELECT COUNT(*) FROM loans l WHERE substr(l.out, 1, 7) = '2025-10'",
    ),
    Asked(
        "loans per faculty in January",
        "SELECT m.faculty, COUNT(*) FROM loans l JOIN members m USING (member_id)"
        " WHERE substr(l.out, 1, 7) = '2026-01' GROUP BY 1",
    ),
    Asked(
        "just staff",
        "SELECT m.faculty, COUNT(*) FROM loans l JOIN members m USING (member_id)"
        " WHERE substr(l.out, 1, 7) = '2026-01' AND m.status = 'staff' GROUP BY 1",
        goes_on=True,
    ),
    Asked(
        "Top 5 titles by number of loans",
        "SELECT t.title, COUNT(*) FROM loans JOIN titles t USING (title_id) GROUP"
        " BY 1 ORDER BY 2 DESC, 1 LIMIT 5",
    ),
    Asked(
        "total fines by month",
        "SELECT substr(l.out, 1, 7) || '-01', SUM(fine) FROM loans l GROUP BY 1",
    ),
    Asked(
        "How many books were returned in February?",
        "SELECT COUNT(*) FROM loans WHERE substr(back, 1, 7) = '2026-02'",
    ),
    Asked(
        "average fine of Medicine members",
        "SELECT AVG(fine) FROM loans l JOIN members m USING (member_id) WHERE "
        "m.faculty = 'Medicine'",
    ),
    Asked(
        "Which branch lends the most e-books?",
        "SELECT l.branch, COUNT(*) FROM loans l JOIN titles t USING (title_id) "
        "WHERE t.media = 'e-book' GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "number of loans by subject",
        "SELECT s.name, COUNT(*) FROM loans JOIN titles USING (title_id) JOIN "
        "subjects s USING (subject_id) GROUP BY 1",
    ),
    Asked(
        "How many loans are not returned yet?",
        "SELECT COUNT(*) FROM loans WHERE back IS NULL",
    ),
    Asked(
        "Wie viele Ausleihen gab es im Dezember in der Filiale Main?",
        "SELECT COUNT(*) FROM loans l WHERE substr(l.out, 1, 7) = '2025-12' AND branch = 'Main'",
    ),
    Asked(
        "Loans pro Woche im November",
        "SELECT date(l.out, 'weekday 0', '-6 days'), COUNT(*) FROM loans l WHERE "
        "substr(l.out, 1, 7) = '2025-11' GROUP BY 1",
    ),
)

_FURTHER = (
    Asked(
        "which faculty borrows the most?",
        "SELECT m.faculty, COUNT(*) FROM loans l JOIN members m USING(member_id) "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "overdue loans by branch",
        "SELECT branch, COUNT(*) FROM loans WHERE back IS NULL AND due < '2026-03-29' GROUP BY 1",
    ),
    Asked(
        "average price of titles by subject",
        "SELECT s.name, AVG(price) FROM titles JOIN subjects s USING(subject_id) GROUP BY 1",
    ),
    Asked(
        "loans of journals per month",
        "SELECT substr(out,1,7)||'-01', COUNT(*) FROM loans JOIN titles "
        "USING(title_id) WHERE media='journal' GROUP BY 1",
    ),
    Asked(
        "How many loans were due in December?",
        "SELECT COUNT(*) FROM loans WHERE substr(due,1,7)='2025-12'",
    ),
    Asked(
        "number of different members per month",
        "SELECT substr(out,1,7)||'-01', COUNT(DISTINCT member_id) FROM loans GROUP BY 1",
    ),
    Asked(
        "total fine by status of member",
        "SELECT m.status, SUM(fine) FROM loans l JOIN members m USING(member_id) GROUP BY 1",
    ),
    Asked(
        "loans of Physics titles by students",
        "SELECT COUNT(*) FROM loans JOIN titles USING(title_id) JOIN subjects s "
        "USING(subject_id) JOIN members m USING(member_id) WHERE s.name='Physics'"
        " AND m.status='student'",
    ),
    Asked(
        "How many titles do we have per media type?",
        "SELECT media, COUNT(*) FROM titles GROUP BY 1",
    ),
    Asked(
        "Durchschnittliche Strafe pro Monat",
        "SELECT substr(out,1,7)||'-01', AVG(fine) FROM loans GROUP BY 1",
    ),
)

FOLDER = Folder(
    "library",
    make,
    (
        (
            "model",
            "init",
            "--from",
            "sqlite:///{folder}/library.db",
            "--name",
            "library",
            "--publish",
            "--json",
        ),
    ),
    _ASKED,
    _FURTHER,
    "library",
)
