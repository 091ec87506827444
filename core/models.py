"""The semantic models that can be asked, each with its engine, facts and parser."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from core.assistant import ModelParts
from core.assistant.renewal import Renewal
from core.dialogue import DialogueReader, load_dialogue_words
from core.errors import ConfigError, GembaError, ModelFixable, Refused, UserFixable, did_you_mean
from core.execution.store import Store, open_engine, store_of
from core.governance.policy import Policy
from core.governance.selftest import self_test
from core.knowledge import Knowledge
from core.language import QuestionParser, books_of, load_lexicon
from core.semantic import units
from core.semantic.facts import DataFacts, load_facts
from core.semantic.load import available_models, load_model
from core.semantic.model import SemanticModel
from core.semantic.said import said
from core.settings import ROOT, Settings
from core.translation import CODE, speaking
from core.translation import gettext as _
from core.types import Engine, User

_LOG = logging.getLogger(__name__)
MODELS_DIR = ROOT / "data" / "models"
CORPUS_DIR = ROOT / "data" / "corpus"
LEXICON_DIR = ROOT / "data" / "lexicon"


def model_file(name: str) -> Path:
    """The file of a model. Raises UserFixable with the names there are."""
    names = available_models(MODELS_DIR)
    if name not in names:
        raise UserFixable(
            f"There is no model {name!r}.{did_you_mean(name, names)} Models: {', '.join(names)}."
        )
    return MODELS_DIR / f"{name}.yaml"


def own_model_file(name: str) -> Path | None:
    """The file of the model of that name; None where there is none."""
    return model_file(name) if name in available_models(MODELS_DIR) else None


class Models:
    """The parts of each model, built on first use; what is known of the data follows them.
    Thread-safe."""

    def __init__(self, settings: Settings, knowledge: Knowledge, policy: Policy) -> None:
        self._settings = settings
        self._knowledge = knowledge
        self._policy = policy
        self._built: dict[str, ModelParts] = {}
        self._lock = threading.Lock()
        #: All that have a file, with data or without.
        self.known = tuple(available_models(MODELS_DIR))
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

    def names(self) -> tuple[str, ...]:
        """Models whose data is loaded, the default first."""
        found = [n for n in self.known if n == self._settings.model or self._has_data(n)]
        return tuple(sorted(found, key=lambda n: (n != self._settings.model, n)))

    def model(self, name: str) -> SemanticModel:
        """The semantic model of that name. Raises UserFixable where there is none."""
        built = self._built.get(name)
        return built.model if built is not None else load_model(model_file(name))

    def _has_data(self, name: str) -> bool:
        try:
            store = store_of(self._settings, load_model(model_file(name)))
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
            if name not in self._built:
                # what is made once is for everybody
                with speaking(CODE):
                    self._built[name] = self._build(name)
        with speaking(CODE):
            found = self.renewal.now(name)
        if found is not None:
            self._built[name] = found
        return self._built[name]

    def _build(self, name: str) -> ModelParts:
        model = load_model(model_file(name))
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
            facts = self._facts(model, engine, stamp)
        except ModelFixable as error:
            engine.close()
            raise _does_not_fit(name, store, error) from error
        except BaseException:
            engine.close()
            raise
        parts = _over(model, facts, engine)
        units.warm_up()
        try:
            self._knowledge.seed(model, facts)
        except BaseException:
            engine.close()
            raise
        self.renewal.begin(parts, stamp)
        return parts

    def _renewed(self, parts: ModelParts, stamp: str) -> ModelParts:
        """The same over the data as they are now."""
        return _over(parts.model, self._facts(parts.model, parts.engine, stamp), parts.engine)

    def _facts(self, model: SemanticModel, engine: Engine, stamp: str) -> DataFacts:
        """What the data hold. stamp: of the data, before they are read."""
        file = self._settings.state_dir / f"facts-{model.name}.json"
        facts = load_facts(model, engine.fetch, cache_file=file, cache_key=stamp)
        for note in facts.notes:
            _LOG.warning("model %s: %s", model.name, note)
        return facts

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
            label = said(load_model(model_file(name))).label
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
        for parts in self._built.values():
            parts.engine.close()


def _over(model: SemanticModel, facts: DataFacts, engine: Engine) -> ModelParts:
    """The parts of a model over what its data hold."""
    books = books_of(LEXICON_DIR, "en", MODELS_DIR, model.name, model)
    parser = QuestionParser(model, facts, load_lexicon(LEXICON_DIR / "en.yaml"), books)
    words = load_dialogue_words(LEXICON_DIR / "dialogue" / "en.yaml")
    return ModelParts(model, facts, parser, engine, DialogueReader(parser, words))


def _does_not_fit(name: str, store: Store, error: ModelFixable) -> ConfigError:
    """The store lacks a table or column of the model, as the engine's own error says."""
    reason = error.hint.splitlines()[0] if error.hint else str(error)
    kind = "data file" if isinstance(store.place, Path) else "database"
    label = store.place.name if isinstance(store.place, Path) else store.label
    return ConfigError(
        f"The {kind} {label} does not hold what model {name!r} names ({reason}). Build or import "
        f"the data again, or name the right {kind} with GEMBA_STORE_URL."
    )
