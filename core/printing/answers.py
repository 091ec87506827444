"""A board on paper: each card with its sentence, picture or rows, and what it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reportlab.platypus import Flowable, HRFlowable, KeepTogether, Spacer

from core.charts import figure
from core.printing.chart import ChartPicture, is_drawn
from core.printing.pages import LINE, WIDTH, PageText, grid, heading, pdf_of, text
from core.semantic.display import (
    format_date,
    format_moment,
    format_number,
    format_percent,
    format_value,
)
from core.translation import gettext as _
from core.translation import language, ngettext
from core.types import Answer, Verified

#: Rows and columns of a table on paper; the others are in the app.
_ROWS: Final = 15
_COLUMNS: Final = 7


@dataclass(frozen=True, slots=True)
class CardPrint:
    """A card and what it answers now. time: its time in words."""

    title: str
    time: str
    answer: Answer


def board_pdf(
    name: str, cards: Sequence[CardPrint], *, by: str, scope: str, at: dt.datetime
) -> bytes:
    """The board as it is for the person who prints it. at: when, on the plant's clock."""
    story: list[Flowable] = [KeepTogether(_card(card)) for card in cards]
    if not cards:
        story.append(text(_("This board has no cards yet.")))
    around = PageText(
        title=name,
        subtitle=_("As {name} may see it ({scope}), {moment}").format(
            name=by, scope=scope, moment=format_moment(at)
        ),
        foot=f"Gemba · {name} · {format_moment(at)}",
        page=_("Page {n}"),
        language=language(),
    )
    return pdf_of(story, around)


def _card(card: CardPrint) -> list[Flowable]:
    answer = card.answer
    parts: list[Flowable] = [HRFlowable(width="100%", thickness=0.5, color=LINE, spaceBefore=8)]
    parts.append(heading(card.title))
    parts.append(text(answer.headline or answer.message or _("No answer."), 10))
    parts += [text(f"! {doubt}", 8.5) for doubt in answer.doubts]
    if answer.status == "answered":
        parts += _shown(answer)
    parts.append(text(_rests_on(card), 7.5, quiet=True))
    return parts


def _shown(answer: Answer) -> list[Flowable]:
    """The picture, or the first rows."""
    if answer.result is None or answer.chart is None or answer.chart.type == "kpi":
        return []
    if answer.chart.type != "table":
        drawn = figure(answer.chart, answer.result, answer.columns)
        if is_drawn(drawn):
            note = [text(answer.chart.note, 7.5, quiet=True)] if answer.chart.note else []
            return [Spacer(1, 4), ChartPicture(drawn, WIDTH), *note, Spacer(1, 2)]
    return _rows(answer)


def _rows(answer: Answer) -> list[Flowable]:
    assert answer.result is not None
    names = answer.result.table.column_names
    columns = [c for c in answer.columns if c.name in names][:_COLUMNS]
    if not columns:
        return []
    rows = answer.result.table.slice(0, _ROWS).to_pylist()
    cells = [[format_value(row[c.name], c) for c in columns] for row in rows]
    right = [i for i, c in enumerate(columns) if c.type in ("integer", "double")]
    made: list[Flowable] = [
        Spacer(1, 3),
        grid([c.label for c in columns], cells, [1] * len(columns), right=right, size=8),
    ]
    left = answer.result.row_count - len(rows)
    if left > 0:
        more = ngettext("and {n} more row", "and {n} more rows", left)
        made.append(text(more.format(n=format_number(left, 0)), 7.5, quiet=True))
    return made


def _rests_on(card: CardPrint) -> str:
    """Time, quality, age and source, in the order of the screen."""
    answer = card.answer
    parts = [card.time]
    parts += [chip.label for chip in answer.chips if chip.kind in ("when", "where", "compare")]
    quality = answer.quality
    if quality is not None and quality.good is not None:
        parts.append(_("{share} Good").format(share=format_percent(quality.good)))
    if quality is not None and quality.data_to is not None:
        parts.append(_("data to {moment}").format(moment=format_moment(quality.data_to)))
    parts += [_verified(answer.verified)] if answer.verified is not None else []
    return " · ".join(dict.fromkeys(filter(None, parts)))


def _verified(verified: Verified) -> str:
    """Who verified the question that the answer comes from, and when."""
    if verified.by and verified.on is not None:
        day = format_date(verified.on)
        return _("verified by {name} on {day}").format(name=verified.by, day=day)
    if verified.on is not None:
        return _("verified on {day}").format(day=format_date(verified.on))
    return _("verified by {name}").format(name=verified.by) if verified.by else _("verified")
