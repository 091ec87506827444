"""A metric is one aggregate figure: what could give a wrong number is refused when it is read."""

from pathlib import Path

import pytest

from core.semantic.load import check_model

MODEL = """\
label: Mill
tables:
  readings:
    label: Readings
    entity: reading
    scope: null
    time: {{timestamp: at}}
    columns:
      at: {{type: datetime, label: Time}}
      grade: {{type: string, label: Grade}}
      person: {{type: string, label: Person, personal: true}}
      made: {{type: integer, label: Made, additive: true}}
      bad: {{type: integer, label: Bad, additive: true}}
metrics:
  one: {{label: One, table: readings, expression: SUM(made)}}
  {metric}
"""


def problems(tmp_path: Path, metric: str) -> tuple[str, ...]:
    file = tmp_path / "mill.yaml"
    file.write_text(MODEL.format(metric=metric), encoding="utf-8")
    return check_model(file)


@pytest.mark.parametrize(
    "expression",
    [
        "SUM(bad) / NULLIF(SUM(made), 0)",
        "SUM(bad) / 60 / (NULLIF(COUNT(*), 0))",
        "COUNT(DISTINCT grade)",
        "SUM(CASE WHEN grade = 'B' THEN 1 ELSE 0 END)",
        "AVG(TIMESTAMPDIFF(SECOND, at, at)) / 3600",
        "PERCENTILE_APPROX(made, 0.95)",
        "MAX(made) - MIN(made)",
    ],
)
def test_a_right_expression_passes(tmp_path: Path, expression: str) -> None:
    metric = f'two: {{label: Two, table: readings, expression: "{expression}"}}'
    assert problems(tmp_path, metric) == ()


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("SUM(mad)", "has no column 'mad'. Did you mean 'made'?"),
        ("made", "it has no aggregate"),
        ("SUM(made) + bad", "the column 'bad' stands outside an aggregate"),
        ("SUM(SUM(made))", "stands inside another aggregate"),
        ("SUM(bad) / SUM(made)", "write NULLIF(SUM(made), 0)"),
        ("SUM(bad) / 0", "which can be zero"),
        ("SUM(bad) / (SUM(made) - 1)", "which can be zero"),
        ("SUM(", "it is not valid SQL"),
        ("SUM(made); SUM(bad)", "it must be one expression"),
        ("(SELECT SUM(made) FROM readings)", "without queries"),
        ("SELECT SUM(made) FROM readings", "without queries"),
        ("SUM(made) OVER ()", "without queries, windows"),
        ("SUM(made) AS total", "without queries, windows, aliases"),
        ("SUM(readings.made)", "name the column alone"),
        ("COUNT(DISTINCT person)", "is personal"),
        ("SUM(no_such_function(made))", "is not known"),
        ("SUM(TIMESTAMPDIFF(SECOND, at, CURRENT_TIMESTAMP()))", "the present moment"),
        ("SUM(made * RAND())", "the present moment or chance"),
        ("MAX(*)", "'*' is only allowed in COUNT(*)"),
    ],
)
def test_a_wrong_expression_is_named(tmp_path: Path, expression: str, message: str) -> None:
    found = problems(tmp_path, f'two: {{label: T, table: readings, expression: "{expression}"}}')
    assert any(message in line for line in found), found
    assert all(line.startswith("mill.yaml:16: ") for line in found)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("grade = 'B'", ""),
        ("at IS NULL", ""),
        ("grade IN ('A', 'B') AND NOT made > 3", ""),
        ("(grade LIKE 'B%')", ""),
        ("made", "it is not a test"),
        ("SUM(made) > 3", "it holds an aggregate"),
        ("grad = 'B'", "Did you mean 'grade'?"),
        ("made IN (SELECT 1)", "without queries"),
    ],
)
def test_a_condition_is_a_test_on_a_row(tmp_path: Path, condition: str, message: str) -> None:
    metric = f'two: {{label: T, table: readings, expression: COUNT(*), condition: "{condition}"}}'
    found = problems(tmp_path, metric)
    assert bool(found) == bool(message), found
    assert not message or any(message in line for line in found), found


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        ("two: {label: T, formula: one / 2}", ""),
        ("two: {label: T, formula: 1 - (one * -1)}", ""),
        ("two: {label: T, formula: ones / 2}", "there is no metric 'ones'. Did you mean 'one'?"),
        ("two: {label: T, formula: SUM(one)}", "is not allowed; a formula has metric names"),
        ("two: {label: T, formula: 1 + 1}", "it names no metric"),
        ("two: {label: T, formula: two + 1}", "a circle: two -> two"),
        ("{a: {label: A, formula: b}, b: {label: B, formula: a}}", "a circle: a -> b -> a"),
        ("two: {label: T, formula: one, expression: SUM(made)}", "either an 'expression'"),
        ("two: {label: T}", "either an 'expression'"),
        ("two: {label: T, formula: one, table: readings}", "a formula and cannot have 'table'"),
        ("two: {label: T, expression: SUM(made)}", "needs the key 'table'"),
        ("two: {label: T, table: reading, expression: SUM(made)}", "Did you mean 'readings'?"),
        ("made: {label: T, table: readings, expression: SUM(made)}", "has the name of a column"),
        ("day: {label: T, table: readings, expression: SUM(made)}", "is taken by results"),
        ("one: {label: T, table: readings, expression: SUM(made)}", "stands twice"),
        ("two: {label: T, formula: one, unit: h, display: percent}", "only a plain ratio"),
    ],
)
def test_a_metrics_rules(tmp_path: Path, metrics: str, message: str) -> None:
    if metrics.startswith("{"):
        text = MODEL.format(metric="").replace("metrics:\n", f"metrics: {metrics}\n")
        text = text[: text.index("\n  one:") + 1]
        file = tmp_path / "mill.yaml"
        file.write_text(text, encoding="utf-8")
        found = check_model(file)
    else:
        found = problems(tmp_path, metrics)
    assert bool(found) == bool(message), found
    assert not message or any(message in line for line in found), found
