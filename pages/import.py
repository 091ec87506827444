"""Import: files become a table that can be asked."""

from core.ui import guard, importing

importing.draw(guard.enter("import"))
