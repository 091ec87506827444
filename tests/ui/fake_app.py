"""The app over the tests' services: `streamlit run tests/ui/fake_app.py`. The state folder is
the one that GEMBA_DATA_DIR names."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from core.api import routes  # noqa: E402
from core.settings import load_settings  # noqa: E402
from core.ui import runtime  # noqa: E402
from tests.ui.fake_corpus import ident  # noqa: E402
from tests.ui.fake_services import FakeServices  # noqa: E402

runtime.quicken()


def services() -> FakeServices:
    """With one change of the corpus that waits to be published."""
    made = FakeServices(load_settings().data_dir)
    admin = made.policy.user("admin")
    made.desk(admin).approve([ident("bearing")], "checked on the floor")
    return made


runtime.build_services = services

app = st.App(
    ROOT / "core" / "ui" / "shell.py",
    routes=routes(lambda: runtime.runtime().services.status()),
)
