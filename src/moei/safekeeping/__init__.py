"""Data at rest: the encrypted database, its keys, backups, restoring, and what must hold before serving (P17)."""
