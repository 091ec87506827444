"""A tenant of its own over the demo plant, which begins without thresholds."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from core.services import Services
from core.threshold_desk.bench import Bench
from core.thresholds.acts import ref
from core.thresholds.record import Threshold
from core.types import Answer, User
from tests.thresholds.plant import demo, threshold


@dataclasses.dataclass(frozen=True)
class Tenant:
    """The services for a tenant of its own."""

    services: Services
    tenant: str

    def who(self, name: str = "admin") -> User:
        return dataclasses.replace(self.services.policy.user(name), tenant=self.tenant)

    def bench(self, name: str = "admin") -> Bench:
        return self.services.thresholds.bench(self.who(name))

    def ask(self, question: str, name: str = "admin") -> Answer:
        answer = self.services.answer(question, self.who(name))
        assert answer.status == "answered", answer.message
        return answer

    def put(self, at: dt.datetime, **fields: Any) -> Threshold:
        """Put a threshold, or the next version of one, in force from a moment on."""
        store, admin = self.services.watching.threshold_store, self.who()
        (change,) = store.save([threshold(**fields)], admin)
        assert change.after is not None
        (done,) = store.publish([ref(change.after)], demo(), admin, valid_from=at)
        assert done.after is not None
        return done.after
