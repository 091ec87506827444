"""The one set of services of this process, built once and shared by all sessions."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass, field
from typing import cast

import streamlit as st

from core.accounts import Accounts, announcement
from core.errors import GembaError
from core.preferences import Preferences
from core.settings import load_settings, of_the_app
from core.translation import gettext as _
from core.ui.conversations import Conversations
from core.ui.gate_runs import GateRuns
from core.ui.import_runs import ImportRuns
from core.ui.port import Services
from core.ui.sql_runs import SqlRuns

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Runtime:
    """What every page needs. All of it is safe to use from any thread."""

    services: Services
    accounts: Accounts
    conversations: Conversations
    sql_runs: SqlRuns
    preferences: Preferences
    gate_runs: GateRuns = field(default_factory=GateRuns)
    import_runs: ImportRuns = field(default_factory=ImportRuns)


class StartFailure(Exception):
    """The services could not be built; `str` says why and what to do."""


#: Between two flushes of a page's messages, in seconds. Streamlit waits 5 ms, so a run of 6 ms
#: reaches the browser after 11.
_FLUSH_S = 0.002


def quicken() -> None:
    """Have a finished run reach the browser sooner. Does nothing on a Streamlit without that
    constant."""
    from streamlit.runtime import runtime as loop

    if hasattr(loop, "MESSAGE_FLUSH_INTERVAL_SECS"):
        vars(loop)["MESSAGE_FLUSH_INTERVAL_SECS"] = _FLUSH_S


def build_services() -> Services:
    """Build the real services from the settings."""
    from core.services import Services as Real

    services = Real.open(of_the_app(load_settings()))
    services.start()
    return cast(Services, services)


@st.cache_resource(show_spinner=False)
def _runtime() -> Runtime:
    services = build_services()
    accounts = Accounts.at(services.settings)
    preferences = Preferences(services.settings.state_dir)
    made = accounts.ensure(services.policy.accounts)
    sys.stderr.write(announcement(made, accounts.path))
    sys.stderr.flush()
    return Runtime(services, accounts, Conversations(), SqlRuns(), preferences)


def runtime() -> Runtime:
    """The shared parts; made on the first call.

    Raises StartFailure; nothing is remembered then, so the next call tries again and a mended
    file is enough.
    """
    try:
        return _runtime()
    except GembaError as error:
        raise StartFailure(str(error)) from error
    except Exception as error:
        _LOG.exception("start failed")
        raise StartFailure(
            _(
                "Gemba could not start ({error}). The log says where; `python -m core verify` "
                "checks each part."
            ).format(error=type(error).__name__)
        ) from error
