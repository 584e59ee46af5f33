"""A small certificate authority of the holder's own, for tablets on a network without names of the public internet.

ECDSA on P-256 throughout. The authority can vouch only for the names and networks it was made for (X.509 name
constraints, critical): a thief of its key cannot pose as a bank or a mail server to the tablets that trust it.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
# Apple's devices refuse a server certificate that is good for longer, also from a private authority.
LONGEST_LEAF_DAYS = 825
# Clocks of tablets that were off for weeks run behind.
BEFOREHAND = timedelta(days=1)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_EVERY_NETWORK: tuple[Network, ...] = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


class CertificateError(Exception):
    """A name that cannot be certified, or a file that is missing or not ours. The words say what to do."""


@dataclass(frozen=True)
class Reach:
    """What an authority may vouch for: domains (with all below them) and networks."""

    domains: tuple[str, ...]
    networks: tuple[Network, ...]

    @classmethod
    def of(cls, given: Sequence[str]) -> Reach:
        """From words such as `moei.lan` and `10.20.0.0/16`. Raises `CertificateError`."""
        domains, networks = [], []
        for text in given:
            network = _network(text)
            if network is not None:
                if network.prefixlen == 0:
                    raise CertificateError(f"{text} is every address there is. Name your own network.")
                networks.append(network)
            else:
                domains.append(_host_name(text))
        if not domains and not networks:
            raise CertificateError("Name at least one domain or network that the authority may vouch for.")
        return cls(tuple(domains), tuple(networks))

    def allows(self, name: str | Address) -> bool:
        if isinstance(name, str):
            return any(name == domain or name.endswith(f".{domain}") for domain in self.domains)
        return any(name.version == network.version and name in network for network in self.networks)

    def constraint(self) -> x509.NameConstraints:
        """RFC 5280 4.2.1.10. A kind of name that nothing is permitted of is excluded as a whole."""
        permitted: list[x509.GeneralName] = [x509.DNSName(domain) for domain in self.domains]
        permitted += [x509.IPAddress(network) for network in self.networks]
        excluded: list[x509.GeneralName] = []
        if not self.domains:
            excluded.append(x509.DNSName(""))
        versions = {network.version for network in self.networks}
        excluded += [x509.IPAddress(every) for every in _EVERY_NETWORK if every.version not in versions]
        return x509.NameConstraints(permitted, excluded or None)


@dataclass(frozen=True)
class Issued:
    """A server's certificate with its private key, both PEM; the key in PKCS#8, as the web server wants it."""

    certificate: bytes
    key: bytes
    names: tuple[str, ...]
    good_until: datetime


@dataclass(frozen=True)
class Authority:
    """The authority's certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def create(cls, called: str, reach: Reach, *, now: datetime) -> Authority:
        """A new authority that may vouch for `reach` and for nothing else, for ten years."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called[:64])])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - BEFOREHAND)
            .not_valid_after(now + timedelta(days=AUTHORITY_DAYS))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(reach.constraint(), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        return cls(certificate, key)

    @classmethod
    def load(cls, folder: Path, *, passphrase: bytes | None = None) -> Authority:
        """Read `ca.pem` and `ca.key`. Raises `CertificateError` with what is wrong."""
        try:
            certificate = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
            key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), passphrase)
        except FileNotFoundError as error:
            raise CertificateError(
                f"{error.filename} is missing: make an authority with `moei certs init`, or bring its folder."
            ) from None
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise CertificateError(f"The authority in {folder} cannot be read: {error}") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
            raise CertificateError(f"{folder / 'ca.key'} is not the key of {folder / 'ca.pem'}.")
        return cls(certificate, key)

    def save(self, folder: Path, *, passphrase: bytes | None = None) -> None:
        """Write `ca.pem` and `ca.key` (mode 0600). Refuses to overwrite: every tablet trusts the old one."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        how: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if passphrase:
            how = serialization.BestAvailableEncryption(passphrase)
        write_private(folder / "ca.key", _private_pem(self.key, how))
        (folder / "ca.pem").write_bytes(self.pem)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.pem)

    @property
    def reach(self) -> Reach:
        permitted = self.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
        domains, networks = [], []
        for name in permitted.permitted_subtrees or []:
            if isinstance(name, x509.DNSName):
                domains.append(name.value)
            elif isinstance(name, x509.IPAddress):
                networks.append(ipaddress.ip_network(str(name.value)))
        return Reach(tuple(domains), tuple(networks))

    def issue(self, names: Sequence[str], *, now: datetime, days: int) -> Issued:
        """A server certificate for host names and addresses within reach. Raises `CertificateError`."""
        if not 1 <= days <= LONGEST_LEAF_DAYS:
            raise CertificateError(f"A certificate is good for 1 to {LONGEST_LEAF_DAYS} days: not {days}.")
        wanted = [_address(name) or _host_name(name) for name in names]
        if not wanted:
            raise CertificateError("Name at least one host name or address of the server.")
        for name in wanted:
            if not self.reach.allows(name):
                raise CertificateError(
                    f"This authority may not vouch for {name}. It was made for "
                    f"{', '.join([*self.reach.domains, *map(str, self.reach.networks)])}."
                )
        good_until = min(now + timedelta(days=days), self.certificate.not_valid_after_utc)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self.sign(key.public_key(), wanted, not_before=now - BEFOREHAND, not_after=good_until)
        return Issued(
            certificate.public_bytes(serialization.Encoding.PEM),
            _private_pem(key, serialization.NoEncryption()),
            tuple(map(str, wanted)),
            good_until,
        )

    def sign(
        self,
        public_key: ec.EllipticCurvePublicKey,
        names: Sequence[str | Address],
        *,
        not_before: datetime,
        not_after: datetime,
    ) -> x509.Certificate:
        """Signs whatever is asked: `issue` is what keeps within reach, and browsers are what enforces it."""
        alternative = [
            x509.DNSName(name) if isinstance(name, str) else x509.IPAddress(name) for name in names
        ]
        own = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(names[0])[:64])]))
            .issuer_name(self.certificate.subject)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(not_before)
            .not_valid_after(not_after)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName(alternative), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own), critical=False
            )
            .sign(self.key, hashes.SHA256())
        )


def fingerprint_of(pem: bytes) -> str:
    """SHA-256 of a certificate, as devices show it: pairs of digits with colons. Raises `CertificateError`."""
    try:
        digits = x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA256()).hex().upper()
    except ValueError as error:
        raise CertificateError(f"This is not a certificate: {error}") from None
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def good_until(certificate: Path) -> datetime:
    """When the (first) certificate in a PEM file ends. Raises `CertificateError` when it cannot be read."""
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        raise CertificateError(f"The certificate {certificate} cannot be read: {error}") from None


def refuse_other_key(certificate: Path, key: Path) -> None:
    """Raises `CertificateError` unless `key` is the key of `certificate`, in PKCS#8, readable by its owner alone."""
    public = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    try:
        text = key.read_bytes()
        private = serialization.load_pem_private_key(text, None)
    except (OSError, ValueError, TypeError) as error:
        raise CertificateError(f"The key {key} cannot be read: {error}") from None
    if private.public_key() != public:
        raise CertificateError(f"{key} is not the key of {certificate}.")
    if b"BEGIN PRIVATE KEY" not in text:
        raise CertificateError(
            f"{key} is not in PKCS#8. Turn it round: openssl pkcs8 -topk8 -nocrypt -in {key.name} -out new.key"
        )
    if key.stat().st_mode & 0o077:
        raise CertificateError(f"Others can read {key}. Close it: chmod 600 {key}")


def write_private(path: Path, content: bytes) -> None:
    """A new file that its owner alone may read. Refuses to overwrite one."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CertificateError(
            f"{path} is there already. Move it away first if you mean to replace it."
        ) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _private_pem(key: ec.EllipticCurvePrivateKey, how: serialization.KeySerializationEncryption) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _network(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        if "/" in text:
            raise CertificateError(f"{text} is not a network. Write it like 10.20.0.0/16.") from None
        return None


def _host_name(text: str) -> str:
    """Lower case, in the form that goes over the wire. Wildcards are refused: one stolen key would be every host."""
    try:
        name = text.strip().rstrip(".").lower().encode("idna").decode()
    except UnicodeError:
        name = ""
    if not name or len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise CertificateError(f"{text!r} is not a host name. Write it like moei.lan or 10.20.0.4.")
    return name
