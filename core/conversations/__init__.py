"""Conversations that outlive a reload, a restart and a worker: turns, answers, and what runs."""

from core.conversations.conversations import Conversations
from core.conversations.store import ConversationStore, Kept, KeptTurn

__all__ = ["ConversationStore", "Conversations", "Kept", "KeptTurn"]
