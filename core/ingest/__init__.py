"""Loading of records into the store."""

from core.ingest.command import run_import
from core.ingest.declared import Gap, ImportReport, import_files

__all__ = ["Gap", "ImportReport", "import_files", "run_import"]
