"""From a file to an answer by the command line alone, with no demo plant there."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from tests.command.conftest import run_in


def kilns(file: Path) -> Path:
    """Readings of two kilns as a German spreadsheet writes them."""
    lines = ["Zeit;Kiln;Temp [°C];Good;Scrap"]
    for hour in range(24 * 40):
        at = dt.datetime(2026, 3, 1) + dt.timedelta(hours=hour)
        for kiln, base in (("K1", 900), ("K2", 910)):
            lines.append(f"{at:%d.%m.%Y %H:%M};{kiln};{base},{hour % 10};{100 + hour % 7};3")
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def test_a_file_is_imported_its_model_drafted_and_asked(tmp_path: Path) -> None:
    data = tmp_path / "data"
    file = kilns(tmp_path / "kiln.csv")
    looked = run_in(data, "import", str(file))
    assert looked.status == 0, looked.err
    assert "Nothing is written yet" in looked.out
    loaded = run_in(data, "import", str(file), "--yes")
    assert loaded.status == 0, loaded.err
    assert "Drafted the model kiln" in loaded.out
    said = run_in(data, "ask", "mean temp of K1 in March", "--model", "kiln", "--json")
    answer = json.loads(said.out)
    assert answer["status"] == "answered"
    mean = sum(900 + hour % 10 / 10 for hour in range(24 * 31)) / (24 * 31)
    assert abs(answer["rows"][0][0] - mean) < 1e-6
    checked = run_in(data, "model", "check", str(data / "models" / "kiln.yaml"))
    assert checked.status == 0, checked.out


def test_what_people_wrote_in_a_model_outlives_the_next_import(tmp_path: Path) -> None:
    data = tmp_path / "data"
    file = kilns(tmp_path / "kiln.csv")
    assert run_in(data, "import", str(file), "--yes").status == 0
    model = data / "models" / "kiln.yaml"
    text = model.read_text("utf-8").replace("label: Kiln\n", "label: Brennofen\n")
    model.write_text(text, "utf-8")
    again = run_in(data, "import", str(file), "--yes")
    assert again.status == 0, again.err
    assert model.read_text("utf-8") == text


def test_files_that_do_not_hold_the_checks_are_held_back(tmp_path: Path) -> None:
    data = tmp_path / "data"
    file = kilns(tmp_path / "kiln.csv")
    assert run_in(data, "import", str(file), "--yes").status == 0
    model = data / "models" / "kiln.yaml"
    text = model.read_text("utf-8")
    at = text.index("    columns:\n")
    checks = "    checks:\n      ranges:\n        temp_c: {min: 0, max: 1000}\n"
    model.write_text(text[:at] + checks + text[at:], "utf-8")
    assert run_in(data, "import", str(file), "--yes").status == 0  # it holds them
    file.write_text(file.read_text("utf-8") + "11.04.2026 00:00;K1;4000,5;100;1\n", "utf-8")
    held = run_in(data, "import", str(file), "--yes")
    assert held.status != 0
    assert "Held back" in held.err
    assert "page Data quality" in held.err
    assert len(list((data / "quarantine").glob("*"))) >= 1
    said = run_in(data, "ask", "maximum temp of K1", "--model", "kiln", "--json")
    assert json.loads(said.out)["rows"][0][0] < 1000
