"""The record of every query, written and synced before the query runs."""

from core.audit.log import AuditLog, AuditReport, AuditTrouble

__all__ = ["AuditLog", "AuditReport", "AuditTrouble"]
