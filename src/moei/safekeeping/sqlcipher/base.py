"""Django's SQLite backend over `sqlcipher3` instead of `sqlite3`.

The two modules are twins, but adapters, converters and the cursor's class belong to one of them.
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Iterable, Mapping
from itertools import tee
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3._functions import register as register_functions  # type: ignore[import-untyped]
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from sqlcipher3 import dbapi2 as Database

from moei.crypto.database_key import DatabaseKey, DoesNotOpen
from moei.safekeeping.sqlcipher.keyed import opens, use_key

Database.register_converter("bool", b"1".__eq__)
Database.register_converter("date", base.decoder(parse_date))
Database.register_converter("time", base.decoder(parse_time))
Database.register_converter("datetime", base.decoder(parse_datetime))
Database.register_converter("timestamp", base.decoder(parse_datetime))
Database.register_adapter(decimal.Decimal, str)
Database.register_adapter(datetime.date, base.adapt_date)
Database.register_adapter(datetime.datetime, base.adapt_datetime)


class DatabaseWrapper(base.DatabaseWrapper):
    """`OPTIONS["key"]` is a `DatabaseKey`; the rest is as for SQLite."""

    display_name = "SQLCipher"
    Database = Database

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        self.database_key: DatabaseKey = params.pop("key")
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = self._unlocked(conn_params)
        register_functions(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA legacy_alter_table = OFF")
        for command in self.init_commands:  # type: ignore[attr-defined]
            if command := command.strip():
                connection.execute(command)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=CursorWrapper)

    def _unlocked(self, conn_params: dict[str, Any]) -> Any:
        """A connection with the key that opens the file; the key comes before anything else is read."""
        for key in self.database_key.candidates():
            connection = Database.connect(**conn_params)
            use_key(connection, key)
            if opens(connection):
                self.database_key.settle(key)
                return connection
            connection.close()
        what = "passphrase" if self.database_key.by_passphrase else "key"
        self.database_key.forget()
        raise DoesNotOpen(
            f"The database {conn_params['database']} does not open with this {what}: it is another one's, "
            "or the file is not encrypted, or it is damaged."
        )


class CursorWrapper(Database.Cursor):  # type: ignore[misc]
    """Django writes `%s` and `%(name)s`; SQLite reads `?` and `:name`."""

    convert_query = base.SQLiteCursorWrapper.convert_query

    def execute(self, query: str, params: Any = None) -> Any:
        if params is None:
            return super().execute(query)
        names = list(params) if isinstance(params, Mapping) else None
        return super().execute(self.convert_query(query, param_names=names), params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        # A generator may be passed: look at its first element without losing it.
        first, param_list = tee(iter(param_list))
        params = next(first, None)
        names = list(params) if params and isinstance(params, Mapping) else None
        return super().executemany(self.convert_query(query, param_names=names), param_list)
