"""The semantic models that can be asked, each with its engine, facts and parser."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlglot import exp

from core.assistant import ModelParts
from core.assistant.renewal import Renewal
from core.dialogue import DialogueReader, load_dialogue_words
from core.errors import ConfigError, GembaError, ModelFixable, Refused
from core.execution.store import Store, open_engine, store_of
from core.governance.policy import Policy
from core.governance.selftest import self_test
from core.knowledge import Knowledge
from core.language import QuestionParser, books_of, load_lexicon
from core.model_files import ModelFiles, ReadModels, Stamp
from core.semantic import units
from core.semantic.borrowed import doubles_sql
from core.semantic.facts import DataFacts, load_facts
from core.semantic.load import available_models
from core.semantic.model import SemanticModel, Table
from core.semantic.said import said
from core.settings import ROOT, Settings
from core.translation import CODE, speaking
from core.translation import gettext as _
from core.types import Engine, User

_LOG = logging.getLogger(__name__)
MODELS_DIR = ROOT / "data" / "models"
CORPUS_DIR = ROOT / "data" / "corpus"
LEXICON_DIR = ROOT / "data" / "lexicon"


def model_files(settings: Settings) -> ModelFiles:
    """The files of the models that ship and of those that people made."""
    return ModelFiles(MODELS_DIR, settings.data_dir / "models")


def model_file(name: str, settings: Settings | None = None) -> Path:
    """The file of a model; without settings, of one that ships. Raises UserFixable with the names
    there are."""
    files = model_files(settings) if settings else ModelFiles(MODELS_DIR, MODELS_DIR)
    return files.path(name)


def own_model_file(settings: Settings, name: str) -> Path | None:
    """The file of the model of that name; None where there is none."""
    files = model_files(settings)
    return files.path(name) if name in files.names() else None


class Models:
    """The parts of each model, built on first use and again when its file is another one; what is
    known of the data follows them. Thread-safe."""

    def __init__(self, settings: Settings, knowledge: Knowledge, policy: Policy) -> None:
        self._settings = settings
        self._knowledge = knowledge
        self._policy = policy
        self._built: dict[str, ModelParts] = {}
        self._stamps: dict[str, Stamp | None] = {}
        self._retired: dict[str, Engine] = {}
        self._lock = threading.Lock()
        self.files = model_files(settings)
        #: The models as their files say now.
        self.read = ReadModels(self.files)
        #: Has what is known of the data follow them.
        self.renewal = Renewal(self._renewed)

    def prove(self) -> None:
        """Builds the default model and tries its guard. Raises ConfigError or Unavailable with what
        to do where a write or a foreign plant's rows would pass."""
        parts = self.parts()
        try:
            self_test(parts.engine, self._policy, parts.model)
        except ModelFixable as error:
            store = store_of(self._settings, parts.model)
            raise _does_not_fit(parts.model.name, store, error) from error

    def own_file(self, name: str) -> Path | None:
        """The file of the model of that name; None where there is none."""
        return own_model_file(self._settings, name)

    @property
    def known(self) -> tuple[str, ...]:
        """All that have a file, with data or without, broken ones too."""
        return self.files.names()

    def names(self) -> tuple[str, ...]:
        """Models whose data is loaded, the default first."""
        found = [n for n in self.known if n == self._settings.model or self._has_data(n)]
        return tuple(sorted(found, key=lambda n: (n != self._settings.model, n)))

    def model(self, name: str) -> SemanticModel:
        """The semantic model of that name. Raises UserFixable where there is none."""
        built = self._built.get(name)
        return built.model if built is not None else self.read.model(name)

    def _has_data(self, name: str) -> bool:
        try:
            store = store_of(self._settings, self.read.model(name))
        except GembaError as error:
            _LOG.warning("model %s: %s", name, error)
            return False
        # A server's database holds the default model; another one is not looked for there.
        return isinstance(store.place, Path) and not store.is_missing()

    def parts(self, name: str | None = None) -> ModelParts:
        """A model with its engine, facts and parser, built on first use; the facts follow the
        data."""
        name = name or self._settings.model
        with self._lock:
            if name not in self._built or self._stamps[name] != self.files.stamp(name):
                # what is made once is for everybody
                with speaking(CODE):
                    self._build_anew(name)
        with speaking(CODE):
            found = self.renewal.now(name)
        if found is not None:
            self._built[name] = found
        return self._built[name]

    def _build_anew(self, name: str) -> None:
        """Builds a model's parts from its file as it is now. Where that cannot be and there are
        parts already, these stay: a file that breaks takes no answer away."""
        stamp, before = self.files.stamp(name), self._built.get(name)
        try:
            self._built[name] = self._build(name)
        except GembaError as error:
            if before is None:
                raise
            _LOG.warning("model %s stays as it was: %s", name, error)
        else:
            if before is not None:
                self._retire(name, before.engine)
        self._stamps[name] = stamp

    def _retire(self, name: str, engine: Engine) -> None:
        """Ends the engine before the one that is replaced: an answer may be at work on this one."""
        older = self._retired.pop(name, None)
        if older is not None:
            older.close()
        self._retired[name] = engine

    def _build(self, name: str) -> ModelParts:
        model = self.read.model(name)
        engine, facts, stamp = self._opened(model, is_kept=True)
        parts = self._over(model, facts, engine)
        units.warm_up()
        try:
            self._knowledge.seed(model, facts)
        except BaseException:
            engine.close()
            raise
        self.renewal.begin(parts, stamp)
        return parts

    @contextmanager
    def trial(self, model: SemanticModel) -> Iterator[ModelParts]:
        """The parts of a model that is not in force, over its own data, until the block ends.
        Raises ConfigError where its data are missing or do not fit it."""
        with speaking(CODE):
            engine, facts, _stamp = self._opened(model, is_kept=False)
        try:
            yield self._over(model, facts, engine)
        finally:
            engine.close()

    def _opened(self, model: SemanticModel, *, is_kept: bool) -> tuple[Engine, DataFacts, str]:
        """The engine of a model, what its data hold, and their stamp before they were read."""
        name = model.name
        engine = open_engine(self._settings, model)
        store = store_of(self._settings, model)
        if store.is_missing():
            path = Path(store.label)
            raise ConfigError(
                f"The data of model {name!r} is not there yet: {path.name} is missing from "
                f"{path.parent.name}/. Run `python -m core demo` for the demo plant, or "
                f"`python -m core import FILE --model {name}` for data of your own."
            )
        try:
            engine.warm()
            stamp = engine.stamp()
            facts = self._facts(model, engine, stamp, is_kept=is_kept)
            _require_ones(model, engine)
            # What names a column that is not linked is read by no fact, and would fail later.
            for table in () if is_kept else model.tables.values():
                engine.fetch(_one_row(table))
        except ModelFixable as error:
            engine.close()
            raise _does_not_fit(name, store, error) from error
        except BaseException:
            engine.close()
            raise
        return engine, facts, stamp

    def _renewed(self, parts: ModelParts, stamp: str) -> ModelParts:
        """The same over the data as they are now."""
        return self._over(parts.model, self._facts(parts.model, parts.engine, stamp), parts.engine)

    def _facts(
        self, model: SemanticModel, engine: Engine, stamp: str, *, is_kept: bool = True
    ) -> DataFacts:
        """What the data hold. stamp: of the data, before they are read. is_kept: for the next
        start."""
        file = self._settings.state_dir / f"facts-{model.name}.json" if is_kept else None
        facts = load_facts(model, engine.fetch, cache_file=file, cache_key=stamp)
        for note in facts.notes:
            _LOG.warning("model %s: %s", model.name, note)
        return facts

    def _over(self, model: SemanticModel, facts: DataFacts, engine: Engine) -> ModelParts:
        """The parts of a model over what its data hold."""
        shipped = model.name in available_models(self.files.shipped)
        folder = self.files.shipped if shipped else self.files.own
        books = books_of(LEXICON_DIR, "en", folder, model.name, model)
        parser = QuestionParser(model, facts, load_lexicon(LEXICON_DIR / "en.yaml"), books)
        words = load_dialogue_words(LEXICON_DIR / "dialogue" / "en.yaml")
        return ModelParts(model, facts, parser, engine, DialogueReader(parser, words))

    def names_for(self, user: User) -> tuple[str, ...]:
        """Those of `names` that this person's role may use."""
        role = self._policy.role(user)
        return tuple(n for n in self.names() if role is not None and role.may_use(n))

    def parts_for(self, user: User, name: str | None) -> ModelParts:
        """The same for this person: without a name, of the default model or, where the role may not
        use that, of the first one that it may. Raises Refused for a model that the role may not
        use, whether there are data of it or not."""
        role = self._policy.role(user)
        if name is None:
            name = next(iter(self.names_for(user)), self._settings.model)
        if role is None or not role.may_use(name):
            label = said(self.read.model(name)).label
            raise Refused(
                _("Your role may not use the model {label!r}.").format(label=label), rule="ROLE"
            )
        return self.parts(name)

    def over(self, user: User, name: str | None) -> tuple[ModelParts, User]:
        """The parts of a model for this person, and the person over it. Raises as `parts_for`."""
        parts = self.parts_for(user, name)
        return parts, user.of(parts.model.name)

    def of_engine(self, engine: Engine) -> ModelParts | None:
        """The parts that are over an engine."""
        return next((p for p in self._built.values() if p.engine is engine), None)

    def close(self) -> None:
        """End the engines' child processes."""
        self.renewal.close()
        for engine in (*(parts.engine for parts in self._built.values()), *self._retired.values()):
            engine.close()


def _require_ones(model: SemanticModel, engine: Engine) -> None:
    """Raises ConfigError where a table that rows go with one row of has two of the same key: what
    they are split by would then depend on which one is taken."""
    for relation in model.relations:
        if relation.kind != "many_to_one":
            continue
        if engine.fetch(doubles_sql(relation, model)).num_rows:
            keys = ", ".join(theirs for _, theirs in relation.pairs)
            raise ConfigError(
                f"The model {model.name!r} says that each row of {relation.left!r} goes with one "
                f"of {relation.right!r}, but {keys} stands there more than once. Correct the data, "
                "or take the relation out of the model."
            )


def _one_row(table: Table) -> str:
    """A statement that reads each column of a table and no row."""
    columns: list[exp.Expression] = [exp.column(name, quoted=True) for name in table.own]
    select = exp.Select(expressions=columns).from_(exp.to_table(table.name)).limit(0)
    return select.sql(dialect="starrocks")


def _does_not_fit(name: str, store: Store, error: ModelFixable) -> ConfigError:
    """The store lacks a table or column of the model, as the engine's own error says."""
    reason = error.hint.splitlines()[0] if error.hint else str(error)
    kind = "data file" if isinstance(store.place, Path) else "database"
    label = store.place.name if isinstance(store.place, Path) else store.label
    return ConfigError(
        f"The {kind} {label} does not hold what model {name!r} names ({reason}). Build or import "
        f"the data again, or name the right {kind} with GEMBA_STORE_URL."
    )
