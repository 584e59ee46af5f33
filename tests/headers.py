"""What each answer tells the browser to allow, against what our pages need."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests import markup

# Which software answers, in which version, and through what.
TALKATIVE = (
    "Server",
    "X-Powered-By",
    "X-Backend-Server",
    "X-AspNet-Version",
    "X-AspNetMvc-Version",
    "X-Generator",
    "X-Runtime",
    "X-Debug-Token",
    "X-ChromeLogger-Data",
    "Via",
    "Age",
    "X-Cache",
)
# What a policy could say that lets in more than our own files.
LOOSE = {"*", "http:", "https:", "ws:", "wss:", "'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'"}
# Scripts send this one back themselves.
READ_BY_SCRIPTS = {"csrftoken"}


def policy_of(response) -> dict[str, set[str]]:
    text = response.headers.get("Content-Security-Policy", "")
    return {name: set(values) for name, *values in (part.split() for part in text.split(";") if part.strip())}


def faults(response) -> list[str]:
    """What a browser would be allowed that no page needs, and what a page holds that none should."""
    headers, policy = response.headers, policy_of(response)
    found = [f"{name} {sorted(said & LOOSE)}" for name, said in policy.items() if said & LOOSE]
    for directive in ("script-src", "style-src", "connect-src", "form-action", "font-src"):
        if not policy.get(directive, set()) <= {"'self'", "'none'", "'wasm-unsafe-eval'"}:
            found.append(f"{directive} {policy.get(directive)}")
    for directive in ("default-src", "frame-ancestors", "base-uri", "object-src"):
        if policy.get(directive) != {"'none'"}:
            found.append(f"{directive} {policy.get(directive)}")
    if not policy.get("img-src", set()) <= {"'self'", "data:", "blob:"}:
        found.append("img-src")
    expected = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    found += [
        f"{name}: {headers.get(name)}" for name, value in expected.items() if headers.get(name) != value
    ]
    if "no-store" not in headers.get("Cache-Control", ""):
        found.append(f"Cache-Control: {headers.get('Cache-Control')}")
    forbidden = {part.strip() for part in headers.get("Permissions-Policy", "").split(",")}
    if not forbidden >= {"camera=()", "microphone=()", "geolocation=()"}:
        found.append("Permissions-Policy")
    found += [f"{name} is told" for name in TALKATIVE if name in headers]
    if any(name.startswith("Access-Control-") for name in headers):
        found.append("another site may read it")
    found += _loose_cookies(response) + _mistakable(response)
    to = urlsplit(headers.get("Location", ""))
    if to.scheme or to.netloc or "sessionid" in to.query:
        found.append(f"leads to {headers['Location']}")
    return found + markup.faults(response)


def _loose_cookies(response) -> list[str]:
    """Cookies that a script, another site or another host could read. `Secure` is looked at under TLS."""
    found = []
    for name, cookie in response.cookies.items():
        if not cookie.value:
            continue  # one that is taken away
        if cookie["samesite"] not in ("Lax", "Strict"):
            found.append(f"cookie {name} goes with requests of other sites")
        if not cookie["httponly"] and name not in READ_BY_SCRIPTS:
            found.append(f"cookie {name} is read by scripts")
        if cookie["domain"]:
            found.append(f"cookie {name} goes to {cookie['domain']}")
    return found


def _mistakable(response) -> list[str]:
    """An answer that a browser could take for something else than what it is, or show in our name."""
    kind, _semicolon, more = response.headers.get("Content-Type", "").partition(";")
    empty = not response.streaming and not response.content
    if empty or kind in ("application/json", "application/problem+json"):
        return []
    if kind.startswith("text/") and "charset=utf-8" not in more.lower().replace('"', ""):
        return [f"Content-Type {kind} without its charset"]
    if kind not in ("text/html", "text/javascript", "application/pdf") and not response.headers.get(
        "Content-Disposition", ""
    ).startswith("attachment"):
        return [f"Content-Type {kind or 'not said'}, and no attachment"]
    return []
