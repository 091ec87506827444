"""The two containers by reading: what is reachable, what is writable, where secrets stand."""

import json
import re
from typing import Any

import pytest
import yaml

from deploy.model_server import QUIET, STRUCTURED
from tests.scaffold.tree import ROOT

TEXT = (ROOT / "deploy" / "compose.gpu.yaml").read_text("utf-8")
FILE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
EXAMPLE = (ROOT / "deploy" / "compose.env.example").read_text("utf-8")
#: Keys of the Compose specification that this file uses; another one is looked up there first.
KNOWN = {
    "": {"name", "services", "networks", "volumes"},
    "service": {
        *("image", "entrypoint", "command", "environment", "env_file", "volumes", "networks"),
        *("shm_size", "cap_drop", "security_opt", "deploy", "healthcheck", "restart", "tmpfs"),
        *("stop_grace_period", "ports", "read_only", "depends_on"),
    },
    "healthcheck": {"test", "interval", "timeout", "retries", "start_period"},
}
FLAGS = dict(word.removeprefix("--").partition("=")[::2] for word in SERVICES["model"]["command"])


def test_its_keys_are_those_of_the_specification() -> None:
    assert set(FILE) <= KNOWN[""]
    for service in SERVICES.values():
        assert set(service) <= KNOWN["service"]
        assert set(service["healthcheck"]) == KNOWN["healthcheck"]
        assert set(service["networks"]) <= set(FILE["networks"])
    named = {v.split(":")[0] for v in SERVICES["gemba"]["volumes"]}
    assert named <= set(FILE["volumes"])
    assert set(SERVICES["gemba"]["depends_on"]) <= set(SERVICES)


def test_the_model_is_reached_by_gemba_alone() -> None:
    model = SERVICES["model"]
    assert "ports" not in model
    assert model["networks"] == ["models"]
    assert FILE["networks"]["models"] == {"internal": True}
    assert "models" in SERVICES["gemba"]["networks"]


def test_gemba_is_published_on_the_host_alone() -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["gemba"]["ports"])


def test_nothing_is_writable_but_the_data() -> None:
    gemba = SERVICES["gemba"]
    assert gemba["read_only"] is True
    assert gemba["tmpfs"] == ["/tmp"]
    assert gemba["volumes"] == ["data:/var/lib/gemba"]
    assert all(mount["read_only"] for mount in SERVICES["model"]["volumes"])


@pytest.mark.parametrize("name", SERVICES)
def test_no_rights_are_kept(name: str) -> None:
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert SERVICES[name]["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in SERVICES[name]


def test_the_key_comes_from_outside_and_stands_on_no_command_line() -> None:
    assert not [word for word in SERVICES["model"]["command"] if "KEY" in word]
    asked = {SERVICES["model"]["environment"]["VLLM_API_KEY"]}
    asked.add(SERVICES["gemba"]["environment"]["GEMBA_LLM_KEY"])
    assert all(re.fullmatch(r"\$\{MODEL_KEY:\?.+\}", text) for text in asked)
    assert re.search(r"^MODEL_KEY=$", EXAMPLE, re.MULTILINE)


def test_each_variable_is_in_the_example_or_has_a_default() -> None:
    listed = set(re.findall(r"^([A-Z_]+)=", EXAMPLE, re.MULTILINE))
    for name, rest in re.findall(r"\$\{([A-Z_]+)([^}]*)\}", TEXT):
        assert name in listed or rest.startswith(":-"), name


def test_files_with_secrets_are_ignored() -> None:
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert {"/deploy/compose.env", "/deploy/gemba.env"} <= set(ignored)


def test_the_model_server_is_started_as_elsewhere() -> None:
    assert FLAGS["structured-outputs-config"] == STRUCTURED
    assert json.loads(STRUCTURED)["backend"] == "xgrammar"
    assert {"enable-prefix-caching", "enable-prompt-tokens-details"} <= set(FLAGS)
    assert FLAGS["load-format"] == "safetensors"
    assert "trust-remote-code" not in FLAGS
    offline = {k: v for k, v in QUIET.items() if k != "VLLM_HOST_IP"}
    assert offline.items() <= SERVICES["model"]["environment"].items()


def test_both_are_asked_how_they_do_where_they_listen() -> None:
    assert f":{FLAGS['port']}/health" in str(SERVICES["model"]["healthcheck"]["test"])
    assert SERVICES["gemba"]["environment"]["GEMBA_LLM_URL"] == f"http://model:{FLAGS['port']}/v1"
    assert "/health" in str(SERVICES["gemba"]["healthcheck"]["test"])
