"""Which embedding model the settings name."""

from __future__ import annotations

from pathlib import Path

from core.errors import SettingsError
from core.retrieval.embeddings.endpoint import EndpointEmbedder, EndpointOptions
from core.retrieval.embeddings.local import (
    Prefixes,
    folder_embedder,
    named_embedder,
    packaged_embedder,
    prefixes_of_family,
)
from core.retrieval.embeddings.packaged import NAME
from core.retrieval.embeddings.port import Embedder, Remembering
from core.settings import Settings


def open_embedder(settings: Settings) -> Embedder:
    """The endpoint when there is a GEMBA_EMBED_URL, else the folder or model of
    GEMBA_EMBED_MODEL, else the packaged model. Raises SettingsError."""
    return Remembering(_chosen(settings))


def _chosen(settings: Settings) -> Embedder:
    spoken = None
    if settings.embed_question_prefix or settings.embed_passage_prefix:
        spoken = Prefixes(settings.embed_question_prefix, settings.embed_passage_prefix)
    name = settings.embed_model
    if settings.embed_url:
        if not name:
            raise SettingsError("GEMBA_EMBED_URL needs GEMBA_EMBED_MODEL: the model it serves.")
        if not settings.embed_url.startswith(("http://", "https://")):
            raise SettingsError("GEMBA_EMBED_URL must begin with http:// or https://.")
        return EndpointEmbedder(
            EndpointOptions(
                url=settings.embed_url,
                model=name,
                key=settings.embed_key,
                ca=settings.embed_ca,
                question_s=settings.retrieval_timeout_s,
                prefixes=spoken or prefixes_of_family(name),
            )
        )
    models_dir = settings.data_dir / "embedding_models"
    if not name or name == NAME:
        return packaged_embedder(models_dir)
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder_embedder(folder, spoken)
    if folder.is_absolute():
        raise SettingsError(f"The folder {name!r} of GEMBA_EMBED_MODEL does not exist.")
    return named_embedder(name, models_dir, spoken)
