"""What answers on the http port beside a TLS server: the same address with https. It opens no database and no session."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

Start = Callable[[str, list[tuple[str, str]]], Any]


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    hosts = os.environ["MOEI_REDIRECT_HOSTS"].split()
    port = os.environ["MOEI_REDIRECT_TO"]
    asked = environ.get("HTTP_HOST", "").rsplit(":", 1)[0].lower()
    host = asked if asked in hosts else hosts[0]
    # The query stays behind: what was typed into a form is not written into one more address.
    path = quote(environ.get("PATH_INFO", "/").encode("latin-1"), safe="/-._~")
    place = f"https://{host}{'' if port == '443' else f':{port}'}/{path.lstrip('/')}"
    start_response("308 Permanent Redirect", [("Location", place), ("Content-Length", "0")])
    return [b""]
