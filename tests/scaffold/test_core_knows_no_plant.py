"""The core knows no plant: what data/models/*.yaml names stands nowhere in core's code.

Compared are the names of tables, columns and metrics that hold an underscore (a word such as
`country` may well be said otherwise) and the scope values that the models list. Docstrings may
give examples.
"""

import ast
import dataclasses
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

import core.semantic.model
from tests.scaffold.tree import ROOT, files

# A name with a dot in it is of a file of words for a model (`plant.vi.yaml`).
MODELS = sorted(p for p in (ROOT / "data" / "models").glob("*.yaml") if "." not in p.stem)
# A model file's own keys: the language that models are written in, which core has to know.
KEYS = {
    field.name
    for value in vars(core.semantic.model).values()
    if dataclasses.is_dataclass(value)
    for field in dataclasses.fields(value)
}


def names_of(model_file: Path) -> set[str]:
    model = yaml.safe_load(model_file.read_text(encoding="utf-8"))
    names = {*model["tables"], *model.get("metrics", {})}
    for table in model["tables"].values():
        names |= set(table["columns"])
    scopes = {str(value) for value in model.get("timezones") or {}}
    return {n for n in names if "_" in n and n not in KEYS} | {s for s in scopes if not s.islower()}


def words_in(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and word of each string in the code that is no docstring."""
    tree = ast.parse(source)
    documented = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in documented
        ):
            for word in re.findall(r"\w+", node.value):
                yield node.lineno, word


@cache
def words_of_core() -> tuple[tuple[str, str], ...]:
    """Place and word of all that `words_in` finds in core."""
    return tuple(
        (f"{path.relative_to(ROOT)}:{line}", word)
        for path in files()
        if path.suffix == ".py" and path.is_relative_to(ROOT / "core")
        for line, word in words_in(path.read_text(encoding="utf-8"))
    )


#: Words of the sales' trade. Not one stands in core, in a comment or in a test of a value.
OF_ANOTHER_TRADE = re.compile(
    r"\b(retail\w*|revenues?|turnover|baskets?|customers?|refunds?|shops?|brands?|discounts?)\b",
    re.IGNORECASE,
)


def test_no_word_of_another_trade_stands_in_core() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files()
        if path.suffix == ".py" and path.is_relative_to(ROOT / "core")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if OF_ANOTHER_TRADE.search(line)
    ]
    assert not found, "core speaks of one trade:\n" + "\n".join(found)


def test_the_check_sees() -> None:
    assert list(words_in('"""plant_obt"""\nx = f"SELECT {a} FROM plant_obt"'))[-1][1] == "plant_obt"
    assert not list(words_in('"""plant_obt"""'))


@pytest.mark.parametrize("model_file", MODELS, ids=lambda path: path.stem)
def test_no_name_of_a_model_stands_in_core(model_file: Path) -> None:
    names = names_of(model_file)
    assert len(names) > 5, "the model was not read as it should be"
    found = [f"{where}: {word}" for where, word in words_of_core() if word in names]
    assert not found, "core names what belongs in data/models:\n" + "\n".join(found)
