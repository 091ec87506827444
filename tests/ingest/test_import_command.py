"""`python -m core import`: what is recognised is said first, options say otherwise."""

import json
import re
from pathlib import Path

import duckdb
import pytest

from core.__main__ import main
from core.semantic.load import load_model

CSV = "Zeit;TIC-103 [°C];FIC-104\n01/02/2026 00:00;20,5;1\n01/02/2026 00:10;21,5;2\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))
    path = tmp_path / "Press 7.csv"
    path.write_text(CSV, encoding="utf-8-sig")
    return path


def test_it_looks_asks_checks_and_loads(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "data" / "stores" / "press_7.duckdb"
    assert main(["import", str(file)]) == 0
    said = capsys.readouterr().out
    assert "delimiter semicolon" in said
    assert "(--dates dmy, --dates mdy)" in said
    assert main(["import", str(file), "--yes"]) == 2
    assert "Which comes first?" in capsys.readouterr().err
    assert main(["import", str(file), "--dates", "dmy"]) == 0
    said = capsys.readouterr().out
    assert "From 2026-02-01 00:00" in said
    assert "Add --yes to load." in said
    assert not store.exists()
    table = tmp_path / "tags.csv"
    assert main(["import", str(file), "--dates", "mdy", "--write-mapping", str(table)]) == 0
    table.write_text(table.read_text().replace("Loop 104", "Kiln").replace("flow,,", "flow,m3/h,"))
    capsys.readouterr()
    assert (
        main(["import", str(file), "--dates=mdy", "--mapping", str(table), "--yes", "--json"]) == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert told["recognised"]["tags"][1]["asset"] == "Kiln"
    assert told["report"]["stored"] == 4
    with duckdb.connect(str(store), read_only=True) as con:
        rows = con.execute("SELECT read_at::VARCHAR, flow_m3_h FROM press_7 WHERE asset = 'Kiln'")
        assert rows.fetchall() == [("2026-01-02 00:00:00", 1.0), ("2026-01-02 00:10:00", 2.0)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--type", "Zeit=txt"], "Did you mean 'text'?"),
        (["--type", "Zeti=text"], "Did you mean 'Zeit'?"),
        (["--delimiter", "both"], "is not one mark"),
        (["--zone", "Hamburg"], "no time zone 'Hamburg'"),
        (["--name", "Press 7"], "is no name for data"),
        (["--name", "plant"], "its data come from elsewhere"),
        (["--tag", "Zeit", "--shape", "long"], "needs columns for the time, the tag and the value"),
        (["--mapping", "/nowhere.csv"], "cannot be read"),
    ],
)
def test_an_option_that_cannot_be(
    file: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(file), *options]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.thorough
def test_400_columns_are_imported_drafted_and_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))
    header = ["Time", *(f"Channel {i}" for i in range(1, 400))]
    days = [[f"2026-01-{d:02} 08:00", *(f"{d * 1000 + i}.5" for i in range(1, 400))]
            for d in range(1, 29)]  # fmt: skip
    path = tmp_path / "bench.csv"
    path.write_text("".join(",".join(row) + "\n" for row in [header, *days]), encoding="utf-8")
    assert main(["import", str(path), "--yes", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["report"]["model"] == "bench"
    drafted = load_model(tmp_path / "data" / "models" / "bench.yaml").tables["bench"]
    assert len(drafted.own) == 400
    asked = "maximum channel 387 in January 2026"
    assert main(["ask", asked, "--model", "bench", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["status"], answer["rows"][0][-1]) == ("answered", 28_387.5)


def test_without_samples_no_value_stands_in_the_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))
    header = ["Opened at", "Order no", "Site", "Status", "Shift", "Worker", "Quantity", "Checked"]
    states, sites = ("IN_QUARK", "WAS_QUARK"), ("Quarkheim", "Quarkstadt", "Quarkau")
    rows = [
        [f"2031-07-{d % 28 + 1:02} 04:17", f"QK{d:04}", sites[d % 3], states[d % 2],
         ("open", "closed")[d % 2], f"quark{d % 5}@example.org", str(70_001 + d), str(d % 2)]
        for d in range(120)
    ]  # fmt: skip
    path = tmp_path / "jobs.csv"
    path.write_text("".join(",".join(row) + "\n" for row in [header, *rows]), encoding="utf-8")
    drafts = {}
    for name, said in (("with_them", "yes"), ("without_them", "no")):
        assert main(["import", str(path), "--name", name, "--samples", said, "--yes"]) == 0
        drafts[said] = (tmp_path / "data" / "models" / f"{name}.yaml").read_text("utf-8")
    assert "IN_QUARK" in drafts["yes"]
    values = {cell for row in rows for cell in row if len(cell) > 1}
    said = drafts["no"].casefold()
    assert [v for v in values if re.search(rf"\b{re.escape(v.casefold())}\b", said)] == []
    assert "quark" not in drafts["no"].casefold()
    assert "2031" not in drafts["no"]


def test_without_samples_bad_readings_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))
    graded = {True: "900,Bad", False: "20,Good"}
    rows = [f"2026-01-01 00:{m:02},TIC-103,{graded[m % 7 == 0]}" for m in range(1, 60)]
    path = tmp_path / "kiln.csv"
    path.write_text("\n".join(["Timestamp,Tag,Value,Quality", *rows, ""]), encoding="utf-8")
    assert main(["import", str(path), "--samples", "no", "--yes"]) == 0
    capsys.readouterr()
    assert main(["ask", "mean temperature in January 2026", "--model", "kiln", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["status"], answer["rows"][0][-1]) == ("answered", 20.0)


@pytest.mark.parametrize("said", ["yes", "no"])
def test_without_samples_open_is_still_the_value_that_says_it(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("GEMBA_DRAFT_SAMPLES", said)
    states = ("Open", "Waiting", "Unclosed", "Closed", "Closed", "Closed")
    rows = [
        f"{k},2026-01-{1 + k % 28:02} 08:00,"
        f"{f'2026-02-{1 + k % 9:02} 09:00' if states[k % 6] == 'Closed' else ''},{states[k % 6]}"
        for k in range(120)
    ]
    path = tmp_path / "tickets.csv"
    path.write_text("\n".join(["Ticket no,Opened at,Closed at,State", *rows, ""]), "utf-8")
    assert main(["import", str(path), "--yes"]) == 0
    model = load_model(tmp_path / "data" / "models" / "tickets.yaml")
    called = next(s.synonyms for s in model.tables["tickets"].states if s.name == "not_closed")
    assert {"not closed yet", "still open"} <= set(called)
    assert not {"open", "unclosed"} & set(called)
    capsys.readouterr()
    assert main(["ask", "how many open tickets", "--model", "tickets", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["status"], answer["rows"]) == ("answered", [[20]])


def test_the_option_goes_before_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEMBA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("GEMBA_DRAFT_SAMPLES", "no")
    path = tmp_path / "jobs.csv"
    states = ("IN_WORK", "AT_REST")
    rows = [f"2026-01-{1 + k % 28:02},{states[k % 2]},{k}" for k in range(60)]
    path.write_text("\n".join(["Day,State,Pieces", *rows, ""]), "utf-8")
    for name, options in (("by_setting", []), ("by_option", ["--samples", "yes"])):
        assert main(["import", str(path), "--name", name, *options, "--yes"]) == 0
    models = tmp_path / "data" / "models"
    assert "IN_WORK" not in (models / "by_setting.yaml").read_text("utf-8")
    assert "IN_WORK" in (models / "by_option.yaml").read_text("utf-8")
