"""What can happen to an alert, as one table after ANSI/ISA-18.2: state and event to state.

The condition is evaluated always. An alert that is put away (shelved by a person, suppressed by a
rule, out of service) holds beneath it the state that leaving shows, and the condition goes on
there:

- shelved and out of service: a person knows of it. Leaving shows normal where the condition is
  clear, and an alert that is told anew where it stands, whether or not it was acknowledged before;
- suppressed: by another alert, which stands for it and has to be acknowledged. An acknowledgement
  of its own holds; what returns meanwhile is over.

A latching alert whose condition returns stays until it is reset.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.errors import UserFixable
from core.translation import gettext as _
from core.translation import marked


class State(StrEnum):
    """Where an alert stands."""

    NORMAL = "normal"
    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"
    LATCHED_UNACKNOWLEDGED = "latched_unacknowledged"
    LATCHED = "latched"
    SHELVED = "shelved"
    SUPPRESSED = "suppressed"
    OUT_OF_SERVICE = "out_of_service"


class Event(StrEnum):
    """What happens to it. LATCH: the condition of a latching alert returned; RETURN: of another.
    REALARM: it stands for so long that it is told again."""

    RAISE = "raise"
    RETURN = "return"
    LATCH = "latch"
    REALARM = "realarm"
    ACKNOWLEDGE = "acknowledge"
    RESET = "reset"
    SHELVE = "shelve"
    UNSHELVE = "unshelve"
    SUPPRESS = "suppress"
    UNSUPPRESS = "unsuppress"
    OUT_OF_SERVICE = "out_of_service"
    INTO_SERVICE = "into_service"


@dataclass(frozen=True, slots=True)
class Standing:
    """A state, and the one beneath it where the alert is put away (else None)."""

    state: State
    beneath: State | None = None

    @property
    def base(self) -> State:
        """The state that tells the condition."""
        return self.state if self.beneath is None else self.beneath


NORMAL: Final = Standing(State.NORMAL)
#: States that people are shown among what is open.
SHOWN: Final = (
    State.UNACKNOWLEDGED,
    State.ACKNOWLEDGED,
    State.RETURNED,
    State.LATCHED_UNACKNOWLEDGED,
    State.LATCHED,
)
#: States that hold another beneath.
PUT_AWAY: Final = (State.SHELVED, State.SUPPRESSED, State.OUT_OF_SERVICE)
#: States in which somebody has yet to acknowledge.
UNSEEN: Final = (State.UNACKNOWLEDGED, State.RETURNED, State.LATCHED_UNACKNOWLEDGED)
#: States in which people are told that it stands.
TOLD: Final = (State.UNACKNOWLEDGED, State.LATCHED_UNACKNOWLEDGED)
#: States that stand: the condition is active, or latched.
STANDING: Final = (*TOLD, State.ACKNOWLEDGED, State.LATCHED)
#: What a person does; all else comes from the watch.
BY_PEOPLE: Final = (
    Event.ACKNOWLEDGE,
    Event.RESET,
    Event.SHELVE,
    Event.UNSHELVE,
    Event.OUT_OF_SERVICE,
    Event.INTO_SERVICE,
)

#: State and event to the state after; None: the one beneath. What is not here cannot happen.
TRANSITIONS: Final[dict[tuple[State, Event], State | None]] = {
    (State.NORMAL, Event.RAISE): State.UNACKNOWLEDGED,
    (State.NORMAL, Event.SHELVE): State.SHELVED,
    (State.NORMAL, Event.SUPPRESS): State.SUPPRESSED,
    (State.NORMAL, Event.OUT_OF_SERVICE): State.OUT_OF_SERVICE,
    (State.UNACKNOWLEDGED, Event.RETURN): State.RETURNED,
    (State.UNACKNOWLEDGED, Event.LATCH): State.LATCHED_UNACKNOWLEDGED,
    (State.UNACKNOWLEDGED, Event.REALARM): State.UNACKNOWLEDGED,
    (State.UNACKNOWLEDGED, Event.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.UNACKNOWLEDGED, Event.SHELVE): State.SHELVED,
    (State.UNACKNOWLEDGED, Event.SUPPRESS): State.SUPPRESSED,
    (State.UNACKNOWLEDGED, Event.OUT_OF_SERVICE): State.OUT_OF_SERVICE,
    (State.ACKNOWLEDGED, Event.RETURN): State.NORMAL,
    (State.ACKNOWLEDGED, Event.LATCH): State.LATCHED,
    (State.ACKNOWLEDGED, Event.REALARM): State.UNACKNOWLEDGED,
    (State.ACKNOWLEDGED, Event.SHELVE): State.SHELVED,
    (State.ACKNOWLEDGED, Event.SUPPRESS): State.SUPPRESSED,
    (State.ACKNOWLEDGED, Event.OUT_OF_SERVICE): State.OUT_OF_SERVICE,
    (State.RETURNED, Event.RAISE): State.UNACKNOWLEDGED,
    (State.RETURNED, Event.ACKNOWLEDGE): State.NORMAL,
    (State.RETURNED, Event.SHELVE): State.SHELVED,
    (State.RETURNED, Event.OUT_OF_SERVICE): State.OUT_OF_SERVICE,
    (State.LATCHED_UNACKNOWLEDGED, Event.RAISE): State.UNACKNOWLEDGED,
    (State.LATCHED_UNACKNOWLEDGED, Event.REALARM): State.LATCHED_UNACKNOWLEDGED,
    (State.LATCHED_UNACKNOWLEDGED, Event.ACKNOWLEDGE): State.LATCHED,
    (State.LATCHED_UNACKNOWLEDGED, Event.RESET): State.RETURNED,
    (State.LATCHED_UNACKNOWLEDGED, Event.SHELVE): State.SHELVED,
    (State.LATCHED_UNACKNOWLEDGED, Event.SUPPRESS): State.SUPPRESSED,
    (State.LATCHED_UNACKNOWLEDGED, Event.OUT_OF_SERVICE): State.OUT_OF_SERVICE,
    (State.LATCHED, Event.RAISE): State.UNACKNOWLEDGED,
    (State.LATCHED, Event.REALARM): State.LATCHED_UNACKNOWLEDGED,
    (State.LATCHED, Event.RESET): State.NORMAL,
    (State.LATCHED, Event.SHELVE): State.SHELVED,
    (State.LATCHED, Event.SUPPRESS): State.SUPPRESSED,
    (State.LATCHED, Event.OUT_OF_SERVICE): State.OUT_OF_SERVICE,
    # Put away: these four go on beneath, where the table must know them too.
    (State.SHELVED, Event.RAISE): State.SHELVED,
    (State.SHELVED, Event.RETURN): State.SHELVED,
    (State.SHELVED, Event.LATCH): State.SHELVED,
    (State.SHELVED, Event.RESET): State.SHELVED,
    (State.SHELVED, Event.SHELVE): State.SHELVED,  # for longer, or less long
    (State.SHELVED, Event.UNSHELVE): None,
    (State.SHELVED, Event.OUT_OF_SERVICE): State.OUT_OF_SERVICE,
    (State.SUPPRESSED, Event.RAISE): State.SUPPRESSED,
    (State.SUPPRESSED, Event.RETURN): State.SUPPRESSED,
    (State.SUPPRESSED, Event.LATCH): State.SUPPRESSED,
    (State.SUPPRESSED, Event.RESET): State.SUPPRESSED,
    (State.SUPPRESSED, Event.SHELVE): State.SHELVED,
    (State.SUPPRESSED, Event.UNSUPPRESS): None,
    (State.SUPPRESSED, Event.OUT_OF_SERVICE): State.OUT_OF_SERVICE,
    (State.OUT_OF_SERVICE, Event.RAISE): State.OUT_OF_SERVICE,
    (State.OUT_OF_SERVICE, Event.RETURN): State.OUT_OF_SERVICE,
    (State.OUT_OF_SERVICE, Event.LATCH): State.OUT_OF_SERVICE,
    (State.OUT_OF_SERVICE, Event.RESET): State.OUT_OF_SERVICE,
    (State.OUT_OF_SERVICE, Event.INTO_SERVICE): None,
}
_GOES_ON_BENEATH: Final = (Event.RAISE, Event.RETURN, Event.LATCH, Event.RESET)
#: What would be shown to what is shown on leaving: told anew, or over.
_LEFT: Final[dict[State, dict[State, State]]] = {
    State.SUPPRESSED: {State.RETURNED: State.NORMAL},
    State.SHELVED: {
        State.RETURNED: State.NORMAL,
        State.ACKNOWLEDGED: State.UNACKNOWLEDGED,
        State.LATCHED: State.LATCHED_UNACKNOWLEDGED,
    },
}
_LEFT[State.OUT_OF_SERVICE] = _LEFT[State.SHELVED]
#: Events by which an alert comes back from where it was put away.
LEAVING: Final = (Event.UNSHELVE, Event.UNSUPPRESS, Event.INTO_SERVICE)

#: States in words.
STATES: Final = {
    State.NORMAL: marked("normal"),
    State.UNACKNOWLEDGED: marked("active, unacknowledged"),
    State.ACKNOWLEDGED: marked("active, acknowledged"),
    State.RETURNED: marked("returned, unacknowledged"),
    State.LATCHED_UNACKNOWLEDGED: marked("latched, unacknowledged"),
    State.LATCHED: marked("latched, acknowledged"),
    State.SHELVED: marked("shelved"),
    State.SUPPRESSED: marked("suppressed"),
    State.OUT_OF_SERVICE: marked("out of service"),
}
#: Why an event cannot happen in a state where the table does not have it.
_REFUSED: Final = {
    Event.RAISE: marked("The condition of this alert is active already (state: {state})."),
    Event.RETURN: marked("The condition of this alert is not active (state: {state})."),
    Event.LATCH: marked("The condition of this alert is not active (state: {state})."),
    Event.REALARM: marked("This alert is not told again as it is (state: {state})."),
    Event.ACKNOWLEDGE: marked(
        "There is nothing to acknowledge here (state: {state}). One that is put away has to be "
        "taken back first."
    ),
    Event.RESET: marked(
        "There is nothing to reset here (state: {state}). An alert that latches is reset when its "
        "condition has returned."
    ),
    Event.SHELVE: marked("Bring this alert into service before you shelve it (state: {state})."),
    Event.UNSHELVE: marked("This alert is not shelved (state: {state})."),
    Event.SUPPRESS: marked("A rule cannot suppress this alert as it is (state: {state})."),
    Event.UNSUPPRESS: marked("No rule suppresses this alert (state: {state})."),
    Event.OUT_OF_SERVICE: marked("This alert is out of service already (state: {state})."),
    Event.INTO_SERVICE: marked("This alert is not out of service (state: {state})."),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked of people. is_reason_required: to acknowledge. most_shelved: the longest time
    that an alert may be shelved for at once."""

    is_reason_required: bool = False
    most_shelved: dt.timedelta = dt.timedelta(hours=24)


def follow(standing: Standing, event: Event) -> Standing:
    """Where an alert stands after an event. Raises UserFixable, with words for the person, for one
    that cannot happen there."""
    if not is_possible(standing, event):
        state = _(STATES[standing.state])
        raise UserFixable(_(_REFUSED[event]).format(state=state))
    after = TRANSITIONS[standing.state, event]
    if after is None:
        return Standing(standing.base)
    if after not in PUT_AWAY:
        return Standing(after)
    beneath = standing.base
    if standing.state in PUT_AWAY and event in _GOES_ON_BENEATH:
        beneath = TRANSITIONS[beneath, event] or beneath
    return Standing(after, _LEFT[after].get(beneath, beneath))


def is_possible(standing: Standing, event: Event) -> bool:
    """Whether an event can happen there."""
    if (standing.state, event) not in TRANSITIONS:
        return False
    goes_on = standing.state in PUT_AWAY and event in _GOES_ON_BENEATH
    return not goes_on or (standing.base, event) in TRANSITIONS


def is_told(event: Event, after: Standing) -> bool:
    """Whether people are told of it: it rose, stands still, or came back standing, and is shown."""
    is_telling = event in (Event.RAISE, Event.REALARM, *LEAVING)
    return is_telling and after.state in TOLD


def check(
    event: Event, reason: str, until: dt.datetime | None, now: dt.datetime, rules: Rules
) -> None:
    """What a person has to say with an event: to shelve, why and until when; out of service, why;
    to acknowledge, why where the rules ask for it. Raises UserFixable."""
    if event not in BY_PEOPLE:
        raise UserFixable(_("This is done by the watch and not by people."))
    needs = event in (Event.SHELVE, Event.OUT_OF_SERVICE)
    needs |= event is Event.ACKNOWLEDGE and rules.is_reason_required
    if needs and not reason.strip():
        raise UserFixable(_("Say why: a reason is kept with it."))
    if event is not Event.SHELVE:
        return
    if until is None or until <= now:
        raise UserFixable(_("Say until when it is shelved: a time that is yet to come."))
    if until - now > rules.most_shelved:
        hours = rules.most_shelved / dt.timedelta(hours=1)
        raise UserFixable(
            _("An alert is shelved for {hours:g} hours at most; choose an earlier time.").format(
                hours=hours
            )
        )
