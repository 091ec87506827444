"""Ask: questions and their answers."""

from core.ui import chat, guard

visit = guard.enter("ask")
chat.draw(visit)
