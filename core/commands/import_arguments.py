"""The options of the command `import`; apart from what runs it, so that others start quickly."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

_ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1")
_TYPES: Final = ("text", "integer", "double", "boolean", "date", "datetime")


def add_import_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `import`."""
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="files, or a folder; of one table or several",
    )
    parser.add_argument("--model", help="a semantic model with a `load` section")
    parser.add_argument("--name", help="name of the data (default: the file's)")
    parser.add_argument("--yes", action="store_true", help="load; without it nothing is written")
    parser.add_argument("--json", action="store_true", help="what was found as JSON")
    parser.add_argument(
        "--samples",
        choices=("yes", "no"),
        default=None,
        help="whether values of rows may stand in the model that a first import drafts (default: "
        "GEMBA_DRAFT_SAMPLES)",
    )
    several = parser.add_argument_group("files and sheets of several tables")
    several.add_argument(
        "--same-columns",
        choices=("one", "apart"),
        help="files with the same columns are one table, or a table each (default: as found)",
    )
    several.add_argument(
        "--table",
        action="append",
        default=[],
        metavar="NAME=FILES",
        help="files or sheets of one table, such as sites=site*.csv",
    )
    several.add_argument(
        "--leave-out", action="append", default=[], metavar="FILES", help="such as notes*.csv"
    )
    adding = parser.add_argument_group("adding to data that are there")
    adding.add_argument("--append", action="store_true", help="add the new rows; replace nothing")
    adding.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="COLUMN",
        help="says what one row is; none: only rows that are wholly alike are the same",
    )
    adding.add_argument(
        "--conflicts",
        choices=("refuse", "old", "new"),
        default="refuse",
        help="what counts of rows that are there with other values",
    )
    files = parser.add_argument_group("what was recognised, said otherwise")
    files.add_argument("--encoding", choices=_ENCODINGS)
    files.add_argument("--delimiter", help="comma, semicolon, tab, pipe, or the mark itself")
    files.add_argument("--decimal", choices=("point", "comma"))
    files.add_argument("--thousands", choices=("none", "point", "comma", "blank", "apostrophe"))
    files.add_argument("--header", choices=("yes", "no"))
    files.add_argument("--lines-above", type=int, help="lines over the header to pass over")
    files.add_argument("--sheet", default="", help="of a workbook (default: all tables)")
    files.add_argument("--dates", choices=("dmy", "mdy"), help="which of 03/04 comes first")
    files.add_argument(
        "--time-of-day",
        default="",
        metavar="COLUMN",
        help="column with the time of day of a date (DATE=TIME where there are several), or none",
    )
    files.add_argument(
        "--hours", choices=("begin", "end"), help="hour 1 of 24 begins at 00:00, or is 01:00"
    )
    files.add_argument(
        "--totals", choices=("leave-out", "keep"), default="", help="rows that sum up others"
    )
    files.add_argument("--zone", default="UTC", help="zone for times that have an offset")
    files.add_argument(
        "--type", action="append", default=[], metavar="COLUMN=TYPE", help=", ".join(_TYPES)
    )
    tags = parser.add_argument_group("exports of tags")
    tags.add_argument("--shape", choices=("table", "wide", "long"))
    for role in ("time", "tag", "value", "quality", "unit"):
        tags.add_argument(f"--{role}", default="", metavar="COLUMN", help=f"column of the {role}")
    tags.add_argument("--quality-codes", choices=("da", "ua", "percent"))
    tags.add_argument("--mapping", type=Path, metavar="FILE", help="table of tags as CSV")
    tags.add_argument("--write-mapping", type=Path, metavar="FILE", help="write the table of tags")
    tags.add_argument("--repeats", choices=("refuse", "first", "last"), default="refuse")
    parser.add_argument("--bad-cells", choices=("refuse", "empty"), default="refuse")
