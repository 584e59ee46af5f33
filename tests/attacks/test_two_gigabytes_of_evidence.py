"""Two gigabytes of evidence through the true server: taken from whoever may, refused to others, and memory stays flat."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import time

import pytest
import requests
from tests.attacks.test_too_much_and_too_slow import GIGABYTES_2, MIB, connected, head, pour
from tests.faults.conftest import model_instance
from tests.faults.instance import Browser

__all__ = ["model_instance"]
pytestmark = [pytest.mark.slow(seconds=120), pytest.mark.in_a_file]

ADD = "/evidence/add/"
END = b"\r\n--b--\r\n"


@pytest.fixture(scope="module")
def server(model_instance, tmp_path_factory):
    place = tmp_path_factory.mktemp("two-gigabytes") / "instance"
    if shutil.disk_usage(place.parent).free < 4 * GIGABYTES_2:
        pytest.skip("eight gigabytes of room are needed")
    with model_instance[0].copy(place) as copied, copied.served() as running:
        yield running
    shutil.rmtree(place, ignore_errors=True)


def signed_in(server, who: str) -> tuple[Browser, tuple[str, ...]]:
    browser = Browser(server.instance, who)
    browser.page("/")
    cookies = "; ".join(f"{c.name}={c.value}" for c in browser.cookies)
    return browser, (f"Cookie: {cookies}", f"Referer: {server.instance.url}{ADD}", "Connection: close")


def part(name: str, value: str) -> bytes:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def test_two_gigabytes_arrive_whole_and_memory_stays_flat(server):
    browser, headers = signed_in(server, "niran")
    token = browser.cookies["csrftoken"]
    before = b"".join(
        part(name, value)
        for name, value in (("csrfmiddlewaretoken", token), ("source", "S-014"), ("obtained", "seized"))
    )
    before += b'--b\r\nContent-Disposition: form-data; name="file"; filename="disk.img"\r\n\r\n'
    block = b"\0sparse " * (MIB // 8)
    digest, most = hashlib.sha256(), server.memory()
    least = most
    start = head(ADD, len(before) + GIGABYTES_2 + len(END), "multipart/form-data; boundary=b", *headers)
    with connected(server, timeout=300) as pipe:
        pipe.sendall(start + before)
        for sent in range(GIGABYTES_2 // MIB):
            pipe.sendall(block)
            digest.update(block)
            if sent % 64 == 0:
                most = max(most, server.memory())
        pipe.sendall(END)
        answer = bytearray()
        pipe.settimeout(1)
        while b"\r\n\r\n" not in answer:
            with contextlib.suppress(TimeoutError):
                answer += pipe.recv(4096) or b"\r\n\r\n"
            most = max(most, server.memory())
    said = answer.decode("latin-1")
    assert said.startswith("HTTP/1.1 302"), said[:300]
    assert most - least < 150 * MIB, f"{(most - least) / MIB:.0f} MiB more"
    page = browser.page("/evidence/").text
    assert "E-0001" in page and "disk.img" in page
    there = next(line.split(": ", 1)[1] for line in said.splitlines() if line.lower().startswith("location"))
    assert digest.hexdigest() in browser.page(there).text
    # It goes out as it came, and is hashed again, as flat.
    checked = browser.post_form(f"{there}verify/", {}, page=there)
    assert checked.status_code == 302 and "Unchanged" in browser.page(there).text
    data = {
        "which": "original",
        "why": "to examine the disk",
        "csrfmiddlewaretoken": browser.cookies["csrftoken"],
    }
    out = hashlib.sha256()
    with browser.post(
        f"{server.instance.url}{there}take/",
        data=data,
        headers={"Referer": server.instance.url + there},
        stream=True,
        timeout=120,
    ) as copy:
        assert copy.status_code == 200
        # Its length was told: whoever gets less knows that it is not whole.
        assert int(copy.headers["Content-Length"]) == GIGABYTES_2
        for number, piece in enumerate(copy.iter_content(8 * MIB)):
            if number < 3:
                time.sleep(1)  # a slow network: what it has not taken yet waits nowhere in memory
            out.update(piece)
            most = max(most, server.memory())
    assert out.hexdigest() == digest.hexdigest()
    assert most - least < 150 * MIB, f"{(most - least) / MIB:.0f} MiB more"
    left = [path.name for path in (server.instance.home / "data").rglob("*") if path.is_file()]
    assert not [name for name in left if name.endswith(".part")]


@pytest.mark.parametrize("who", ["nobody", "anong"])
def test_who_may_not_is_refused_before_it_is_heard(server, who):
    headers = () if who == "nobody" else signed_in(server, who)[1]
    before = server.memory()
    start = head(ADD, GIGABYTES_2, "multipart/form-data; boundary=b", *headers)
    line, sent, most = pour(server, start, GIGABYTES_2)
    assert sent < 200 * MIB, f"{sent / MIB:.0f} MiB were taken, {line}"
    assert most - before < 100 * MIB
    assert not line or line.split()[1] in ("302", "403"), line
    assert requests.get(f"{server.instance.url}/account/login/", timeout=20).status_code == 200


def test_half_a_file_leaves_nothing(server):
    _browser, headers = signed_in(server, "niran")
    with connected(server) as pipe:
        pipe.sendall(
            head(ADD, 100 * MIB, "multipart/form-data; boundary=b", *headers) + b"--b\r\n" + b"x" * 40 * MIB
        )
    data = server.instance.home / "data"
    assert requests.get(f"{server.instance.url}/account/login/", timeout=20).status_code == 200
    assert not [path for path in data.rglob("*") if path.name.endswith(".part") or "tmp" in path.name]
