"""A Django database backend: SQLite through SQLCipher, which encrypts every page, journal and write-ahead log."""
