"""The answer to a question about the risk score: headline, table, chart and of what it is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa

from core.assistant.beside import place_chips, together
from core.assistant.boundary import Clock
from core.assistant.parts import ModelParts
from core.assistant.queries import Errand
from core.risk.compared import (
    chart_of,
    columns_of,
    facts_of,
    groups_of,
    headline_of,
    table_of,
)
from core.risk.desk import Assessment, RiskDesk
from core.risk.inputs import Key
from core.risk.reading import risk_of
from core.risk.words import counts_nothing, part_name, reason
from core.semantic.asset_question import AssetQuestion
from core.semantic.display import format_moment, format_number
from core.semantic.model import RISK_PARTS, SemanticModel
from core.semantic.query import TimeWindow
from core.semantic.said import label_of
from core.translation import gettext as _
from core.translation import language, marked
from core.types import (
    Answer,
    Beside,
    ChartSpec,
    Chip,
    Clarification,
    DataQuality,
    EmptyReason,
    Fact,
    Option,
    Progress,
    ReadWindow,
    Result,
    ResultColumn,
)

#: Assets of which it is said of what their score is made.
_TOLD: Final = 3
_WEIGHTS: Final = marked("Weights of {of}")
_LIMITS: Final = marked("Limits in force")


@dataclass(frozen=True, slots=True)
class RiskTurn:
    """Answers questions about the risk score, under the rights of whoever asks."""

    desk: RiskDesk

    def answer(
        self,
        draft: Answer,
        asked: AssetQuestion,
        parts: ModelParts,
        clock: Clock,
        errand: Errand,
    ) -> Iterator[Progress | Answer]:
        """Progress events, then one Answer. Raises what governance and the engine raise."""
        draft = replace(draft, chips=_chips(asked, parts.model))
        yield Progress("execute", _("Reading the data"), clock.elapsed_ms)
        found = self.desk.assessed(parts, errand)
        clock.lap("execute")
        yield Progress("explain", _("Checking and explaining"), clock.elapsed_ms)
        made = _Made(found, asked, parts)
        yield replace(made.answer(draft), timings_ms=clock.total())


def _chips(asked: AssetQuestion, model: SemanticModel) -> tuple[Chip, ...]:
    found = [Chip("measure", _("Risk score")), *place_chips(asked, model), Chip("when", _("now"))]
    if asked.by:
        found.append(Chip("by", _label(asked.by, model)))
    elif not asked.why and not _is_of_named(asked, model):
        text = _("lowest {n}") if asked.order == "low" else _("highest {n}")
        found.append(Chip("top", text.format(n=asked.most)))
    return tuple(found)


def _is_of_named(asked: AssetQuestion, model: SemanticModel) -> bool:
    """Whether single assets are named: all of them are shown."""
    return model.watch is not None and bool(asked.values(model.watch.asset))


def _label(name: str, model: SemanticModel) -> str:
    assert model.watch is not None
    return label_of(model.tables[model.watch.table].columns[name], model)


class _Made:
    """One answer as it is made."""

    def __init__(self, found: Assessment, asked: AssetQuestion, parts: ModelParts) -> None:
        self._found = found
        self._asked = asked
        self._parts = parts
        self._model = parts.model
        self._watch, self._risk = risk_of(parts.model)
        inputs = found.parts.inputs
        self._inputs = inputs
        wanted = [
            at
            for at in map(int, found.scores.order)
            if all(inputs.places[at].get(name) in values for name, values in asked.where)
        ]
        self._wanted = wanted[::-1] if asked.order == "low" else wanted

    def answer(self, draft: Answer) -> Answer:
        """The answer with all that is said of it."""
        draft = replace(
            draft,
            sql=";\n\n".join(self._found.statements),
            governed=together(self._found.governed),
            beside=self._beside(),
            windows=self._windows(),
            quality=self._quality(draft),
        )
        if not self._wanted:
            text = _("No asset that you may see, with readings of the last {days} days, is one.")
            message = text.format(days=f"{self._risk.scale.trend_days:g}")
            return replace(draft, status="empty", empty=EmptyReason.NO_ROWS, message=message)
        draft = replace(draft, explanation=self._formula(), notes=(*draft.notes, *self._notes()))
        if self._asked.by:
            return self._compared(draft)
        return self._why(draft) if self._asked.why else self._ranking(draft)

    # -- places against one another ------------------------------------------------------------

    def _compared(self, draft: Answer) -> Answer:
        by, scores = self._asked.by, self._found.scores
        is_low = self._asked.order == "low"
        groups = groups_of(self._found, self._wanted, by, self._model, is_low=is_low)
        highest = {g.highest: (self._name(g.highest), int(scores.score[g.highest])) for g in groups}
        facts, chart = facts_of(groups, highest), chart_of()
        return replace(
            draft,
            status="answered",
            columns=columns_of(by, _label(by, self._model)),
            result=Result(table_of(groups, highest), self._inputs.is_cut, 0.0),
            headline=headline_of(facts),
            facts=facts,
            chart=chart,
            beside=self._beside(chart),
        )

    # -- which assets ------------------------------------------------------------------------

    def _ranking(self, draft: Answer) -> Answer:
        of_named = _is_of_named(self._asked, self._model)
        shown = self._wanted if of_named else self._wanted[: self._asked.most]
        scores = self._found.scores
        names = [self._name(at) for at in shown]
        columns = [
            ResultColumn(
                "asset", _label(self._watch.asset, self._model), "string", "dimension",
                model_column=self._watch.asset,
            ),
            ResultColumn("score", _("Risk score"), "integer", "measure", decimals=0),
            *(
                ResultColumn(part, part_name(part), "integer", "measure", decimals=0, additive=True)
                for part in RISK_PARTS
            ),
        ]  # fmt: skip
        data: dict[str, pa.Array] = {
            "asset": pa.array(names, pa.string()),
            "score": pa.array([int(scores.score[at]) for at in shown], pa.int64()),
        }
        for place, part in enumerate(RISK_PARTS):
            data[part] = pa.array([int(scores.shown[at, place]) for at in shown], pa.int64())
        facts = tuple(self._fact(at) for at in shown[:_TOLD])
        chart = ChartSpec(
            "stacked_bar", _("Risk score by its parts"), x="asset", y=RISK_PARTS, horizontal=True,
            y_title=_("points of 100"),
        )  # fmt: skip
        first = shown[0]
        return replace(
            draft,
            status="answered",
            columns=tuple(columns),
            result=Result(pa.table(data), self._inputs.is_cut, 0.0),
            headline=self._headline(shown),
            facts=facts,
            chart=chart,
            beside=self._beside(chart, [self._inputs.keys[at] for at in shown]),
            suggestions=(
                _("Why is the risk score of {asset} {score}?").format(
                    asset=self._name(first), score=int(scores.score[first])
                ),
            ),
        )

    def _headline(self, shown: Sequence[int]) -> str:
        first = shown[0]
        fields = {
            "asset": self._name(first),
            "score": int(self._found.scores.score[first]),
            "n": format_number(len(self._wanted), 0),
        }
        if len(self._wanted) == 1:
            return f"{self._placed(first)} {self._sum(first)}"
        if self._asked.order == "low":
            text = _("{asset} has the lowest risk score of {n} assets: {score} of 100.")
        else:
            text = _("{asset} has the highest risk score of {n} assets: {score} of 100.")
        return text.format(**fields)

    def _placed(self, at: int) -> str:
        """An asset's score, and its place among those of its plant."""
        keys, scores = self._inputs.keys, self._found.scores
        plant = keys[at][0]
        own = [int(one) for one in scores.order if keys[int(one)][0] == plant]
        return _(
            "{asset} has a risk score of {score} of 100, place {place} of {n} assets of its plant."
        ).format(
            asset=self._name(at),
            score=int(scores.score[at]),
            place=own.index(at) + 1,
            n=format_number(len(own), 0),
        )

    def _sum(self, at: int) -> str:
        """`Limits 17 + Trend 0 + … = 26`: the whole score by its parts."""
        scores = self._found.scores
        parts = [
            f"{part_name(part)} {int(scores.shown[at, place])}"
            for place, part in enumerate(RISK_PARTS)
            if part not in self._inputs.why
        ]
        return f"{' + '.join(parts)} = {int(scores.score[at])}"

    def _fact(self, at: int) -> Fact:
        scores = self._found.scores
        largest = int(np.argmax(scores.shown[at]))
        why = reason(self._found.parts, at, RISK_PARTS[largest], self._model, self._risk)
        numbers = (*map(float, scores.shown[at]), float(scores.score[at]))
        text = f"{self._name(at)}: {self._sum(at)}. {part_name(RISK_PARTS[largest])}: {why}."
        return Fact("rank", text, numbers)

    # -- why ---------------------------------------------------------------------------------

    def _why(self, draft: Answer) -> Answer:
        at, asked, scores = self._wanted[0], self._asked, self._found.scores
        score = int(scores.score[at])
        if asked.said is not None and asked.said != score and not asked.is_named:
            return self._another(draft, at, score)
        columns = (
            ResultColumn("part", _("Part"), "string", "dimension"),
            ResultColumn("points", _("Points"), "integer", "measure", decimals=0, additive=True),
            ResultColumn("most", _("Points at most"), "double", "field", decimals=1),
            ResultColumn("why", _("Because"), "string", "field"),
        )
        weights = self._weights(at)
        total = sum(weights.values())
        reasons = [
            reason(self._found.parts, at, part, self._model, self._risk) for part in RISK_PARTS
        ]
        table = pa.table(
            {
                "part": pa.array([part_name(part) for part in RISK_PARTS], pa.string()),
                "points": pa.array([int(n) for n in scores.shown[at]], pa.int64()),
                "most": pa.array(
                    [100 * weights.get(part, 0.0) / total for part in RISK_PARTS], pa.float64()
                ),
                "why": pa.array(reasons, pa.string()),
            }
        )
        notes = draft.notes
        if asked.said is not None and asked.said != score:
            told = _("It is {score} now, not {said}.")
            notes = (*notes, told.format(score=score, said=f"{asked.said:g}"))
        elif not asked.is_named:
            notes = (*notes, _("Read as a question about the risk score, which is {score}.").format(
                score=score
            ))  # fmt: skip
        facts = tuple(
            Fact("share", f"{part_name(part)} {int(points)}: {why}.", (float(points),))
            for part, points, why in zip(RISK_PARTS, scores.shown[at], reasons, strict=True)
        )
        chart = ChartSpec(
            "bar",
            _("Risk score of {asset} by its parts").format(asset=self._name(at)),
            x="part",
            y=("points",),
            horizontal=True,
            y_title=_("points of 100"),
        )
        return replace(
            draft,
            status="answered",
            columns=columns,
            result=Result(table, self._inputs.is_cut, 0.0),
            headline=f"{self._placed(at)} {self._sum(at)}",
            facts=facts,
            chart=chart,
            beside=self._beside(chart, [self._inputs.keys[at]]),
            notes=notes,
        )

    def _another(self, draft: Answer, at: int, score: int) -> Answer:
        """What is asked back of a question that names no figure, and a number that the risk score
        is not."""
        name = self._name(at)
        text = _(
            "{asset} has a risk score of {score} and not of {said}. Which figure do you mean? "
            "Please name it."
        ).format(asset=name, score=score, said=f"{self._asked.said:g}")
        question = _("Why is the risk score of {asset} {score}?").format(asset=name, score=score)
        clarification = Clarification(text, (Option(question, question),))
        return replace(
            draft, status="clarify", message=text, clarification=clarification, explanation="",
            sql=None, governed=None, beside=None, windows=(), quality=None,
        )  # fmt: skip

    def _weights(self, at: int) -> dict[str, float]:
        """What counts for an asset, without parts that nothing can have."""
        found = self._found
        own = found.weights.get(self._inputs.keys[at][0], found.usual)
        return {p: w for p, w in own.as_dict().items() if p not in self._inputs.why}

    def _beside(self, chart: ChartSpec | None = None, shown: Sequence[Key] = ()) -> Beside:
        """What is kept of the answer, so that it can be changed and asked again. It names its
        topic from now on: what it is about was found out."""
        found = self._found
        plants = sorted({self._inputs.keys[at][0] for at in self._wanted})
        weights = {p: found.weights.get(p, found.usual).as_dict() for p in plants}
        made_of = [
            (_WEIGHTS, p, ", ".join(f"{n:g}" for n in of.values())) for p, of in weights.items()
        ]
        return Beside(
            self._asked.with_(is_named=True), found.written, tuple(shown), chart,
            (*made_of, (_LIMITS, "", found.limits)), language(),
        )  # fmt: skip

    # -- beside it ---------------------------------------------------------------------------

    def _name(self, at: int) -> str:
        """An asset by its name, with its plant where another one has an asset of that name."""
        scope, asset = self._inputs.keys[at]
        is_double = sum(1 for _scope, name in self._inputs.keys if name == asset) > 1
        return f"{asset} ({scope})" if is_double else asset

    def _formula(self) -> str:
        own = {self._inputs.keys[at][0] for at in self._wanted} & set(self._found.weights)
        text = _(
            "The risk score is the sum of its parts, each from 0 to 1 times its weight, over the "
            "sum of the weights, times 100: {parts}."
        )
        usual = {p: w for p, w in self._found.usual.as_dict().items() if p not in self._inputs.why}
        sets = [usual] if len(own) == 0 else []
        told = [_weighed(one) for one in sets]
        for plant in sorted(own):
            weights = self._found.weights[plant].as_dict()
            known = {p: w for p, w in weights.items() if p not in self._inputs.why}
            told.append(f"{plant}: {_weighed(known)}")
        if own and any(self._inputs.keys[at][0] not in own for at in self._wanted):
            told.append(_("other plants: {parts}").format(parts=_weighed(usual)))
        return text.format(parts="; ".join(told))

    def _notes(self) -> tuple[str, ...]:
        found, inputs = self._found.parts, self._inputs
        notes = [
            _("{part} is not part of the score: {why}. The others weigh more in its place.").format(
                part=part_name(part), why=why
            )
            for part, why in inputs.why.items()
        ]
        lacking = sum(counts_nothing(found, at, "threshold") for at in self._wanted)
        if lacking:
            notes.append(
                _(
                    "{n} of {all} assets have no limit that can be told: limits and trend count 0 "
                    "for them, which says nothing of how they are."
                ).format(n=format_number(lacking, 0), all=format_number(len(self._wanted), 0))
            )
        if inputs.alerts is None and "alarms" not in inputs.why:
            notes.append(_("Alarm load is of the plant's own alarms; no alerts of Gemba are kept."))
        if inputs.is_cut:
            notes.append(_("There are more assets than your role may read; some are missing."))
        moment = format_moment(inputs.spans.now)
        notes.append(_("As of {moment}, with the limits in force today.").format(moment=moment))
        return tuple(notes)

    def _windows(self) -> tuple[ReadWindow, ...]:
        spans = self._inputs.spans
        found = [(spans.trend, _("readings"))]
        if self._inputs.alarms is not None:
            found.append((spans.alarms, part_name("alarms")))
        if self._inputs.orders is not None:
            found.append((spans.failures, part_name("maintenance")))
        return tuple(ReadWindow(TimeWindow(start, spans.now), of) for start, of in found)

    def _quality(self, draft: Answer) -> DataQuality:
        good, uncertain, bad, rows = self._inputs.grades
        extent = self._parts.facts.tables[self._watch.table].within(draft.user.plants)
        if not rows or self._model.tables[self._watch.table].quality is None:
            return DataQuality(data_to=extent.last, readings=rows)
        return DataQuality(good / rows, uncertain / rows, bad / rows, None, rows, extent.last)


def _weighed(weights: dict[str, float]) -> str:
    return ", ".join(f"{part_name(part)} {format_number(w, 1)}" for part, w in weights.items())
