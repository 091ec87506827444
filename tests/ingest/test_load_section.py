"""The `load` section of a model is read strictly, with the line of what is wrong."""

from pathlib import Path

import pytest

from core.semantic.load import check_model
from tests.ingest.conftest import MODEL


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  ignored: [NSM]", "  ignore: [NSM]", "unknown key 'ignore' in 'load'. Did you mean"),
        ("  ignored: [NSM]", "  ignored: [Pulses]", "lists 'Pulses', which is used"),
        ("  table: meter\n  format", "  table: metre\n  format", "Did you mean 'meter'?"),
        ("format: csv", "format: xlsx", "must be 'csv'"),
        ("%d/%m/%Y %H:%M", "%d/%m/%Y", "is not a date and time such as"),
        ("marks: end, midnight", "marks: start, midnight", "needs 'marks: end'"),
        ("    pulses: {source: Pulses}\n", "", "leaves the column 'pulses' without a source"),
        (
            "    pulses: {source",
            "    pulse: {source",
            "names no column: 'pulse'. Did you mean 'pulses'?",
        ),
        ("{source: Pulses}", "{source: Pulses, factor: 2}", "only a double has a factor"),
        ("factor: 0.001", "factor: 0", "the factor of 'energy'"),
        ("{source: Pulses}", "{source: Pulses, values: {a: b}}", "only texts have 'values'"),
        (
            "constants: {site: Works}",
            "constants: {site: Works, band: x}",
            "fills the column 'band'",
        ),
        ("interval_min: 15", "utc: event_ts", "needs 'time' with an 'interval_min'"),
    ],
)
def test_mistakes(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in MODEL
    path = tmp_path / "meter.yaml"
    path.write_text(MODEL.replace(old, new, 1), encoding="utf-8")
    problems = "\n".join(check_model(path))
    assert told in problems
