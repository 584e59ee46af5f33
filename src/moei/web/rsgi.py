"""The RSGI application that granian serves: the pages, behind what hears each request to its end."""

from __future__ import annotations

from typing import Any

from moei.web.hearing import Scope, serve
from moei.web.wsgi import application as pages


async def application(scope: Scope, protocol: Any) -> None:
    await serve(pages, scope, protocol)
