"""The arguments of the command `corpus`; apart from it, so that others start without its parts."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add_corpus_arguments(parser: argparse.ArgumentParser) -> None:
    """What may stand after `corpus`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    search = _action(actions, "search", "what fits a question, as retrieval finds it")
    search.add_argument("question")

    add = _action(actions, "add", "add a question with its SQL, staged")
    add.add_argument("question")
    add.add_argument("--sql", required=True, help="the SQL, or - for standard input")
    add.add_argument("--plants", default="", help="for who may see these alone, parted by commas")
    add.add_argument("--verify", action="store_true", help="verify it too")

    review = _action(actions, "review", "what waits for review; accept or reject a case")
    review.add_argument("--accept", metavar="CASE", default="", help="add its question, staged")
    review.add_argument("--reject", metavar="CASE", default="")
    review.add_argument("--why", default="", help="the reason of the decision")

    take = _action(actions, "import", "take entries in from a JSONL or CSV file: all, or none")
    take.add_argument("file", type=Path)
    take.add_argument("--dry-run", action="store_true", help="only look")

    give = _action(actions, "export", "write questions and notes to a JSONL or CSV file")
    give.add_argument("file", help="a file, or - for JSONL on standard output")
    give.add_argument("--kind", choices=["qa", "doc"], default=None)

    publish = _action(actions, "publish", "test the staged changes on the golden questions")
    publish.add_argument("--yes", action="store_true", help="and make them live")

    _action(actions, "index", "bring the search index in step with the corpus")


def _action(actions: Any, name: str, help_: str) -> argparse.ArgumentParser:
    action: argparse.ArgumentParser = actions.add_parser(name, help=help_)
    action.add_argument("--as", dest="user", default=None, help="account (default: admin)")
    action.add_argument("--model", default=None, help="semantic model")
    action.add_argument("--json", action="store_true", help="as JSON")
    return action
