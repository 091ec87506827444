"""What a model file says of the risk score is read strictly."""

from pathlib import Path

import pytest

from core.semantic.load import load_model
from core.semantic.model import RISK_PARTS, Orders, Risk, RiskScale
from tests.semantic.test_load import GOOD, problems
from tests.semantic.test_load_watch import PLANT, SECTION

RISK = """\
risk:
  weights: {threshold: 40, trend: 30, alarms: 10, maintenance: 10, criticality: 10}
  criticality: {column: grade, values: {fine: 1, coarse: 0.5}}
  scale: {trend_days: 14, failures_full: 5}
"""


def test_a_right_section_becomes_a_value(tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    file.write_text(GOOD + SECTION + RISK, encoding="utf-8")
    assert load_model(file).risk == Risk(
        weights=dict(zip(RISK_PARTS, (40.0, 30.0, 10.0, 10.0, 10.0), strict=True)),
        criticality="grade",
        ranks={"fine": 1.0, "coarse": 0.5},
        scale=RiskScale(trend_days=14.0, failures_full=5.0),
    )
    file.write_text(GOOD + SECTION + "risk: {}\n", encoding="utf-8")
    assert load_model(file).risk == Risk(weights=dict.fromkeys(RISK_PARTS, 20.0))


def test_without_the_section_there_is_no_score(tmp_path: Path) -> None:
    file = tmp_path / "mill.yaml"
    file.write_text(GOOD + SECTION, encoding="utf-8")
    assert load_model(file).risk is None


def test_the_demo_plant_has_a_score() -> None:
    risk = load_model(PLANT).risk
    assert risk is not None
    assert sum(risk.weights.values()) == 100
    assert risk.orders == Orders("work_orders", "order_type", ("corrective",))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("threshold: 40, ", "", "needs the key 'threshold'"),
        ("threshold: 40", "threshold: 101", "must be from 0 to 100"),
        ("threshold: 40", "threshold: many", "must be a number"),
        ("alarms: 10", "alarm: 10", "unknown key 'alarm'"),
        ("threshold: 40, trend: 30, alarms: 10, maintenance: 10, criticality: 10",
         "threshold: 0, trend: 0, alarms: 0, maintenance: 0, criticality: 0", "are all 0"),
        ("column: grade", "column: grad", "'grad'. Did you mean 'grade'"),
        ("column: grade", "column: person", "not personal"),
        ("column: grade", "column: heat", "must hold texts"),
        ("fine: 1", "fine: 2", "must be from 0 to 1"),
        ("trend_days: 14", "trend_days: 0", "must be from 0.1"),
        ("trend_days: 14", "trend: 14", "unknown key 'trend'"),
        ("  scale:", "  orders: {table: event}\n  scale:", "'event'. Did you mean 'events'"),
        ("  scale:", "  orders: {table: readings}\n  scale:", "to tell what is open"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in RISK
    text = GOOD + SECTION + RISK.replace(old, new, 1)
    assert said in "\n".join(problems(tmp_path, text))


def test_without_a_watch_there_is_no_score(tmp_path: Path) -> None:
    assert "needs 'watch'" in "\n".join(problems(tmp_path, GOOD + RISK))
