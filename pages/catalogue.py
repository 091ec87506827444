"""What can I ask?: everything that a question can name."""

from core.ui import catalogue, guard

visit = guard.enter("catalogue")
catalogue.draw(visit)
