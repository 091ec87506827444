"""Every text that the code marks is found by the tool that fills the catalogues."""

from __future__ import annotations

import ast
from pathlib import Path

from deploy import catalogues
from tests.translation.templates import template

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = [*(ROOT / "core").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]


def marked_texts(source: str) -> list[tuple[int, str]]:
    """Line and text of each literal that is given to a function that marks one."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id not in catalogues.MARKS or not node.args:
            continue
        text = node.args[1 if node.func.id == "pgettext" else 0]
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value:
            found.append((node.lineno, text.value))
        elif isinstance(text, ast.JoinedStr):
            found.append((node.lineno, ast.unparse(text)))
    return found


def test_no_text_is_marked_where_the_tool_does_not_look() -> None:
    """It reads no text inside another one's braces, nor within another marked one."""
    known: set[str] = set()
    for domain in catalogues.DOMAINS:
        for message in template(domain):
            known.update([message.id] if isinstance(message.id, str) else message.id)
    lost = [
        f"{path.relative_to(ROOT)}:{line} {text!r}"
        for path in SOURCES
        for line, text in marked_texts(path.read_text("utf-8"))
        if text not in known
    ]
    assert not lost, "\n".join(lost)


def test_the_look_itself_finds_such_texts() -> None:
    source = "f\"{_('a')}\" + _(f'{x} b') + ngettext('c', 'd', n) + pgettext('w', 'e')"
    assert {text for _, text in marked_texts(source)} == {"f'{x} b'", "a", "c", "e"}
