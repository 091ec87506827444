"""What a model's things are called in another language, and where that is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.semantic.load import check_model, load_model
from core.semantic.model import SemanticModel
from core.semantic.query import Agg, Filter, Measure, Op, SemanticQuery
from core.semantic.said import entities_of, label_of, said, unsaid, value_label, value_plural
from core.semantic.wording import condition, measure_words
from core.settings import ROOT
from core.translation import speaking
from tests.language import plant

MILL = """\
label: Mill
tables:
  readings:
    label: Readings
    entity: reading
    scope: null
    time: {timestamp: at, interval_min: 10}
    states: {stopped: {column: grade, values: [none]}}
    columns:
      at: {type: datetime, role: time, label: Time}
      grade: {type: string, role: dimension, label: Grade}
      heat: {type: double, role: measure, label: Heat, unit: Cel}
metrics:
  mean_heat: {label: Mean heat, table: readings, expression: AVG(heat), zero_note: no heat}
"""
LABELS = """\
language: de
labels:
  model: Mühle
  tables: {readings: {label: Werte, row: Wert, rows: Werte, states: {stopped: steht}}}
  columns: {heat: {label: Wärme, plural: Wärmen}, grade: Sorte}
  metrics: {mean_heat: {label: Mittlere Wärme, note: keine Wärme}}
  values: {grade: {fine: {label: Feines, plural: Feine}, raw: Rohes}}
"""


def mill(folder: Path, labels: str = LABELS) -> Path:
    file = folder / "mill.yaml"
    file.write_text(MILL, encoding="utf-8")
    (folder / "mill.de.yaml").write_text(labels, encoding="utf-8")
    return file


def test_a_model_is_said_in_the_language_at_hand(tmp_path: Path) -> None:
    model = load_model(mill(tmp_path))
    assert said(model) is model
    with speaking("vi"):
        assert said(model) is model  # it has no labels in that language
    with speaking("de"):
        spoken = said(model)
        assert said(spoken) is spoken
        assert said(model) is spoken
        table = spoken.tables["readings"]
        assert (spoken.label, table.label, table.entity) == ("Mühle", "Werte", "Wert")
        assert entities_of(table) == "Werte"
        assert table.states[0].words == "steht"
        assert spoken.metrics["mean_heat"].zero_note == "keine Wärme"
        assert label_of(model.tables["readings"].columns["grade"], model) == "Sorte"
        assert value_label("fine", table.columns["grade"]) == "Feines"
        assert value_plural("fine", table.columns["grade"]) == "Feine"
        assert value_label("other", table.columns["grade"]) == "other"
    assert unsaid(spoken) is model
    assert model.tables["readings"].columns["heat"].label == "Heat"


def test_words_about_a_query_are_in_the_language_at_hand(tmp_path: Path) -> None:
    model = load_model(mill(tmp_path))
    query = SemanticQuery("mill", "readings", measures=(Measure(agg=Agg.MAX, column="heat"),))
    one = Filter("grade", Op.EQ, ("fine",))
    assert measure_words(query.measures[0], query, model) == "highest heat"
    assert condition(one, query, model) == "grade fine"
    with speaking("de"):
        assert measure_words(query.measures[0], query, model) == "Wärme (Maximum)"
        assert condition(one, query, model) == "Sorte Feines"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("heat:", "heet:", "there is no 'heet' for a label in a column. Did you mean 'heat'?"),
        ("mean_heat:", "heat:", "there is no 'heat' for a label in a metric."),
        ("stopped:", "halted:", "there is no 'halted' for a label in a state of 'readings'."),
        ("raw: Rohes", "raw: feines", "'raw' of 'grade' would be called as 'fine' is."),
        ("raw: Rohes", "raw: fine", "'raw' of 'grade' would be called as 'fine' is."),
        ("grade: Sorte", "grade: 3", "the label of column 'grade' must be text."),
        ("model: Mühle", "colour: red", "there is no 'colour' for a label in 'labels'."),
    ],
)
def test_a_name_that_the_model_lacks_is_wrong(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    problems = check_model(mill(tmp_path, LABELS.replace(old, new, 1)))
    assert any(found.startswith(f"mill.de.yaml: {problem}") for found in problems), problems


def test_the_labels_of_the_models_that_come_with_gemba_are_right() -> None:
    for path in sorted((ROOT / "data" / "models").glob("*.yaml")):
        if path.stem.count(".") == 0:
            assert check_model(path) == ()
            assert set(load_model(path).labels) == {"de", "vi"}


def every_label(model: SemanticModel) -> dict[str, tuple[str, str]]:
    """Name -> question that its Vietnamese label stands in, and the kind of thing."""
    table = model.tables[model.default_table]
    found = {name: (f"{m.label} tháng trước", "figure") for name, m in model.metrics.items()}
    for name, column in table.columns.items():
        if column.role == "dimension" and not column.personal:
            found[name] = (f"downtime theo {column.label} tháng trước", "split")
        elif column.role == "measure":
            found[name] = (f"{column.label} theo ca tháng trước", "figure")
    return found


def test_what_a_thing_is_called_in_vietnamese_is_read_as_that_thing() -> None:
    with speaking("vi"):
        asked = every_label(said(plant.model()))
    wrong = {}
    for name, (question, kind) in asked.items():
        query = plant.read(question).query
        figures = {m.metric or m.column for m in query.measures} if query else set()
        splits = {d.column for d in query.dimensions} if query else set()
        if name not in (figures if kind == "figure" else splits):
            wrong[name] = question
    assert not wrong
