"""Reads `.sql` fixtures: blocks that begin with `# title:`, with further `# key: value` lines."""

from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "sql" / "governance"


@dataclass
class Case:
    title: str
    sql: str = ""
    keys: dict[str, str] = field(default_factory=dict)


def read(name: str) -> list[Case]:
    cases: list[Case] = []
    for line in (FOLDER / name).read_bytes().decode("utf-8").split("\n"):
        if line.startswith("# title:"):
            cases.append(Case(line.removeprefix("# title:").strip()))
        elif line.startswith("# ") and ":" in line and not cases[-1].sql.strip():
            key, _, value = line[2:].partition(":")
            cases[-1].keys[key.strip()] = value.strip()
        elif cases:
            cases[-1].sql += line + "\n"
    for case in cases:
        case.sql = case.sql.strip("\r\n")
    return cases
