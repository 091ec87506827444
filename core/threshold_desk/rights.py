"""Who may do what with thresholds: by the role, and by the plants for which a threshold holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.errors import Refused
from core.governance.policy import Policy, Role, ThresholdRight
from core.threshold_desk.plants import Known
from core.thresholds.grounds import Measure
from core.thresholds.record import Scope
from core.translation import gettext as _
from core.translation import ngettext
from core.types import User

_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_RANK: Final[dict[ThresholdRight, int]] = {"see": 0, "edit": 1, "approve": 2}


@dataclass(frozen=True, slots=True)
class Rights:
    """A person's rights on one model's thresholds."""

    user: User
    known: Known
    role: Role

    @property
    def may_edit(self) -> bool:
        return _RANK[self.role.thresholds] >= _RANK["edit"]

    @property
    def may_approve(self) -> bool:
        return _RANK[self.role.thresholds] >= _RANK["approve"]

    def sees(self, scope: Scope) -> bool:
        """Whether a threshold of this scope holds for one of the person's plants at least."""
        plants = self.known.plants_of(scope)
        return self.known.scope is None or bool(plants & set(self.user.plants))

    def owns(self, scope: Scope) -> bool:
        """Whether all plants for which it holds are the person's."""
        plants = self.known.plants_of(scope)
        if self.known.scope is None:
            return True
        return bool(plants) and plants <= set(self.user.plants)

    def measures(self) -> dict[str, Measure]:
        """What the person may look at: columns and figures that the role does not hide or mask."""
        return {name: one for name, one in self.known.grounds.measures.items() if self._shows(one)}

    def _shows(self, measure: Measure) -> bool:
        if measure.is_metric:
            return self._shows_metric(measure.name)
        return self._reads(self.known.watch.table, measure.name)

    def _shows_metric(self, name: str) -> bool:
        model = self.known.model
        metric = model.metrics[name]
        columns = model.tables[metric.table].columns
        words = set(_NAME.findall(f"{metric.expression or ''} {metric.condition or ''}"))
        parts = set(_NAME.findall(metric.formula or "")) & set(model.metrics) - {name}
        return all(self._reads(metric.table, one) for one in words & set(columns)) and all(
            self._shows_metric(part) for part in parts
        )

    def _reads(self, table: str, column: str) -> bool:
        found = self.known.model.tables[table].columns[column]
        mask = self.role.mask(table, column, personal=found.personal)
        may_read = self.role.may_read(self.known.model.name, table)
        return may_read and self.role.may_see(table, column) and mask.kind == "show"

    def require(self, right: ThresholdRight, scopes: Iterable[Scope]) -> None:
        """Raises Refused where the role lacks that right, or a scope holds for a plant that is not
        the person's."""
        if _RANK[self.role.thresholds] < _RANK[right]:
            text = (
                _("Your role may not change thresholds. Ask an admin for one that may.")
                if right == "edit"
                else _("Your role may not approve or publish thresholds. Submit them for approval.")
            )
            raise Refused(text, rule="ROLE")
        for scope in scopes:
            if not self.owns(scope):
                others = len(self.known.plants_of(scope) - set(self.user.plants))
                where = ", ".join(f"{level} {value}" for level, value in scope.at)
                text = ngettext(
                    "{where} holds for {n} plant that is not yours. Name one of yours: {mine}.",
                    "{where} holds for {n} plants that are not yours. Name one of yours: {mine}.",
                    others,
                ).format(
                    where=where or _("No place"),
                    n=others,
                    mine=", ".join(self.user.plants) or _("none"),
                )
                raise Refused(text, rule="SCOPE")


def rights_of(policy: Policy, user: User, known: Known) -> Rights:
    """Raises Refused for a role that the policy lacks, or one that may not read the table."""
    role = policy.role(user)
    if role is None or not role.may_read(known.model.name, known.watch.table):
        raise Refused(_("Your role may not see thresholds."), rule="ROLE")
    return Rights(user, known, role)
