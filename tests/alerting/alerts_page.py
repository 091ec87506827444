"""Writes the tables of docs/alerts.md from the code: python -m tests.alerting.alerts_page"""

from __future__ import annotations

import re

from core.alerting.figures import FIGURES, Figure
from core.alerting.lifecycle import STATES, TRANSITIONS, Event, State
from tests.scaffold.tree import ROOT

PAGE = ROOT / "docs" / "alerts.md"


def matrix() -> str:
    """Events down, states across; a dash where nothing leads on."""
    lines = [row("", *(STATES[s] for s in State)), row(*["---"] * (len(State) + 1))]
    for event in Event:
        cells = (
            (STATES[after] if (after := TRANSITIONS[s, event]) else "*what is beneath*")
            if (s, event) in TRANSITIONS
            else "–"
            for s in State
        )
        lines.append(row(f"`{event}`", *cells))
    return "\n".join(lines)


def figures_table() -> str:
    """Each figure with target, maximum and source."""
    lines = [row("figure", "target", "maximum", "source", ""), row(*["---"] * 5)]
    for one in FIGURES:
        target = f"{'under' if one.is_below else 'at most'} {amount(one, one.target)}"
        if one.target == 0:
            target = "none"
        if not one.is_judged:
            target = f"about {amount(one, one.target)}, not judged"
        maximum = "" if one.maximum is None else amount(one, one.maximum)
        lines.append(row(one.name, target, maximum, one.source, one.note))
    return "\n".join(lines)


def amount(figure: Figure, value: float) -> str:
    is_share = "share" in figure.metric
    return f"{100 * value:g} %" if is_share else f"{value:g}"


TABLES = {"transitions": matrix, "figures": figures_table}


def row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def between(text: str, name: str) -> str:
    """The lines of one table."""
    found = re.search(rf"<!-- {name} -->\n\n(.*?)\n\n<!-- end -->", text, re.DOTALL)
    assert found is not None, f"docs/alerts.md has no table {name}"
    return found[1]


def main() -> None:
    text = PAGE.read_text("utf-8")
    for name, made in TABLES.items():
        opening = f"<!-- {name} -->\n\n"
        text = text.replace(opening + between(text, name), opening + made())
    PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
