"""What is asked of tables of one's own in the words of their headers, once they are brought."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main
from core.semantic.load import load_model
from core.semantic.units import parse_unit


@pytest.fixture
def bring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))

    def load(name: str, text: str) -> Any:
        path = tmp_path / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        assert main(["import", str(path), "--yes"]) == 0
        return load_model(tmp_path / "data" / "models" / f"{name}.yaml").tables[name].columns

    return load


def asked(capsys: pytest.CaptureFixture[str], model: str, question: str) -> dict[str, Any]:
    capsys.readouterr()
    main(["ask", question, "--model", model, "--json"])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


SAMPLES = "Sample no,Received,Ward,Hemolyzed,Result [mg/kg],Price [EUR]\n" + "".join(
    f"S{k:03},2026-01-{1 + k % 28:02} 08:00,W{k % 3},{'NY'[k % 5 == 0]},{k / 4},{k}.5\n"
    for k in range(1, 101)
)


def test_nobody_counts_the_values_of_yes_and_no(
    bring: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    bring("samples", SAMPLES)
    for question, value in (
        ("How many were hemolyzed?", 20),
        ("How many samples were hemolyzed?", 20),
        ("how many were not hemolyzed?", 80),
        ("how many different wards are there?", 3),
    ):
        assert asked(capsys, "samples", question)["rows"] == [[value]], question


def test_one_unit_per_another_is_no_amount(bring: Any, capsys: pytest.CaptureFixture[str]) -> None:
    result = bring("samples", SAMPLES)["result_mg_kg"]
    assert (result.unit, result.label, result.default_agg) == ("mg/kg", "Result", "avg")
    assert asked(capsys, "samples", "highest result")["rows"] == [[25.0]]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("km/h", "km/h"), ("mg/L", "mg/L"), ("€/kg", "EUR/kg"), ("g/kWh", "g/kW.h"),
     ("N/A", None), ("S/N", None), ("Y/N", None), ("m/s/h", None)],
)  # fmt: skip
def test_units_per_others(typed: str, code: str | None) -> None:
    assert parse_unit(typed) == code


def test_a_price_of_each_row_has_a_sum_and_a_mean(
    bring: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    bring("samples", SAMPLES)
    told = asked(capsys, "samples", "price per ward")
    assert told["status"] == "clarify"
    assert told["message"] == "Do you want the total of price, or its mean?"
    assert asked(capsys, "samples", "total price")["rows"] == [[5100.0]]
    assert asked(capsys, "samples", "mean price")["rows"] == [[51.0]]


def test_a_price_beside_what_it_is_of_has_no_sum(
    bring: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Fill no,Day,Litres,Price [EUR]\nF1,2026-01-02,40,1.5\nF2,2026-01-03,30,1.7\n"
    assert not bring("fills", text)["price_eur"].additive
    assert asked(capsys, "fills", "price in January")["rows"] == [[1.6]]
    assert asked(capsys, "fills", "total price")["status"] == "clarify"


def test_headers_are_known_with_their_marks(bring: Any, capsys: pytest.CaptureFixture[str]) -> None:
    lines = (f"D{k},2026-01-{k:02},{'AB'[k % 2]},{k},{'ja' if k < 4 else 'nein'}\n"
             for k in range(1, 21))  # fmt: skip
    head = "Mã đơn,Ngày đặt,Sản phẩm,Verbrauch [kWh],Geschätzt\n"
    columns = bring("prints", head + "".join(lines))
    assert columns["san_pham"].label == "Sản phẩm"
    assert columns["geschatzt"].label == "Geschätzt"
    for question, rows in (
        ("tổng verbrauch theo sản phẩm", [["A", 110.0], ["B", 100.0]]),
        ("Gesamtverbrauch nach Sản phẩm", [["A", 110.0], ["B", 100.0]]),
        ("Wie viele waren geschätzt?", [[3]]),
    ):
        assert sorted(asked(capsys, "prints", question)["rows"]) == rows, question


def test_which_figure_it_is_is_not_passed_over(
    bring: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"2026-01-{k:02},M{k % 2},{k},{2 * k}\n" for k in range(1, 21))
    bring("machines", f"Day,Machine,Rated [h],Runtime [h]\n{rows}")
    told = asked(capsys, "machines", "rated runtime by machine")
    assert told["status"] == "clarify" or len(told["rows"][0]) == 3
