"""How pages go over the network: TLS ended by Moei itself, a redirect from http, and nothing in the open."""

from __future__ import annotations

import ipaddress
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from moei.crypto.certificates import CertificateError, good_until, refuse_other_key

# A person has to carry the new certificate to the server.
WARN_BEFORE = timedelta(days=30)


class InTheOpen(Exception):
    """Pages would go over the network unprotected. The words say what is wrong, and how to mend it."""


def refuse_in_the_open(*, now: datetime | None = None) -> list[str]:
    """Raises `InTheOpen`, or returns warnings in words: a certificate that ends soon."""
    now = now or datetime.now(UTC)
    if bool(settings.TLS_CERT) != bool(settings.TLS_KEY):
        raise InTheOpen("Set both MOEI_TLS_CERT and MOEI_TLS_KEY, or neither.")
    if not settings.TLS_CERT:
        if settings.DEMO or _only_this_machine(settings.BIND):
            return []
        raise InTheOpen(
            f"MOEI_BIND={settings.BIND} would send names and passwords over the network in the open. "
            "Set MOEI_TLS_CERT and MOEI_TLS_KEY (`moei certs issue`), or serve this machine only."
        )
    certificate = Path(settings.TLS_CERT)
    try:
        end = good_until(certificate)
        refuse_other_key(certificate, Path(settings.TLS_KEY))
    except CertificateError as error:
        raise InTheOpen(str(error)) from None
    if end <= now:
        raise InTheOpen(
            f"The certificate {certificate} ended on {end:%d %B %Y}. Issue one: moei certs issue HOST"
        )
    if end - now < WARN_BEFORE:
        return [f"The certificate ends on {end:%d %B %Y}: issue the next one with `moei certs issue`."]
    return []


def address() -> str:
    """Where people find the pages."""
    if not settings.TLS_CERT:
        return f"http://localhost:{settings.PORT}"
    return f"https://{settings.ALLOWED_HOSTS[0]}" + ("" if settings.PORT == 443 else f":{settings.PORT}")


def granian_options() -> tuple[str, ...]:
    """TLS 1.3 only: every browser that can do passkeys speaks it."""
    if not settings.TLS_CERT:
        return ("--host", settings.BIND)
    files = ("--ssl-certificate", str(settings.TLS_CERT), "--ssl-keyfile", str(settings.TLS_KEY))
    return ("--host", settings.BIND, *files, "--ssl-protocol-min", "tls1.3")


def start_redirect() -> subprocess.Popen[bytes] | None:
    """A small server on MOEI_REDIRECT_PORT that answers every http request with the https address."""
    if not (settings.TLS_CERT and settings.REDIRECT_PORT):
        return None
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "moei.web.redirect:application", "--interface", "wsgi"),
            *("--host", settings.BIND, "--port", str(settings.REDIRECT_PORT), "--workers", "1"),
            *("--blocking-threads", "1", "--no-http1-keep-alive", "--no-ws", "--log-level", "warning"),
        ],
        # The hosts that are known, not whatever a request claims: the redirect leads nowhere else.
        env={
            **os.environ,
            "MOEI_REDIRECT_HOSTS": " ".join(settings.ALLOWED_HOSTS),
            "MOEI_REDIRECT_TO": str(settings.PORT),
        },
    )


def _only_this_machine(bind: str) -> bool:
    try:
        return ipaddress.ip_address(bind).is_loopback
    except ValueError:
        return bind == "localhost"
