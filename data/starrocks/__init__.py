"""StarRocks for Gemba: its tables, views, accounts and loads as SQL files, and the programs that
write and check them (docs/starrocks.md)."""
