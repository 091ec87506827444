"""Nothing in the tree runs text as code, loads objects from bytes, or draws HTML from outside.

The reason is a line of peers: text of a model that reached exec, pickled caches, unescaped HTML.
A list of names proves nothing about a determined author; it stops the convenient slip.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.scaffold.tree import ROOT, files

RUNS_TEXT = {"eval", "exec", "__import__"}
OBJECT_LOADERS = {
    "pickle",
    "cPickle",
    "_pickle",
    "dill",
    "cloudpickle",
    "joblib",
    "marshal",
    "shelve",
}
OBJECT_METHODS = {"read_pickle", "to_pickle", "unsafe_load", "full_load", "load_all_unsafe"}
UNSAFE_WORDS = {"unsafe_allow_html", "unsafe_allow_javascript", "allow_pickle", "shell"}


def offences(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and reason for each use that the tree must not hold."""
    tree = ast.parse(source)
    # A module may have a function called compile of its own; the builtin is what is refused.
    own = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            own |= {alias.asname or alias.name for alias in node.names}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    if alias.name.split(".")[0] in OBJECT_LOADERS:
                        yield node.lineno, f"import {alias.name}"
            case ast.ImportFrom(module=str(module), names=names):
                if module.split(".")[0] in OBJECT_LOADERS:
                    yield node.lineno, f"from {module} import"
                if module in ("builtins", "os", "yaml"):
                    refused = RUNS_TEXT | {"compile", "system", "popen", "load", "unsafe_load"}
                    for alias in names:
                        if alias.name in refused:
                            yield node.lineno, f"from {module} import {alias.name}"
            case ast.Name(id=name, ctx=ast.Load()) if name in RUNS_TEXT:
                yield node.lineno, name
            case ast.Call(func=ast.Name(id="compile")) if "compile" not in own:
                yield node.lineno, "compile()"
            case ast.Attribute(value=ast.Name(id="builtins"), attr=attr) if attr in RUNS_TEXT | {
                "compile"
            }:
                yield node.lineno, f"builtins.{attr}"
            case ast.Attribute(value=ast.Name(id="yaml"), attr="load" | "load_all"):
                yield node.lineno, "yaml.load (say yaml.CSafeLoader(text).get_single_data())"
            case ast.Attribute(value=ast.Name(id="os"), attr="system" | "popen"):
                yield node.lineno, "os.system"
            case ast.Attribute(value=ast.Name(id="pd" | "pandas" | "df" | "frame"), attr="eval"):
                yield node.lineno, "pandas eval"
            case ast.Attribute(attr=attr) if attr in OBJECT_METHODS:
                yield node.lineno, attr
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                off = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
                if keyword.arg in UNSAFE_WORDS and not off:
                    yield node.lineno, f"{keyword.arg}="
                if keyword.arg == "typ" and ast.unparse(keyword.value) == "'unsafe'":
                    yield node.lineno, "YAML(typ='unsafe')"


@pytest.mark.parametrize(
    "source",
    [
        "eval(text)",
        "exec(text)",
        "run = eval",
        "__import__(name)",
        "compile(text, 'x', 'exec')",
        "import builtins\nbuiltins.exec(text)",
        "from builtins import eval as harmless",
        "import pickle",
        "import pickle as p",
        "from pickle import loads",
        "from joblib import load",
        "import yaml\nyaml.load(text)",
        "from yaml import load",
        "YAML(typ='unsafe')",
        "st.markdown(text, unsafe_allow_html=True)",
        "st.markdown(text, unsafe_allow_html=flag)",
        "pd.read_pickle(path)",
        "pd.eval(text)",
        "np.load(path, allow_pickle=True)",
        "subprocess.run(text, shell=True)",
        "os.system(text)",
    ],
)
def test_the_check_sees(source: str) -> None:
    assert list(offences(source))


@pytest.mark.parametrize(
    "source",
    [
        "import re\nre.compile('a')",
        "from core.semantic.compile import compile\ncompile(query)",
        "def compile(query): ...\ncompile(query)",
        "st.markdown(text, unsafe_allow_html=False)",
        "from ruamel.yaml import YAML\nYAML(typ='rt').load(text)",
        "subprocess.run(['git'], shell=False)",
        "engine.executemany(rows)",
    ],
)
def test_the_check_lets_pass(source: str) -> None:
    assert not list(offences(source))


def test_the_tree_holds_none() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {reason}"
        for path in files()
        if path.suffix == ".py"
        for line, reason in offences(path.read_text(encoding="utf-8"))
    ]
    assert not found, "not allowed in this tree:\n" + "\n".join(found)
