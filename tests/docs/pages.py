"""The pages of the documentation: every Markdown file of the tree."""

import re
from pathlib import Path

from tests.scaffold.tree import ROOT, files


def pages() -> list[Path]:
    return [path for path in files() if path.suffix == ".md"]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines_of_code(text: str) -> list[str]:
    """Lines of indented and fenced blocks, and what stands in backticks."""
    blocks = re.findall(r"^(?: {4}|\t)(.+)$", text, re.MULTILINE)
    fenced = [
        line for block in re.findall(r"```.*?\n(.*?)```", text, re.S) for line in block.split("\n")
    ]
    return [*blocks, *fenced, *re.findall(r"`([^`\n]+)`", text)]
