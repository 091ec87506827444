"""Settings -> the language model, or None where there is none."""

from __future__ import annotations

from core.generation.counting import counter_of
from core.generation.port import LanguageModel
from core.generation.roles import roles_of
from core.settings import Settings


def open_model(settings: Settings) -> LanguageModel | None:
    """The model that settings name; None without `llm_url`.

    A server that is down keeps nothing from starting. Raises SettingsError for settings that are
    malformed.
    """
    roles = roles_of(settings)
    count = counter_of(settings.llm_tokenizer)
    if not roles:
        return None
    from core.generation.server import ServerModel  # its client takes half a second to import

    model = ServerModel(
        roles,
        ca=settings.llm_ca,
        places=settings.llm_concurrency,
        wait_s=settings.llm_wait_s,
        count=count,
    )
    model.look()
    return model
