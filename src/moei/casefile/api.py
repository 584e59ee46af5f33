"""Cases over the API: list, open, search, record consent and withdraw it."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["cases"])
