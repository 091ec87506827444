"""A real vLLM, as TEST_VLLM_URL names it; `make test-vllm` starts one and runs these tests."""

from __future__ import annotations

import os

import pytest

from tests.vllm.server import Server

NEEDS = (
    "needs a vLLM server: `make test-vllm` starts a tiny one on the processor; or TEST_VLLM_URL "
    "(http://127.0.0.1:PORT/v1), TEST_VLLM_KEY and TEST_VLLM_MODEL name one on this machine"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip by name where there is no server."""
    if os.environ.get("TEST_VLLM_URL"):
        return
    for item in items:
        if item.get_closest_marker("vllm"):
            item.add_marker(pytest.mark.skip(reason=NEEDS))


@pytest.fixture(scope="session")
def server() -> Server:
    """The server, idle."""
    url = os.environ["TEST_VLLM_URL"].rstrip("/")
    key, model = os.environ.get("TEST_VLLM_KEY", ""), os.environ.get("TEST_VLLM_MODEL", "")
    made = Server(url, key, model, int(os.environ.get("TEST_VLLM_IN_FLIGHT", "0")))
    made.wait_idle()
    return made
