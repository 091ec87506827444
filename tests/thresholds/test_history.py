"""Whatever people do, in whatever order: what was in force at a past moment stays what it was."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from core.errors import UserFixable
from core.thresholds.acts import Change, ref
from core.thresholds.record import Kind, Scope, Threshold
from core.thresholds.store import ThresholdStore
from core.thresholds.timeline import in_force, spans
from tests.thresholds.plant import ANN, HAMBURG, NOW, PUMPS, demo, threshold

HOUR = dt.timedelta(hours=1)
scopes = st.sampled_from([PUMPS, HAMBURG])
kinds: st.SearchStrategy[Kind] = st.sampled_from(["high", "high_high"])
limits = st.sampled_from([3.0, 5.0, 7.0])
ahead = st.integers(0, 5)
which = st.integers(0, 20)


class Desk(RuleBasedStateMachine):
    """Somebody who drafts, changes, publishes, takes out of force and goes back, as time passes."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = ThresholdStore(Path(self.folder.name))
        self.now = NOW
        self.published: dict[tuple[str, int], Threshold] = {}
        self.seen: dict[dt.datetime, set[Threshold]] = {}

    def teardown(self) -> None:
        self.look()
        self.store.close()
        self.folder.cleanup()

    def pick(self, n: int) -> Iterator[Threshold]:
        there = [c.newest for c in self.store.current("plant", self.now, ANN.tenant, ended=True)]
        if there:
            yield there[n % len(there)]

    def keep(self, changes: tuple[Change, ...]) -> None:
        for change in changes:
            after = change.after
            if after is not None and after.status in ("published", "retired"):
                self.published[after.id, after.version] = after

    def publish(self, one: Threshold, hours: int) -> None:
        when = self.now + hours * HOUR
        with suppress(UserFixable):
            self.keep(self.store.publish([ref(one)], demo(), ANN, valid_from=when, at=self.now))

    @rule(scope=scopes, kind=kinds, high=limits, hours=ahead)
    def put(self, scope: Scope, kind: Kind, high: float, hours: int) -> None:
        one = threshold(scope=scope, kind=kind, high=high)
        for change in self.store.save([one], ANN, self.now):
            if change.after is not None:
                self.publish(change.after, hours)

    @rule(n=which, high=limits, hours=ahead)
    def move(self, n: int, high: float, hours: int) -> None:
        for one in self.pick(n):
            moved = replace(one, ends=False, high=high)
            for change in self.store.save([moved], ANN, self.now):
                if change.after is not None:
                    self.publish(change.after, hours)

    @rule(n=which, hours=ahead)
    def publish_what_waits(self, n: int, hours: int) -> None:
        for one in self.pick(n):
            self.publish(one, hours)

    @rule(n=which, kind=kinds)
    def change(self, n: int, kind: Kind) -> None:
        for one in self.pick(n):
            self.store.save([replace(one, ends=False, kind=kind)], ANN, self.now)

    @rule(n=which, hours=ahead)
    def retire(self, n: int, hours: int) -> None:
        for one in self.pick(n):
            with suppress(UserFixable):
                when = self.now + hours * HOUR
                self.keep(self.store.retire([ref(one)], demo(), ANN, valid_from=when, at=self.now))

    @rule(n=which, version=st.integers(1, 4))
    def roll_back(self, n: int, version: int) -> None:
        for one in self.pick(n):
            with suppress(UserFixable):
                self.store.roll_back(ref(one), version, ANN, self.now)

    @rule(n=which)
    def discard(self, n: int) -> None:
        for one in self.pick(n):
            with suppress(UserFixable):
                self.store.discard([ref(one)], ANN, self.now)

    @rule(hours=st.integers(1, 4))
    def wait(self, hours: int) -> None:
        for hour in range(hours):
            moment = self.now + hour * HOUR
            self.seen[moment] = set(self.store.effective("plant", moment, ANN.tenant))
        self.now += hours * HOUR
        self.look()

    def look(self) -> None:
        """What always holds."""
        self.what_was_published_is_there_as_it_was()
        self.the_past_stays()
        self.one_of_a_kind_is_in_force_and_limits_are_in_order()
        self.the_database_and_the_timeline_say_the_same()

    def what_was_published_is_there_as_it_was(self) -> None:
        for (id_, version), one in self.published.items():
            history = {old.version: old for old in self.store.history(id_, ANN.tenant)}
            assert history[version] == one

    def the_past_stays(self) -> None:
        for moment, there in self.seen.items():
            assert set(self.store.effective("plant", moment, ANN.tenant)) == there

    def one_of_a_kind_is_in_force_and_limits_are_in_order(self) -> None:
        for hour in range(8):
            moment = self.now + hour * HOUR
            there = self.store.effective("plant", moment, ANN.tenant)
            assert max(Counter(one.slot for one in there).values(), default=0) <= 1
            highs = {(one.scope, one.kind): one.high or 0 for one in there}
            for (scope, kind), value in highs.items():
                if kind == "high":
                    assert value <= highs.get((scope, "high_high"), value)

    def the_database_and_the_timeline_say_the_same(self) -> None:
        for hour in (-2, 0, 3):
            moment = self.now + hour * HOUR
            there = self.store.effective("plant", moment, ANN.tenant)
            ids = {id_ for id_, _version in self.published}
            told = [in_force(self.store.history(id_, ANN.tenant), moment) for id_ in ids]
            assert {one for one in told if one} == set(there)
            for one in there:
                assert any(
                    version == one and begin <= moment and (end is None or moment < end)
                    for version, begin, end in spans(self.store.history(one.id, ANN.tenant))
                )


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
