"""The schema of a query holds what the parser can make, and nothing that is not to be seen."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from core.errors import ModelFixable
from core.generation.query_schema import query_schema, values_seen
from core.governance.govern import govern
from core.semantic.compile import compile_query
from core.semantic.model import SemanticModel
from core.semantic.query import AUTO_WIDTH, SemanticQuery
from core.semantic.written import from_json, to_json
from core.services import Services
from core.settings import load_settings
from tests.generation.written_queries import Mutator, golden_queries, sampled, steel_parser

ALL = ("HAM", "AUS", "HPH")
#: What no constrained decoder is sure to know.
ODD_KEYWORDS = {"uniqueItems", "contains", "multipleOf", "patternProperties", "propertyNames", "if",
                "not", "allOf", "oneOf", "format", "dependentSchemas"}  # fmt: skip


@pytest.fixture(scope="module")
def services(
    plant_folder: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    data = plant_folder(tmp_path_factory.mktemp("data"))
    built = Services.open(load_settings({"GEMBA_DATA_DIR": str(data)}))
    yield built
    built.close()


@pytest.fixture(scope="module")
def golden(services: Services) -> list[SemanticQuery]:
    return golden_queries(services.parts().parser, "plant.jsonl", ALL)


@pytest.fixture(scope="module")
def admins(services: Services) -> dict[str, Any]:
    """The admin's schema."""
    parts = services.parts()
    values = values_seen(parts.facts, ALL)
    return dict(query_schema(parts.model, everything(parts.model), values).schema)


def everything(model: SemanticModel) -> dict[str, frozenset[str]]:
    return {name: frozenset(table.columns) for name, table in model.tables.items()}


def test_the_golden_queries_are_read_back_and_fit_the_schema(
    services: Services, golden: list[SemanticQuery], admins: dict[str, Any]
) -> None:
    model = services.parts().model
    Draft202012Validator.check_schema(admins)
    validator = Draft202012Validator(admins)
    assert len(golden) > 250
    for query in golden:
        value = json.loads(json.dumps(to_json(query)))
        found = from_json(value, model)
        assert found == query
        assert [m.unit for m in found.measures] == [m.unit for m in query.measures]
        assert validator.is_valid(value), value
    assert validator.is_valid({"none": True})
    assert not validator.is_valid({"none": False})


def test_another_models_queries_are_read_back_and_fit_its_schema() -> None:
    parser = steel_parser()
    found = golden_queries(parser, "steel.jsonl", ())
    validator = Draft202012Validator(
        dict(query_schema(parser.model, everything(parser.model)).schema)
    )
    assert len(found) > 25
    for query in found:
        value = json.loads(json.dumps(to_json(query)))
        assert from_json(value, parser.model) == query
        assert validator.is_valid(value), value


def test_what_is_not_visible_is_named_nowhere(services: Services) -> None:
    parts = services.parts()
    fewer = everything(parts.model)
    hidden = {"operator_name", "energy_kwh", "vibration_mm_s", "crew"}
    fewer["plant_obt"] -= hidden
    del fewer["work_orders"]
    names = words(query_schema(parts.model, fewer, values_seen(parts.facts, ALL)).schema)
    assert not names & {"energy_kwh", "vibration_mm_s", "crew", "work_orders", "technician_name"}
    assert not names & {"energy_per_unit", "mtbf", "mttr", "failures"}, (
        "metrics over what is hidden"
    )
    assert {"oee", "power_kw", "alarm_events"} <= names


def test_values_are_those_of_the_persons_plants(services: Services) -> None:
    parts = services.parts()
    seen = everything(parts.model)
    text = json.dumps(query_schema(parts.model, seen, values_seen(parts.facts, ("HPH",))).schema)
    assert '"Hai Phong"' in text
    assert "Hamburg" not in text
    assets = {v.text: v.scopes for v in parts.facts.values if v.column == "asset_id"}
    assert len(assets) > 50
    assert all((f'"{name}"' in text) == ("HPH" in scopes) for name, scopes in assets.items())
    assert "PO-1" not in text, "a column of many values takes any text"
    fewer = json.dumps(query_schema(parts.model, seen, None, ["line_name"]).schema)
    assert '"line_name"' in fewer
    assert '"area_name"' not in fewer
    assert '"oee"' in fewer


def test_everything_is_bounded_and_plain(admins: dict[str, Any]) -> None:
    def check(part: Any) -> None:
        if isinstance(part, list):
            for inner in part:
                check(inner)
        if not isinstance(part, dict):
            return
        assert not part.keys() & ODD_KEYWORDS
        match part.get("type"):
            case "array":
                assert part["maxItems"] <= 60
            case "string":
                assert "enum" in part or "pattern" in part or part["maxLength"] <= 200
            case "integer" | "number":
                assert part["minimum"] < part["maximum"]
            case "object":
                assert part["additionalProperties"] is False
        for inner in part.values():
            check(inner)

    check(admins)
    assert len(json.dumps(admins)) < 150_000
    for name, part in admins["$defs"].items():
        assert name not in reached(part, admins), "no part holds itself"


def test_a_schema_is_made_once(services: Services) -> None:
    model = services.parts().model
    first = query_schema(model, everything(model), {"line_name": ["Line 1", "Line 2"]})
    again = query_schema(model, everything(model), {"line_name": {"Line 2", "Line 1"}})
    other = query_schema(replace(model, version="other"), everything(model))
    assert again is first
    assert other is not first


# -- everything that a query of the schema, or nearly, can lead to -----------------------------


def test_what_the_schema_lets_through_is_answered_or_told(
    services: Services, admins: dict[str, Any]
) -> None:
    draw = random.Random(11)
    validator = Draft202012Validator(admins)
    ends: Counter[str] = Counter()
    for k in range(360):
        value = sampled(admins, admins, draw)
        if "none" in value:
            continue
        if k % 20 == 0:
            assert validator.is_valid(value), value
        ends[end_of(value, services, run=k % 4 == 0)] += 1
    assert ends["compiled"] + ends["ran"] > 80, ends
    assert ends["ran"] > 25, ends


def test_what_is_nearly_a_query_is_answered_or_told(
    services: Services, golden: list[SemanticQuery]
) -> None:
    model = services.parts().model
    names = [n for t in model.tables.values() for n in t.columns]
    names += [*model.metrics, *model.tables]
    mutator = Mutator([to_json(query) for query in golden], names, seed=12)
    ends: Counter[str] = Counter()
    for k in range(1_200):
        ends[end_of(mutator.one(), services, run=k % 8 == 0)] += 1
    assert ends["compiled"] > 250, ends
    assert ends["told"] > 500, ends
    assert ends["ran"] > 25, ends


def end_of(value: Any, services: Services, *, run: bool) -> str:
    """What becomes of it: `told` what is wrong, `compiled` and governed, `ran`. Fails where the
    query would end in an error that nobody can mend, and where governance refuses it."""
    parts, user = services.parts(), services.policy.user("admin")
    try:
        query = from_json(value, parts.model)
    except ModelFixable:
        return "told"
    assert from_json(to_json(query), parts.model) == query
    if query.anchor is not None or any(d.bin_width == AUTO_WIDTH for d in query.dimensions):
        return "told"
    sql = compile_query(query, parts.model)
    governed = govern(sql, user, services.policy, parts.model)
    if not run:
        return "compiled"
    try:
        parts.engine.run(governed, timeout_s=30.0)
    except ModelFixable as error:
        if "timestamp field" not in str(error):
            raise
        # A text that looks like a moment is one to the embedded engine's dialect.
        return "told"
    return "ran"


def words(part: Any) -> set[str]:
    """Every word of a schema, in names and values."""
    return set(re.findall(r"[\w-]+", json.dumps(part)))


def reached(part: Any, root: dict[str, Any]) -> set[str]:
    """Names of the definitions that a part leads to."""
    found: set[str] = set()
    stack = [part]
    while stack:
        here = stack.pop()
        if isinstance(here, dict):
            name = str(here.get("$ref", "")).rsplit("/", 1)[-1]
            if name and name not in found:
                found.add(name)
                stack.append(root["$defs"][name])
            stack += here.values()
        elif isinstance(here, list):
            stack += here
    return found
