"""Today's ranking of a plant's assets, beside what other weights would make of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import pandas as pd
import pyarrow as pa
import streamlit as st

from core.risk.desk import Assessment, Standing
from core.risk.outlook import Moved, outlook
from core.risk.words import part_name
from core.semantic.model import RISK_PARTS, SemanticModel
from core.translation import gettext as _
from core.translation import marked, ngettext
from core.types import ChartSpec, Result, ResultColumn
from core.ui import figures, states
from core.ui.risk_form import Draft
from core.ui.text import number, plain

_ROW_PX: Final = 35
_MOST_PX: Final = 460
#: Assets that the chart has room for.
_DRAWN: Final = 20
#: Moves that are told in words.
_TOLD: Final = 3


def draw(found: Assessment, standing: Standing, draft: Draft, model: SemanticModel) -> None:
    """The sentence, the chart, the table, and what is missing."""
    rows = outlook(found, standing.plant, draft.weights)
    if not rows:
        assert model.risk is not None
        days = f"{model.risk.scale.trend_days:g}"
        states.say(
            states.Look("hourglass_empty", "gray", marked("No ranking yet")),
            _("No asset of this plant has readings of the last {days} days.").format(days=days),
        )
        return
    if draft.wrong:
        st.caption(_("The fields hold something wrong, so this is the ranking as it counts."))
    is_tried = draft.is_other and not draft.wrong
    told = _told(rows, is_tried=is_tried)
    st.markdown(plain(told))
    _chart(rows, told, is_tried=is_tried)
    _table(rows, is_tried=is_tried)
    _missing(found)


def _told(rows: Sequence[Moved], *, is_tried: bool) -> str:
    """What the ranking says, or what changes in it."""
    first = rows[0]
    if not is_tried:
        text = _("{asset} has the highest risk score of {n} assets: {score} of 100.")
        return text.format(asset=first.asset, n=number(len(rows), 0), score=first.score_after)
    moved = [one for one in rows if one.moves]
    if not moved:
        changed = sum(1 for one in rows if one.score_after != one.score_before)
        text = ngettext(
            "With these weights no asset changes its place, and {n} its score.",
            "With these weights no asset changes its place, and {n} their score.",
            changed,
        )
        return text.format(n=number(changed, 0))
    most = sorted(moved, key=lambda one: (-abs(one.moves), one.place_after))[:_TOLD]
    steps = "; ".join(
        _("{asset} from {before} to {after}").format(
            asset=one.asset, before=one.place_before, after=one.place_after
        )
        for one in most
    )
    text = ngettext(
        "With these weights {n} of {all} assets changes its place: {steps}.",
        "With these weights {n} of {all} assets change their place, the most: {steps}.",
        len(moved),
    )
    return text.format(n=number(len(moved), 0), all=number(len(rows), 0), steps=steps)


def _chart(rows: Sequence[Moved], told: str, *, is_tried: bool) -> None:
    """Stacked bars of the first assets, by the parts of their score."""
    from core.charts import figure

    shown = rows[:_DRAWN]
    title = _("Risk score by its parts")
    if is_tried:
        title = _("Risk score by its parts, with these weights")
    data = {"asset": pa.array([one.asset for one in shown], pa.string())}
    for place, part in enumerate(RISK_PARTS):
        data[part] = pa.array([one.parts_after[place] for one in shown], pa.int64())
    columns = (
        ResultColumn("asset", _("Asset"), "string", "dimension"),
        *(
            ResultColumn(part, part_name(part), "integer", "measure", decimals=0, additive=True)
            for part in RISK_PARTS
        ),
    )
    spec = ChartSpec(
        "stacked_bar", title, x="asset", y=RISK_PARTS, horizontal=True, y_title=_("points of 100")
    )
    theme: Literal["light", "dark"] = "dark" if st.context.theme.type == "dark" else "light"
    made = figure(spec, Result(pa.table(data), False, 0.0), columns, theme=theme)
    figures.show(
        figures.with_quiet_bar(made, theme), key=f"risk.chart.{theme}", title=title, said=told
    )
    if len(rows) > len(shown):
        text = _("The first {n} of {all}; all are in the table.")
        st.caption(plain(text.format(n=len(shown), all=number(len(rows), 0))))


def _table(rows: Sequence[Moved], *, is_tried: bool) -> None:
    config: dict[str, Any] = {}
    frame: dict[str, Any] = {_("Rank"): [one.place_after for one in rows]}
    if is_tried:
        frame[_("Moves")] = [_moves(one) for one in rows]
    frame[_("Asset")] = [one.asset for one in rows]
    if is_tried:
        frame[_("Before")] = [one.score_before for one in rows]
    frame[_("Score")] = [one.score_after for one in rows]
    for place, part in enumerate(RISK_PARTS):
        frame[part_name(part)] = [one.parts_after[place] for one in rows]
    for name in frame:
        if name != _("Asset") and name != _("Moves"):
            config[name] = st.column_config.NumberColumn(name, format="%d", width="small")
    config[_("Asset")] = st.column_config.TextColumn(_("Asset"), pinned=True)
    st.dataframe(
        pd.DataFrame(frame),
        hide_index=True,
        height=min(_MOST_PX, _ROW_PX * (len(rows) + 1) + 3),
        column_config=config,
        key=f"risk.table.{is_tried}",
    )


def _moves(one: Moved) -> str:
    """`▲ 2`, `▼ 1`, a dash for none."""
    if not one.moves:
        return "–"
    return f"{'▲' if one.moves > 0 else '▼'} {abs(one.moves)}"


def _missing(found: Assessment) -> None:
    """Parts that nothing here can have, and on what the others stand."""
    inputs = found.parts.inputs
    for part, why in inputs.why.items():
        text = _("{part} is not part of the score: {why}. The others weigh more in its place.")
        st.caption(plain(text.format(part=part_name(part), why=why)))
    if inputs.is_cut:
        st.caption(_("There are more assets than your role may read; some are missing."))
