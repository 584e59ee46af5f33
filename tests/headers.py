"""What each answer tells the browser to allow, against what our pages need."""

from __future__ import annotations


def policy_of(response) -> dict[str, set[str]]:
    text = response.headers.get("Content-Security-Policy", "")
    return {name: set(values) for name, *values in (part.split() for part in text.split(";") if part.strip())}


def faults(response) -> list[str]:
    """What a browser would be allowed that no page needs."""
    headers, policy = response.headers, policy_of(response)
    found = []
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
    if "geolocation=()" not in headers.get("Permissions-Policy", ""):
        found.append("Permissions-Policy")
    found += [f"{name} is told" for name in ("Server", "X-Powered-By") if name in headers]
    if headers.get("Access-Control-Allow-Origin"):
        found.append("another site may read it")
    return found
