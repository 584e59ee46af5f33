"""`moei certs ...`: a private certificate authority, so that tablets speak TLS where there is no internet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from moei import paths
from moei.crypto.certificates import (
    LONGEST_LEAF_DAYS,
    Authority,
    CertificateError,
    Reach,
    fingerprint_of,
    write_private,
)
from moei.terminal import terminal

app = typer.Typer(no_args_is_help=True, help="Certificates of your own for tablets in the field.")
console = terminal(stderr=True)

# Renewed once a year: short enough that a lost server key is not good for long.
USUAL_DAYS = 397

Passphrase = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file", help="A file with the passphrase of the authority's key.", dir_okay=False
    ),
]


@app.command()
def init(
    reach: Annotated[
        list[str],
        typer.Argument(help="Domains and networks the authority may vouch for: moei.lan 10.20.0.0/16"),
    ],
    called: Annotated[str, typer.Option(help="What devices show as its name.")] = "Moei private authority",
    passphrase_file: Passphrase = None,
) -> None:
    """Make the authority. Its key is written to MOEI_CERTS_DIR, outside the data directory."""
    with _said_in_words():
        folder = _folder()
        if (folder / "ca.pem").exists():
            raise CertificateError(
                f"There is an authority in {folder} already, which your tablets may trust."
            )
        authority = Authority.create(called, Reach.of(reach), now=datetime.now(UTC))
        authority.save(folder, passphrase=_passphrase(passphrase_file))
        console.print(f"Authority: {folder / 'ca.pem'}\nIts key: {folder / 'ca.key'}", soft_wrap=True)
        console.print(f"SHA-256: {authority.fingerprint}", soft_wrap=True)
        console.print("Next: moei certs issue HOST, then moei certs trust. Keep the folder off the server.")


@app.command()
def issue(
    names: Annotated[list[str], typer.Argument(help="Host names and addresses of one server.")],
    days: Annotated[
        int, typer.Option(help=f"How long it is good, at most {LONGEST_LEAF_DAYS}.")
    ] = USUAL_DAYS,
    to: Annotated[Path | None, typer.Option(help="Folder for the two files.", file_okay=False)] = None,
    passphrase_file: Passphrase = None,
) -> None:
    """Issue a server's certificate and key: NAME.pem and NAME.key."""
    with _said_in_words():
        folder = _folder()
        authority = Authority.load(folder, passphrase=_passphrase(passphrase_file))
        issued = authority.issue(names, now=datetime.now(UTC), days=days)
        target = (to or folder / "issued").expanduser().resolve()
        _refuse_data_dir(target)
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        stem = issued.names[0].replace(":", "-")
        certificate, key = target / f"{stem}.pem", target / f"{stem}.key"
        _put_aside(certificate, key)
        write_private(key, issued.key)
        certificate.write_bytes(issued.certificate)
        hosts = " ".join(f"[{name}]" if ":" in name else name for name in issued.names)
        # As lines of a systemd environment file.
        typer.echo(f'MOEI_TLS_CERT={certificate}\nMOEI_TLS_KEY={key}\nMOEI_HOSTS="{hosts}"')
        console.print(f"Good until {issued.good_until:%d %B %Y}.")


@app.command()
def trust(
    to: Annotated[
        Path | None, typer.Option(help="Folder in which the file for devices is put.", file_okay=False)
    ] = None,
) -> None:
    """Write the authority's certificate for devices, and say how each kind of device comes to trust it."""
    with _said_in_words():
        folder = _folder()
        # Only the public half is needed, so that this works where the key is not.
        if not (folder / "ca.pem").exists():
            raise CertificateError(
                f"{folder / 'ca.pem'} is missing: make an authority with `moei certs init`."
            )
        certificate = (folder / "ca.pem").read_bytes()
        file = (to or Path.cwd()).expanduser().resolve() / "moei-authority.crt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(certificate)
        typer.echo(DEVICES.format(file=file, fingerprint=fingerprint_of(certificate)))


DEVICES = """\
The file for devices: {file}
Its SHA-256: {fingerprint}

Carry the file to each device by cable or a stick of your own, never by mail. On the device, before you trust it,
compare the SHA-256 that it shows with the one above, read from this screen.

Android tablet   Settings > Security > Encryption & credentials > Install a certificate > CA certificate.
                 A screen lock is needed. Chrome trusts it at once; remove it when the tablet leaves the operation.
iPad, iPhone     Open the file, Settings > Profile downloaded > Install. Then Settings > General > About >
                 Certificate Trust Settings: switch it on for this authority (without that, nothing is trusted).
Windows          certutil.exe -user -addstore Root moei-authority.crt
macOS            security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db moei-authority.crt
Debian, Ubuntu   cp moei-authority.crt /usr/local/share/ca-certificates/ && update-ca-certificates
Chromium, Linux  certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Moei -i moei-authority.crt   (package libnss3-tools)
Firefox          Settings > Privacy & Security > Certificates > View > Authorities > Import; for websites only.

Passkeys belong to the host name: enrol them at the name people will use, not at the number of the address.
"""


def _folder() -> Path:
    folder = paths.certs_dir()
    _refuse_data_dir(folder)
    return folder


def _refuse_data_dir(folder: Path) -> None:
    if folder.is_relative_to(paths.data_dir()):
        raise CertificateError(
            f"{folder} lies in the data directory: who carries the data away would carry keys with it. "
            "Set MOEI_CERTS_DIR to another place."
        )


def _passphrase(file: Path | None) -> bytes | None:
    return file.read_bytes().strip() if file else None


def _put_aside(*files: Path) -> None:
    """Renewing keeps the former pair beside the new one, until the server was seen to start."""
    for file in files:
        if file.exists():
            file.rename(file.with_name(f"{file.name}.former"))


@contextmanager
def _said_in_words() -> Iterator[None]:
    try:
        yield
    except CertificateError as error:
        console.print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)
        raise typer.Exit(2) from None
