"""The private authority: what TLS itself accepts and refuses, with real handshakes in memory."""

from __future__ import annotations

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from moei.crypto.certificates import (
    LONGEST_LEAF_DAYS,
    Authority,
    CertificateError,
    Reach,
    good_until,
    refuse_other_key,
    write_private,
)

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def authority() -> Authority:
    return Authority.create("Moei of a test", Reach.of(["moei.lan", "10.20.0.0/16"]), now=NOW)


def handshake(folder: Path, trusted: bytes, certificate: bytes, key: bytes, host: str) -> None:
    """A client that trusts `trusted` and a server with `certificate`; raises `ssl.SSLError` as a browser would."""
    (folder / "leaf.pem").write_bytes(certificate)
    (folder / "leaf.key").write_bytes(key)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(folder / "leaf.pem", folder / "leaf.key")
    asking = ssl.create_default_context(cadata=trusted.decode())
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    client = asking.wrap_bio(to_client, to_server, server_hostname=host)
    waiting = [client, server]
    for _step in range(10):
        for side in list(waiting):
            try:
                side.do_handshake()
                waiting.remove(side)
            except ssl.SSLWantReadError:
                pass
    assert waiting == []


@pytest.mark.parametrize("host", ["moei.lan", "bridge.moei.lan", "10.20.0.4"])
def test_a_device_that_trusts_the_authority_reaches_the_server_by_each_of_its_names(
    authority, tmp_path, host
):
    issued = authority.issue(["moei.lan", "bridge.moei.lan", "10.20.0.4"], now=NOW, days=397)
    handshake(tmp_path, authority.pem, issued.certificate, issued.key, host)


def test_a_device_that_does_not_trust_it_refuses(authority, tmp_path):
    issued = authority.issue(["moei.lan"], now=NOW, days=397)
    other = Authority.create("Another", Reach.of(["moei.lan"]), now=NOW)
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(tmp_path, other.pem, issued.certificate, issued.key, "moei.lan")


@pytest.mark.parametrize("name", ["bank.example", "moei.lan.example", "notmoei.lan", "10.21.0.4", "fd00::1"])
def test_the_authority_vouches_for_nothing_outside_its_reach(authority, name):
    with pytest.raises(CertificateError, match="may not vouch"):
        authority.issue([name], now=NOW, days=30)


@pytest.mark.parametrize("name", ["bank.example", "moei.lan.example", "10.21.0.4", "fd00::1"])
def test_a_thief_of_the_authoritys_key_cannot_pose_as_another_site(authority, tmp_path, name):
    key = ec.generate_private_key(ec.SECP256R1())
    try:
        alternative = ipaddress.ip_address(name)
    except ValueError:
        alternative = name
    forged = authority.sign(
        key.public_key(), [alternative], not_before=NOW - timedelta(days=1), not_after=NOW + timedelta(days=9)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = forged.public_bytes(serialization.Encoding.PEM)
    with pytest.raises(ssl.SSLCertVerificationError, match=r"permitted subtree|excluded subtree"):
        handshake(tmp_path, authority.pem, pem, private, name)


def test_an_authority_for_names_alone_vouches_for_no_address():
    names_only = Authority.create("Names", Reach.of(["moei.lan"]), now=NOW)
    with pytest.raises(CertificateError, match="may not vouch"):
        names_only.issue(["10.20.0.4"], now=NOW, days=30)
    with pytest.raises(CertificateError, match="every address"):
        Reach.of(["0.0.0.0/0"])


def test_no_certificate_is_good_for_longer_than_devices_allow(authority):
    with pytest.raises(CertificateError, match="825"):
        authority.issue(["moei.lan"], now=NOW, days=LONGEST_LEAF_DAYS + 1)
    issued = authority.issue(["moei.lan"], now=NOW, days=LONGEST_LEAF_DAYS)
    assert issued.good_until - NOW == timedelta(days=LONGEST_LEAF_DAYS)


@pytest.mark.parametrize("name", ["*.moei.lan", "moei lan", "-moei.lan", "", "moei..lan"])
def test_what_is_no_host_name_is_refused(authority, name):
    with pytest.raises(CertificateError, match="not a host name"):
        authority.issue([name], now=NOW, days=30)


def test_the_authoritys_key_is_its_owners_alone_and_is_never_written_over(authority, tmp_path):
    authority.save(tmp_path / "certs", passphrase=b"of the safe")
    key = tmp_path / "certs" / "ca.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in key.read_bytes()
    with pytest.raises(CertificateError, match="there already"):
        authority.save(tmp_path / "certs")
    with pytest.raises(CertificateError, match="cannot be read"):
        Authority.load(tmp_path / "certs")
    again = Authority.load(tmp_path / "certs", passphrase=b"of the safe")
    assert again.fingerprint == authority.fingerprint
    assert again.reach == Reach(("moei.lan",), (ipaddress.ip_network("10.20.0.0/16"),))


def test_a_key_of_another_certificate_or_one_that_others_can_read_is_refused(authority, tmp_path):
    one, two = (authority.issue(["moei.lan"], now=NOW, days=30) for _ in range(2))
    certificate = tmp_path / "one.pem"
    certificate.write_bytes(one.certificate)
    write_private(tmp_path / "one.key", one.key)
    write_private(tmp_path / "two.key", two.key)
    assert good_until(certificate) == one.good_until
    refuse_other_key(certificate, tmp_path / "one.key")
    with pytest.raises(CertificateError, match="not the key of"):
        refuse_other_key(certificate, tmp_path / "two.key")
    (tmp_path / "one.key").chmod(0o644)
    with pytest.raises(CertificateError, match="chmod 600"):
        refuse_other_key(certificate, tmp_path / "one.key")
