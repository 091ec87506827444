"""Access: what a person may see and use."""

from core.ui import access, guard

visit = guard.enter("access")
access.draw(visit)
