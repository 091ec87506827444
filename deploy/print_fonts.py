"""Make the fonts of printed pages from the fonts of the screen: `python -m deploy.print_fonts`.

A PDF needs whole TrueType files; the screen's fonts are compressed, in one file for each group of
letters, with their weight as an axis. This takes two weights out of each, puts the groups together
and gives the family another name, as its licence asks of changed versions.
"""

from __future__ import annotations

import io
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

_ROOT = Path(__file__).resolve().parent.parent
_SCREEN = _ROOT / "core" / "ui" / "static" / "fonts"
_PRINT = _ROOT / "core" / "printing" / "fonts"
_GROUPS = ("latin", "latin-ext", "vietnamese")
_WEIGHTS = {"regular": 400, "bold": 600}
_NAME = "Gemba Print"
#: Tables that shape text or name features: printed text is set letter by letter.
_NOT_NEEDED = ("GSUB", "GPOS", "GDEF", "STAT", "DSIG", "HVAR", "MVAR", "meta")


def _one(group: str, weight: int) -> io.BytesIO:
    font = TTFont(_SCREEN / f"ibm-plex-sans-{group}-wght-normal.woff2")
    instantiateVariableFont(font, {"wght": weight, **_defaults(font)}, inplace=True)
    for table in _NOT_NEEDED:
        if table in font:
            del font[table]
    font.flavor = None
    made = io.BytesIO()
    font.save(made)
    made.seek(0)
    return made


def _defaults(font: TTFont) -> dict[str, float]:
    return {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes if axis.axisTag != "wght"}


def main() -> None:
    """Write one file for each weight."""
    for name, weight in _WEIGHTS.items():
        merged = Merger().merge([_one(group, weight) for group in _GROUPS])
        for record in merged["name"].names:
            if record.nameID in (1, 4, 16):
                record.string = f"{_NAME} {name.title()}"
            elif record.nameID in (3, 6):
                record.string = f"{_NAME.replace(' ', '')}-{name.title()}"
        target = _PRINT / f"gemba-print-{name}.ttf"
        merged.save(target)
        print(target.relative_to(_ROOT), target.stat().st_size)


if __name__ == "__main__":
    main()
