"""The arguments of the command `model`; nothing heavy is imported for them."""

from __future__ import annotations

import argparse

from core.translation import CODE, LANGUAGES


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """The actions and their options."""
    parser.add_argument("action", choices=("check", "list", "init", "publish"))
    parser.add_argument("name", nargs="?", default=None, help="a model's name or file")
    init = parser.add_argument_group("init: draft a model from a database")
    init.add_argument(
        "--from",
        dest="url",
        metavar="URL",
        help="duckdb:///FILE, sqlite:///FILE, mysql://, postgresql:// or starrocks://"
        "USER:PASSWORD@HOST/DATABASE; - reads it from standard input, which keeps the password "
        "out of the shell's history",
    )
    init.add_argument("--name", dest="new_name", help="the model's name (default: the database's)")
    init.add_argument("--tables", nargs="+", default=[], metavar="TABLE", help="only these")
    init.add_argument(
        "--samples",
        choices=("yes", "no"),
        default=None,
        help="whether values of rows may stand in the draft (default: GEMBA_DRAFT_SAMPLES)",
    )
    init.add_argument(
        "--copy",
        choices=("yes", "no"),
        default=None,
        help="copy the rows into a store of Gemba's own (default: where they cannot be asked "
        "in place)",
    )
    init.add_argument("--publish", action="store_true", help="put it in force at once")
    parser.add_argument("--as", dest="user", default=None, help="who publishes (default: admin)")
    parser.add_argument(
        "--language", default=CODE, choices=list(LANGUAGES), help="of what is said (default: en)"
    )
    parser.add_argument("--json", action="store_true", help="the report as JSON")
