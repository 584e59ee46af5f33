"""`moei serve`: the web server, and the worker for long jobs beside it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from moei.crypto.unlocked import hand_over
from moei.safekeeping.leftovers import sweep
from moei.safekeeping.ready import refusals
from moei.web import tls

# Seconds that a request or a job under way gets to finish when the server is stopped; then it is cut off.
STOPS_WITHIN = 10


class PortTaken(Exception):
    """Another server answers on this port. The words say what to do."""


class NotSafe(Exception):
    """Data of real people would be served without protection. The words say what is wrong, and how to mend it."""


def serve(say: Callable[[str], None]) -> None:
    """Serve until interrupted. Granian without keep-alive: measured steadier than with it. See `moei.web.hearing`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moei.web.settings")
    call_command("migrate", verbosity=0)
    from moei.counted_anew import count_all_of_a_file

    count_all_of_a_file()
    from moei.journal.jobs import start_keeping

    # The worker signs the journal every hour; the first run waits for it in the queue.
    start_keeping()
    from moei.desks.evidence.storage import sweep as sweep_evidence
    from moei.retention.actions.carry_out_run import finish
    from moei.retention.jobs import start_reminding
    from moei.safekeeping.backup import RAM

    start_reminding()  # each day, of backups past their end
    finish(now=datetime.now(UTC))  # what a crash during an erasure left
    sweep(RAM)  # what a backup that was killed left: a copy of the database
    sweep_evidence()  # files that were half there when the power failed
    # The passphrase is asked once: the processes below read from memory what it gave, not from a disk.
    handed = hand_over()
    python = sys.executable
    worker = subprocess.Popen([python, "-m", "moei.web.worker"], stdout=subprocess.DEVNULL, pass_fds=handed)
    server = subprocess.Popen(
        [
            *(python, "-m", "granian", "moei.web.rsgi:application"),
            *("--interface", "rsgi", *tls.granian_options(), "--port", str(settings.PORT)),
            *("--workers", "2", "--no-http1-keep-alive", "--no-ws"),
            *("--log-level", "warning", "--no-access-log"),
            # A request that begins and does not end holds a place: there are many places, and none is held for long
            # (its head for five seconds; its body as `moei.web.hearing` says).
            *("--respawn-failed-workers", "--backpressure", "512", "--http1-header-read-timeout", "5000"),
            *("--workers-kill-timeout", str(STOPS_WITHIN)),
        ],
        pass_fds=handed,
    )
    redirect = tls.start_redirect()
    say(f"Serving {tls.address()} (stop with Ctrl-C)")

    def stop(*_signal: object) -> None:
        server.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        server.wait()
    finally:
        if redirect:
            redirect.terminate()
        worker.terminate()
        try:
            worker.wait(timeout=STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            worker.kill()


def refuse_unsafe() -> None:
    """Outside the demo: an encrypted database and keys in another place, or no server at all (P17)."""
    found = refusals()
    connection.close()
    if found:
        raise NotSafe("\n".join(found))


def refuse_taken_port(port: int) -> None:
    """Two servers can share a port, and each would answer some of the clicks, from another database."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise PortTaken(
                f"Another program already answers on port {port}. Stop it, or set MOEI_PORT to another port."
            )
