"""The view Risk of the page Thresholds: today's ranking of a plant, and what its parts weigh."""

from __future__ import annotations

import streamlit as st

from core.risk.words import part_name
from core.semantic.display import format_moment
from core.semantic.model import RISK_PARTS, SemanticModel
from core.semantic.said import said, value_label
from core.translation import gettext as _
from core.translation import marked
from core.ui import risk_form, risk_history, risk_ranking, states
from core.ui import risk_state as state
from core.ui.guard import Visit
from core.ui.states import outcome
from core.ui.text import plain

_PARTS = (4, 7)
_MEANINGS = {
    "threshold": marked("how near its limit a measure stands; 1 on the limit and past it"),
    "trend": marked(
        "how much of the way that is left to its limit a measure goes in the next {days} days, if "
        "it goes on as it did in the last"
    ),
    "alarms": marked("activations a day, against the most that the asset's share allows"),
    "maintenance": marked("open orders, how long the oldest is open, and failures"),
    "criticality": marked("what the data model ranks its class at"),
}


def draw(visit: Visit) -> None:
    """The view. Raises a GembaError where it cannot be had."""
    model = state.desk(visit).model(visit.user, visit.model)
    if model.risk is None:
        states.say(
            states.Look("query_stats", "gray", marked("No risk score on these data")),
            _("The data model says in its section risk what a score is made of."),
        )
        return
    if not visit.user.plants:
        states.say(
            states.Look("domain_disabled", "gray", marked("No assets for you")),
            _("None of your plants has assets in these data. Ask an admin for your plants."),
        )
        return
    st.caption(
        _(
            "How much speaks for looking at an asset first, from 0 to 100. It is a ranking by what "
            "is recorded: no probability of a failure, and no safety figure."
        )
    )
    plant = _plant(visit, model)
    _note()
    seen = state.look(visit)
    standing = state.desk(visit).standing(plant, visit.user, visit.model)
    left, right = st.columns(_PARTS, gap="medium")
    with left:
        _formula(model)
        draft = risk_form.draw(visit, standing, seen.found.usual)
    with right:
        _as_of(seen)
        risk_ranking.draw(seen.found, standing, draft, model)
    risk_history.draw(visit, standing)


def _plant(visit: Visit, model: SemanticModel) -> str:
    """The plant that is chosen, of the person's own."""
    plants = list(visit.user.plants)
    if st.session_state.get(state.PLANT) not in plants:
        st.session_state[state.PLANT] = plants[0]
    chosen = st.selectbox(
        _("Plant"),
        plants,
        format_func=lambda plant: plant_name(plant, model),
        key=state.PLANT,
        on_change=state.begin,
        args=(None,),
        persist_state="session",
        width=280,
    )
    return str(chosen)


def plant_name(plant: str, model: SemanticModel) -> str:
    """What a plant is called."""
    assert model.watch is not None
    table = said(model).tables[model.watch.table]
    return value_label(plant, table.columns[table.scope]) if table.scope else plant


def _note() -> None:
    """What came of the last act."""
    note = state.note()
    if note is not None:
        outcome("risk", note.text, is_trouble=note.is_trouble, hush=state.hush)


def _formula(model: SemanticModel) -> None:
    assert model.risk is not None
    st.markdown("#### " + _("What a part weighs"), anchors=False)
    st.markdown(
        plain(
            _(
                "The score is the sum of its parts, each from 0 to 1 times its weight, over the "
                "sum of the weights, times 100."
            )
        )
    )
    with st.expander(_("What each part is"), icon=":material/help:"):
        days = f"{model.risk.scale.trend_days:g}"
        lines = [
            f"- **{plain(part_name(part))}**: {plain(_(_MEANINGS[part]).format(days=days))}"
            for part in RISK_PARTS
        ]
        st.markdown("\n".join(lines))


def _as_of(seen: state.Seen) -> None:
    """How new what is shown is, and a way to read it anew."""
    moment = format_moment(seen.found.parts.inputs.spans.now)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("#### " + _("Today's ranking"), anchors=False, width="stretch")
        st.button(
            _("Read again"),
            key="risk.again",
            type="tertiary",
            icon=":material/refresh:",
            on_click=state.forget,
        )
    st.caption(plain(_("As of {moment}, with the limits in force today.").format(moment=moment)))
