"""What may be approved and published, and how several thresholds will stand together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from core.errors import UserFixable
from core.thresholds.checks import check
from core.thresholds.finding import Finding, Unfit, errors
from core.thresholds.grounds import Grounds
from core.thresholds.record import Place, Threshold, cleaned
from core.thresholds.timeline import from_then_on, newest_published, to_be
from core.translation import gettext as _
from core.translation import ngettext

#: Versions of a threshold, the oldest first, by id.
Versions = Mapping[str, Sequence[Threshold]]


def may_approve(pending: Threshold, by: str, *, four_eyes: bool) -> None:
    """Raises UserFixable where this person cannot approve it."""
    if pending.status != "pending":
        raise UserFixable(
            _("{name} does not wait for approval. Submit it first.").format(name=pending.name)
        )
    if four_eyes and pending.author == by:
        raise UserFixable(
            _("You wrote {name}; somebody else has to approve it.").format(name=pending.name)
        )


def may_publish(draft: Threshold, *, four_eyes: bool) -> None:
    """Raises UserFixable where it has not been approved by another person."""
    if four_eyes and (draft.status != "pending" or draft.approver in ("", draft.author)):
        text = _("{name} is not approved yet. Somebody else than {author} has to approve it first.")
        raise UserFixable(text.format(name=draft.name, author=draft.author))


def check_drafts(
    drafts: Sequence[Threshold], versions: Versions, grounds: Grounds, at: dt.datetime
) -> None:
    """Check drafts beside the other drafts, and beside what is published where there is none.
    Raises Unfit for an error."""
    beside = by_place(other for known in versions.values() for other in to_be(known, at))
    wrong: dict[str, tuple[Finding, ...]] = {}
    for draft in drafts:
        near, earlier = beside.get(draft.place, ()), newest_published(versions.get(draft.id, ()))
        found = check(draft, grounds, at=at, beside=near, earlier=earlier)
        if errors(found):
            wrong[draft.id] = found
    _raise(drafts, wrong)


def check_together(
    published: Sequence[Threshold], versions: Versions, grounds: Grounds, at: dt.datetime
) -> None:
    """Check what is to be published, with its moments, beside all that will then be in force at the
    same time. Raises Unfit for an error."""
    after = {id_: list(known) for id_, known in versions.items()}
    for one in published:
        after[one.id] = [*(v for v in after[one.id] if v.version != one.version), one]
    places = {one.place for one in published}
    near = by_place(
        version for known in after.values() for version in known if version.place in places
    )
    wrong: dict[str, tuple[Finding, ...]] = {}
    for one in published:
        moment = one.valid_from or at
        others = {other.id for other in near.get(one.place, ()) if other.id != one.id}
        beside = [other for id_ in others for other in from_then_on(after[id_], moment)]
        earlier = newest_published(versions[one.id])
        found = check(one, grounds, at=at, beside=beside, earlier=earlier)
        if errors(found):
            wrong[one.id] = found
    _raise(published, wrong)


def by_place(thresholds: Iterable[Threshold]) -> dict[Place, list[Threshold]]:
    """Thresholds by where they hold and what they look at."""
    found: dict[Place, list[Threshold]] = {}
    for one in thresholds:
        found.setdefault(one.place, []).append(one)
    return found


def as_published(
    draft: Threshold, by: str, valid_from: dt.datetime | None, at: dt.datetime
) -> Threshold:
    """The version as it stands once it is published. Without four eyes who publishes approves."""
    return cleaned(
        replace(
            draft,
            status="retired" if draft.ends else "published",
            valid_from=valid_from or draft.valid_from or at,
            approver=draft.approver or by,
        )
    )


def _raise(tested: Sequence[Threshold], wrong: dict[str, tuple[Finding, ...]]) -> None:
    if not wrong:
        return
    first = next(one for one in tested if one.id in wrong)
    text = ngettext(
        "{name} cannot be used: {why}",
        "{n} thresholds cannot be used. The first is {name}: {why}",
        len(wrong),
    )
    why = errors(wrong[first.id])[0].text
    raise Unfit(text.format(n=len(wrong), name=first.name, why=why), wrong)
