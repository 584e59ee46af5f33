"""Load the large release into an empty instance, then measure pages under load. Prints one JSON object."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "moei.web.settings"
os.environ["MOEI_DEMO"] = "1"
os.environ.setdefault("MOEI_PORT", "8477")

LISTS = Path(__file__).parent / "data" / "bgf-list"


def main() -> None:
    scratch, seconds = Path(sys.argv[1]), int(sys.argv[2])
    (scratch / "data").mkdir(exist_ok=True)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from benchmarks.backup import back_up_under_load
    from benchmarks.desks import work_at_desks
    from benchmarks.instance import allow_much, new_release
    from benchmarks.pages import click_through
    from moei.access.acting import Acting
    from moei.casefile.actions.resolve_people import resolve_people
    from moei.demo.scoring import read_truth, score_resolution
    from moei.desks.arrivals.actions.commit_import import commit_import
    from moei.desks.arrivals.actions.upload_list import upload_list

    now = datetime.now(UTC)
    release, cast = new_release("bgf-list", now)
    acting = Acting(cast["anong"], release, now)
    start = time.perf_counter()
    imports = [upload_list(acting, p.name, p.read_bytes(), sender=p.stem) for p in sorted(LISTS.glob("0*"))]
    read = time.perf_counter()
    for staged in imports:
        commit_import(acting, staged, release.began_at, resolve=False)
    loaded = time.perf_counter()
    resolved = resolve_people(acting)
    done = time.perf_counter()
    score = score_resolution(resolved.resolution, release, read_truth(LISTS / "truth.csv"))
    result = {
        "rows": sum(len(cluster) for cluster in resolved.resolution.clusters),
        "people": resolved.people,
        "read_seconds": round(read - start, 1),
        "load_seconds": round(loaded - read, 1),
        "resolve_seconds": round(done - loaded, 1),
        "import_seconds": round(done - start, 1),
        "precision": round(score.precision, 4),
        "recall": round(score.recall, 4),
    }
    allow_much(release, cast, *(name for name in cast if name != "somsak"))
    result["desks"], pages = work_at_desks(cast, release)
    server = subprocess.Popen([sys.executable, "-m", "moei.cli", "serve"], stdout=sys.stderr)
    try:
        result["pages"] = click_through(cast, release, seconds, pages)
    finally:
        server.terminate()
        server.wait(timeout=60)
    result.update(back_up_under_load(cast["anong"], release, scratch))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
