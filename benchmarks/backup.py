"""A backup by the real command while eight clients register people, each a hundredth of a second after its last."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

from moei.access.acting import Acting
from moei.crypto.envelope import new_identity

CLIENTS = 8
PAUSE = 0.01  # seconds: no person is quicker, and without any SQLite lets the same client go first again


def back_up_under_load(staff, release, scratch: Path) -> dict[str, float]:
    """Seconds from typing the command to its end, its starting included; and how registering fared meanwhile."""
    from django.db import connection

    from moei.desks.arrivals.actions.register_person import register_person
    from moei.desks.arrivals.registration import Registration

    stop, took, lock = threading.Event(), [], threading.Lock()

    def client() -> None:
        while not stop.is_set():
            given = Registration(
                name=f"Bench {uuid4().hex[:8]}", birth_from=date(1998, 3, 14), birth_to=date(1998, 3, 14)
            )
            start = time.perf_counter()
            register_person(Acting(staff, release, datetime.now(UTC)), given, None, operation=uuid4())
            with lock:
                took.append(time.perf_counter() - start)
            stop.wait(PAUSE)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    took.clear()
    target = scratch / "bench.age"
    command = [
        sys.executable,
        "-m",
        "moei.cli",
        "backup",
        "--to",
        str(target),
        "--recipient",
        new_identity()[1],
    ]
    start = time.perf_counter()
    try:
        subprocess.run(command, check=True, stdout=sys.stderr)
        seconds = time.perf_counter() - start
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return {
        "backup_seconds": round(seconds, 1),
        "backup_megabytes": round(target.stat().st_size / 1e6, 1),
        "registered_meanwhile": len(took),
        "slowest_registration": round(max(took), 2),
    }
