"""What is told of a browser: its kind, and the network it comes from; never enough to follow somebody around."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

# The first that fits: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_OTHER = "?"


def agent_of(request: HttpRequest) -> str:
    """Kind of browser and system, such as "Firefox, Android"; versions change under a session and are left out."""
    text = request.META.get("HTTP_USER_AGENT", "")
    browser = next((name for mark, name in _BROWSERS if mark in text), _OTHER)
    system = next((name for mark, name in _SYSTEMS if mark in text), _OTHER)
    return f"{browser}, {system}"


def address_of(request: HttpRequest) -> str:
    """The address of the client. Behind `MOEI_PROXIES` servers of one's own, what the outermost of them wrote down.

    What a client itself writes into the header stands further left and is never looked at.
    """
    passed: int = settings.PROXIES
    if passed:
        said = [part.strip() for part in str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")]
        if len(said) >= passed and _is_address(said[-passed]):
            return said[-passed]
    return str(request.META.get("REMOTE_ADDR", ""))


def place_of(request: HttpRequest) -> str:
    """The network an address lies in: 24 bits of IPv4, 48 of IPv6; "" if there is none."""
    address = address_of(request)
    if not _is_address(address):
        return ""
    bits = 24 if ip_address(address).version == 4 else 48
    return str(ip_network(f"{address}/{bits}", strict=False))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
