"""The weights of a plant as fields, what is wrong at each, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from core.risk.desk import Standing
from core.risk.store import MOST_NOTE, PlantWeights, Proposal
from core.risk.weights import Weights, wrong
from core.risk.words import part_name
from core.semantic.model import RISK_PARTS
from core.translation import gettext as _
from core.ui import risk_state as state
from core.ui.guard import Visit
from core.ui.text import moment, percent, plain, typed

_WIDTH: Final = 150


@dataclass(frozen=True, slots=True)
class Draft:
    """What the fields say. weights: None for the model's. is_other: it is something else than what
    counts, and can be tried. wrong: what is wrong, by part; under an empty name of all together."""

    weights: Weights | None = None
    is_other: bool = False
    wrong: Mapping[str, str] = field(default_factory=dict)


def draw(visit: Visit, standing: Standing, usual: Weights) -> Draft:
    """The weights that count and, for who may change them, the fields of others."""
    _counts(standing.current)
    if standing.proposal is not None:
        _waiting(visit, standing, standing.proposal, usual)
        return Draft(standing.proposal.weights, is_other=True)
    if not (standing.may_propose or standing.may_save):
        _table(standing.current.weights or usual)
        st.caption(_("Your role may look at the weights and not change them."))
        return Draft(standing.current.weights)
    return _fields(visit, standing, usual)


def _counts(current: PlantWeights) -> None:
    """Which weights count, and since when."""
    if current.weights is None:
        model = _("The weights of the data model")
        st.markdown(f":gray-badge[:material/link: {plain(model)}]")
        return
    own = _("Own weights, version {n}").format(n=current.version)
    st.markdown(f":primary-badge[:material/edit: {plain(own)}]")
    st.caption(plain(who(current.by, current.approver) + _when(current)))


def who(by: str, approver: str) -> str:
    """`by Ann, approved by Bo`."""
    text = _("by {name}").format(name=by)
    if approver:
        text += ", " + _("approved by {name}").format(name=approver)
    return text


def _when(current: PlantWeights) -> str:
    return f", {moment(current.at)} UTC" if current.at is not None else ""


def weighed(weights: Weights | None, usual: Weights | None = None) -> str:
    """`Limits 35, Trend 20, …`; said to be the model's for None."""
    of = weights or usual
    listed = ""
    if of is not None:
        listed = ", ".join(f"{part_name(p)} {typed(w)}" for p, w in of.as_dict().items())
    if weights is None:
        model = _("the data model's")
        return f"{model}: {listed}" if listed else model
    return listed


def _table(weights: Weights) -> None:
    """The weights for who may only look."""
    total = sum(weights.as_tuple())
    heads = (_("Part"), _("Weight"), _("Share"))
    lines = [
        f"| {' | '.join(map(plain, heads))} |",
        "|:--|--:|--:|",
    ]
    for part, weight in weights.as_dict().items():
        share = percent(weight / total, 0) if total else "–"
        lines.append(f"| {plain(part_name(part))} | {plain(typed(weight))} | {plain(share)} |")
    st.markdown("\n".join(lines))


# -- the fields ------------------------------------------------------------------------------------


def _fields(visit: Visit, standing: Standing, usual: Weights) -> Draft:
    key = f"risk.w.{standing.plant}.{standing.current.version}.{state.turn()}"
    fill = state.fill(standing.plant)
    begins = fill.weights if fill is not None else standing.current.weights
    for part, weight in (begins or usual).as_dict().items():
        st.session_state.setdefault(f"{key}.{part}", weight)
    wants_model = fill is not None and begins is None

    def read() -> Draft:
        return _read(key, standing.current, usual, wants_model=wants_model)

    draft = read()
    values = _values(key)
    total = sum(values.values())
    for part in RISK_PARTS:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.number_input(
                plain(part_name(part)),
                value=None,
                step=1.0,
                format="%g",
                key=f"{key}.{part}",
                width=_WIDTH,
            )
            share = percent(values[part] / total, 0) if not draft.wrong else "–"
            st.markdown(f":gray[{plain(share)}]", width="content")
        _wrong(draft, part)
    st.markdown(plain(_("Sum {sum}").format(sum=typed(total))))
    _wrong(draft, "")
    _acts(visit, standing, draft, read, key, fill.note if fill is not None else "")
    return draft


def _values(key: str) -> dict[str, float]:
    """What the fields hold that are numbers."""
    found = {part: st.session_state.get(f"{key}.{part}") for part in RISK_PARTS}
    return {part: float(value) for part, value in found.items() if value is not None}


def _read(key: str, current: PlantWeights, usual: Weights, *, wants_model: bool) -> Draft:
    """What the fields say. wants_model: they were filled with the model's, to go back to these."""
    values = _values(key)
    found = {part: _("This is no number.") for part in RISK_PARTS if part not in values}
    # what is not there is no second fault of the others
    typed_in = Weights.of({**dict.fromkeys(found, 1.0), **values})
    found |= wrong(typed_in)
    if found:
        return Draft(current.weights, wrong=found)
    is_model = typed_in == usual and (wants_model or current.weights is None)
    weights = None if is_model else typed_in
    return Draft(weights, is_other=weights != current.weights)


def _wrong(draft: Draft, part: str) -> None:
    text = draft.wrong.get(part)
    if text:
        st.markdown(f":red[:material/error: {plain(text)}]")


def _acts(
    visit: Visit, standing: Standing, draft: Draft, read: Callable[[], Draft], key: str, note: str
) -> None:
    """The reason, and what is done with what the fields say: read once more at the press, which
    may come along with the last field."""
    plant, seen = standing.plant, standing.current.version
    if draft.is_other or draft.wrong:
        st.text_input(
            _("Why"),
            note,
            max_chars=MOST_NOTE,
            placeholder=_("what others read in the history"),
            key=f"{key}.note",
        )

    def save() -> None:
        said = read()
        if said.wrong or not said.is_other:
            return
        why = str(st.session_state.get(f"{key}.note") or "")
        if standing.may_save:
            state.act(
                visit, "saved",
                lambda desk: desk.save(
                    plant, said.weights, visit.user, seen=seen, note=why, model=visit.model
                ),
            )  # fmt: skip
        else:
            state.act(
                visit, "proposed",
                lambda desk: desk.propose(
                    plant, said.weights, visit.user, seen=seen, note=why, model=visit.model
                ),
            )  # fmt: skip

    with st.container(horizontal=True, gap="small", key="risk-acts"):
        st.button(
            _("Save") if standing.may_save else _("Propose"),
            key="risk.save",
            type="primary",
            icon=":material/save:",
            disabled=not draft.is_other,
            on_click=save,
        )
        st.button(
            _("Discard"),
            key="risk.discard",
            disabled=not (draft.is_other or draft.wrong),
            on_click=state.begin,
            args=(None,),
        )
        if standing.current.weights is not None:
            st.button(
                _("Back to the model's"),
                key="risk.inherit",
                icon=":material/link:",
                disabled=draft.is_other and draft.weights is None,
                on_click=state.begin,
                args=(state.Fill(plant, None, _("back to the weights of the data model")),),
            )
    if not standing.may_save:
        st.caption(_("Somebody else has to approve what you propose before it counts."))


# -- what waits ------------------------------------------------------------------------------------


def _waiting(visit: Visit, standing: Standing, proposal: Proposal, usual: Weights) -> None:
    """A change that waits for approval, and what this person may do with it."""
    with st.container(border=True, key="risk-proposal"):
        waits = _("Waits for approval")
        st.markdown(f"**:material/hourglass_empty: {plain(waits)}**")
        st.markdown(plain(weighed(proposal.weights, usual)))
        st.markdown(plain(f"“{proposal.note}”"))
        st.caption(plain(f"{who(proposal.by, '')}, {moment(proposal.at)} UTC"))
        with st.container(horizontal=True, gap="small"):
            if standing.may_approve:
                st.button(
                    _("Approve"),
                    key="risk.approve",
                    type="primary",
                    icon=":material/check:",
                    on_click=state.act,
                    args=(
                        visit, "approved",
                        lambda desk: desk.approve(proposal, visit.user, visit.model),
                    ),
                )  # fmt: skip
            if standing.may_dismiss:
                st.button(
                    _("Take it back") if proposal.by == visit.user.name else _("Send back"),
                    key="risk.dismiss",
                    icon=":material/undo:",
                    on_click=state.act,
                    args=(
                        visit, "dismissed",
                        lambda desk: desk.dismiss(proposal, visit.user, visit.model),
                    ),
                )  # fmt: skip
        if proposal.by == visit.user.name and not standing.may_approve:
            st.caption(_("Somebody else than its author has to approve it."))
    _table(standing.current.weights or usual)
