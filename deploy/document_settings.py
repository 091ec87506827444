"""Writes docs/settings.md from the table in core/settings.py: `make docs`.

`python -m deploy.document_settings --check` writes nothing and ends with 1 when the page is not as
it should be.
"""

import sys
from dataclasses import fields
from pathlib import Path

from core.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent


PAGE = ROOT / "docs" / "settings.md"
BEGIN = "<!-- table: written by `make docs` from core/settings.py -->"
END = "<!-- end of table -->"


def table() -> str:
    """One row a setting: its name, type, default and help, as core/settings.py gives them."""
    lines = ["| name | type | default | what it does |", "|---|---|---|---|"]
    for setting in fields(Settings):
        kind = setting.type if isinstance(setting.type, str) else setting.type.__name__
        default = setting.default
        if isinstance(default, Path):
            shown = f"`{default.relative_to(ROOT)}/` beside `app.py`"
        else:
            shown = f"`{default}`" if default != "" else "empty"
        secret = " (secret: never shown)" if setting.metadata["secret"] else ""
        name = PREFIX + setting.name.upper()
        lines.append(f"| `{name}` | {kind} | {shown} | {setting.metadata['help']}{secret} |")
    return "\n".join(lines)


def page(text: str) -> str:
    """The page with its table written again. Raises ValueError when a marker is missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name} has lost the lines {BEGIN!r} and {END!r} around its table.")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it is as it should be."""
    text = PAGE.read_text("utf-8")
    wanted = page(text)
    if arguments == ["--check"]:
        if text != wanted:
            print(f"docs/{PAGE.name} differs from core/settings.py. Run: make docs")
        return int(text != wanted)
    if arguments:
        print("usage: python -m deploy.document_settings [--check]", file=sys.stderr)
        return 2
    PAGE.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
