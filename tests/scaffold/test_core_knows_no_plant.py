"""The core knows no plant and no shop: what data/models/*.yaml names and what their trades say
stands nowhere in core.

Two things are looked for. The names of tables, columns and metrics that hold an underscore (a word
such as `country` may well be said otherwise) and the scope values that the models list, in the
strings and the names of core's code. And the words of two trades (`OF_A_TRADE`), as whole words, in
the strings and names of the code, in the texts beside it (prompts), and in docstrings and comments.

An example is documentation and no behaviour: a sentence of a docstring or of a comment that quotes
what somebody may say or what a value may look like ("..." or backticks) may name a trade, and no
other sentence may. Words that a trade has in common with the product, with computing or with time
are in `COMMON` and `KNOWN`, each with its reason; one that is not needed any more fails.
"""

import ast
import dataclasses
import io
import re
import tokenize
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
    return {n for n in names if "_" in n and n not in KEYS | OF_CODE.keys()} | {
        s for s in scopes if not s.islower()
    }


def is_documentation(tree: ast.AST) -> set[int]:
    """The ids of the strings that stand alone: docstrings."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def texts_in(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of each string in the code that is no docstring, and of each name."""
    tree = ast.parse(source)
    documented = is_documentation(tree)
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and id(node) not in documented:
                yield line, node.value
            continue
        for key in ("id", "attr", "arg", "name"):
            if isinstance(name := getattr(node, key, None), str):
                yield line, name


def words_in(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and word of each text of the code."""
    for line, text in texts_in(source):
        for word in re.findall(r"\w+", text):
            yield line, word


def documentation_in(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of each docstring, and of comments that stand below each other."""
    tree = ast.parse(source)
    documented = is_documentation(tree)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) in documented
        ):
            yield node.lineno, node.value
    if not any("#" in line and trade_words(line) for line in source.splitlines()):
        return  # Reading tokens takes long.
    comment, last = "", 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        if token.start[0] != last + 1 and comment:
            yield last, comment
            comment = ""
        last = token.start[0]
        comment += " " + token.string.lstrip("#: ")
    if comment:
        yield last, comment


#: What somebody may say, or what a value may look like.
EXAMPLE = re.compile(r"`[^`]*`|\"[^\"]*\"|“[^”]*”")


def said_in(text: str) -> Iterator[str]:
    """Yield the sentences of a docstring or comment that give no example."""
    marked = EXAMPLE.sub("\0", text)
    for sentence in re.split(r"(?<=[.;])\s", marked):
        if "\0" not in sentence:
            yield sentence


@cache
def words_of_core() -> tuple[tuple[str, str], ...]:
    """Place and word of all that `words_in` finds in core."""
    return tuple(
        (f"{path.relative_to(ROOT)}:{line}", word)
        for path in files()
        if path.suffix == ".py" and path.is_relative_to(ROOT / "core")
        for line, word in words_in(path.read_text(encoding="utf-8"))
    )


PLANT = (
    "oee|teep|mtbf|mttr|takt|pumps?|compressors?|chillers?|robots?|conveyors?|boilers?|ovens?|"
    "spindles?|bearings?|scrap[^\\W_]*|downtimes?|uptimes?|vibrations?|changeovers?|rework[^\\W_]*|"
    "setpoints?|maintenance|breakdowns?|work orders?|sensors?|machines?|plants?|assets?|alarms?|"
    "shifts?|batch(?:es)?|hamburg|austin|hai ?phong|stillst[^\\W_]*|ausschuss[^\\W_]*|"
    "schwingung[^\\W_]*|pumpen?|dừng máy|phế phẩm|độ rung"
)
RETAIL = (
    "retail[^\\W_]*|revenues?|turnover|baskets?|customers?|refunds?|shops?|brands?|discounts?|"
    "stores?|products?|agents?|returns?|margins?|sales|sold|skus?|loyalty|checkouts?|"
    "promotions?|invoices?|merchandise|tenants?|tickets?|umsatz[^\\W_]*|kunden?|rabatt[^\\W_]*|"
    "doanh thu|khách hàng"
)
#: Whole words of the two trades, in small letters or capitals.
OF_A_TRADE = re.compile(rf"(?<![^\W_])(?:{PLANT}|{RETAIL})(?![^\W_])", re.IGNORECASE)
#: A plant's code and an asset's id, such as PMP-03; the names of standards look alike.
CODE = re.compile(r"\b(?:HAM|AUS|HPH|(?!ISA|ISO|IEC|UTF|SHA)[A-Z]{3}-\d\d)\b")

#: Words that are not of a trade alone, and why.
COMMON = {
    "plant": "the product's own: whose data it asks; the retail model's scope says otherwise",
    "asset": "the product's own: what is watched, scored and planned for (ISA-95)",
    "alarm": "the product's own: what its alerts are not (ISA-18.2), and a key of models",
    "shift": "of time: a part of a day that a model may name",
    "batch": "of computing: rows that come together",
    "tenant": "of computing: whose rows they are",
    "store": "of computing: where something is kept",
    "return": "of computing: what a function gives back, and an alert's way back to normal",
    "product": "of arithmetic: one number times another",
    "machine": "of computing: what it runs on",
    "sensor": "the product's own: a column of readings with a quality",
}
#: The same in some places alone: word -> why, and the files or folders.
KNOWN: dict[str, tuple[str, tuple[str, ...]]] = {
    "agent": (
        "of language: who does what a verb says; and of HTTP: `User-Agent`",
        ("language/", "delivery/", "ui/inspector_panes.py"),
    ),
    "margin": (
        "of printing and drawing: the edge that is left free; of time: what is allowed for",
        ("printing/", "charts/canvas.py", "ui/thresholds_chart.py", "watch/clock.py"),
    ),
    "breakdown": (
        "of asking: a figure by its parts, a class of golden questions",
        ("evaluation/",),
    ),
    "checkout": (
        "of computing: a connection taken from a pool",
        ("execution/starrocks/pool.py",),
    ),
    "maintenance": (
        "the product's own: a part of the risk score, and the key of models that says where it is",
        ("risk/", "semantic/model.py", "ui/risk.py"),
    ),
    "downtime": (
        "a key of the `handover` section of models, and what is read by it; no text on a sheet",
        (
            "handover/build.py",
            "handover/sheet.py",
            "handover/tables.py",
            "semantic/load/handover.py",
            "semantic/model.py",
        ),
    ),
}
#: Names of a model that core's code has too: what it means there.
OF_CODE = {"plant_name": "a parameter: what a plant is called to people"}


def singular(word: str) -> str:
    word = word.casefold()
    if word.endswith("ches"):
        return word[:-2]
    return word.removesuffix("s")


def is_known(place: str, word: str) -> bool:
    word = singular(word)
    return word in COMMON or (word in KNOWN and place.startswith(KNOWN[word][1]))


@cache
def of_a_trade() -> tuple[tuple[str, int, str, str], ...]:
    """File, line, word and text of all that core says of a trade, examples left out."""
    found: list[tuple[str, int, str, str]] = []
    for path in files():
        if not path.is_relative_to(ROOT / "core") or path.suffix not in (".py", ".md"):
            continue
        source, place = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT / "core"))
        texts = list(enumerate(source.splitlines(), 1))
        if path.suffix == ".py":
            documented = documentation_in(source)
            texts = [*texts_in(source), *((n, s) for n, text in documented for s in said_in(text))]
        found += [(place, line, word, text) for line, text in texts for word in trade_words(text)]
    return tuple(found)


@cache
def trade_words(text: str) -> list[str]:
    """The words of a trade in a text; `scrapRate` and `scrap_rate` are two words each."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text)
    return [*OF_A_TRADE.findall(apart), *CODE.findall(text)]


def test_no_word_of_a_trade_stands_in_core() -> None:
    found = [
        f"core/{place}:{line}: {word}: {' '.join(text.split())[:90]}"
        for place, line, word, text in of_a_trade()
        if not is_known(place, word)
    ]
    assert not found, "core speaks of a trade:\n" + "\n".join(found)


def test_each_exception_is_needed() -> None:
    said = {(place, singular(word)) for place, _, word, _ in of_a_trade()}
    idle = [word for word in COMMON if word not in {w for _, w in said}]
    for word, (_, places) in KNOWN.items():
        where = [place for place, w in said if w == word]
        idle += [f"{word}: {p}" for p in places if not any(w.startswith(p) for w in where)]
    assert not idle, f"exceptions that nothing needs: {idle}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Top downtime reasons", ["downtime"]),
        ("is_scrapped", ["scrapped"]),
        ("ScrapRate", ["Scrap"]),
        ("vibration of PMP-03 in HAM", ["vibration", "PMP-03", "HAM"]),
        ("SHA-256, ISA-18.2, UTF-16, a ham", []),
        ("revenue per store", ["revenue", "store"]),
        ("a restored shoptalk", []),
    ],
)
def test_the_words_are_seen(text: str, words: list[str]) -> None:
    assert trade_words(text) == words


def test_an_example_is_no_behaviour() -> None:
    source = '"""A pump. Of `a pump`: another."""\n# of "oee",\n# and scrap\n\n# scrap\nx = 1'
    said = [s for _, text in documentation_in(source) for s in said_in(text)]
    assert said == ["A pump.", " scrap"]


def test_the_check_sees() -> None:
    assert list(words_in('"""plant_obt"""\nx = f"SELECT {a} FROM plant_obt"'))[-2][1] == "plant_obt"
    assert not list(words_in('"""plant_obt"""'))
    assert list(words_in("plant_obt = 1")) == [(1, "plant_obt")]


@pytest.mark.parametrize("model_file", MODELS, ids=lambda path: path.stem)
def test_no_name_of_a_model_stands_in_core(model_file: Path) -> None:
    names = names_of(model_file)
    assert len(names) > 5, "the model was not read as it should be"
    found = [f"{where}: {word}" for where, word in words_of_core() if word in names]
    assert not found, "core names what belongs in data/models:\n" + "\n".join(found)
