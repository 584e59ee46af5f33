"""5,000 statements, and the page of the entity that most of them mention: the busiest of all. Prints one JSON object.

Called as the other benchmarks are: `python -m benchmarks.network SCRATCH STATEMENTS`.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "moei.web.settings"
os.environ["MOEI_DEMO"] = "1"
os.environ.setdefault("MOEI_PORT", "8478")
ROUNDS = 15


def main() -> None:
    scratch, size = Path(sys.argv[1]), int(sys.argv[2])
    (scratch / "data").mkdir(exist_ok=True)
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    call_command("migrate", verbosity=0)
    from benchmarks.instance import new_release

    release, cast = new_release("bench-network", datetime.now(UTC))
    busiest = write_statements(release, cast["niran"].agency, size)
    if connection.vendor == "postgresql":
        # Statements come one by one, and autovacuum looks at a table each minute; here they came all at once, and until
        # it has looked a page took three minutes.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    page = Client(headers={"host": "localhost"})
    page.force_login(cast["niran"], backend=settings.AUTHENTICATION_BACKENDS[0])
    result: dict[str, object] = {"statements": size}
    for key, address in (
        ("page", reverse("investigations:entity", args=[busiest])),
        ("drawing", reverse("investigations:graph", args=[busiest])),
        ("list", reverse("investigations:entities")),
        ("statements_page", reverse("investigations:statements")),
    ):
        taken = []
        for _round in range(ROUNDS):
            start = time.perf_counter()
            answer = page.get(address)
            taken.append((time.perf_counter() - start) * 1000)
            assert answer.status_code == 200, (address, answer.status_code)
        result[f"{key}_p50"] = round(statistics.median(taken))
        result[f"{key}_p95"] = round(sorted(taken)[int(0.95 * len(taken))])
    print(json.dumps(result))


def write_statements(release, agency, size: int):  # type: ignore[no-untyped-def]
    """Invented statements of 8 facts each; half of them mention one wallet. Returns a fact of it."""
    from moei.crypto import new_token
    from moei.desks.investigations.facts import own_entity, parts_of
    from moei.desks.investigations.models import Fact, NamePart, Statement, Teller, Tie
    from moei.desks.investigations.words import KINDS, What

    drawn = random.Random(7)
    began = date(2026, 2, 2)
    here = {"release": release, "agency": agency, "visible_from": date(2026, 2, 9)}
    graded = {"source_grade": "B", "information_grade": "2", "handling": "H0"}
    family, given = (
        ("Chen", "Wang", "Li", "Zhao", "Lin", "Xu", "Ma"),
        ("Wei", "Hao", "Jun", "Bo", "Ming", "Tao"),
    )
    tellers = [
        Teller(release=release, agency=agency, tag=new_token()[:32], origin="eastern_africa", band="18+")
        for _number in range(size)
    ]
    Teller.objects.bulk_create(tellers, batch_size=500)
    told, facts, ties = [], [], []
    for teller in tellers:
        statement = Statement(
            release=release,
            agency=agency,
            teller=teller,
            heard_from=began,
            heard_to=date(2026, 2, 8),
            visible_from=here["visible_from"],
            text="Invented.",
            **graded,
        )
        told.append(statement)
        wallet = 0 if drawn.random() < 0.5 else drawn.randrange(1, 400)
        said = (
            (What.RECRUITER, f"{drawn.choice(family)} {drawn.choice(given)}", ""),
            (What.BOSS, f"Lao {drawn.choice(family)}", ""),
            (What.COMPOUND, f"Garden {drawn.randrange(40)}", ""),
            (What.COMPANY, f"Company {drawn.randrange(200)}", ""),
            (What.PHONE, f"+668{drawn.randrange(3000):08d}", "phone"),
            (What.HANDLE, f"agent{drawn.randrange(800)}", "handle"),
            (What.WALLET, f"wallet{wallet}", "wallet"),
            (What.STOP, f"Town {drawn.randrange(60)}", ""),
        )
        own = []
        for place, (what, text, keyed) in enumerate(said):
            fact = Fact(
                statement=statement,
                said=str(statement.pk),
                voice=teller.code,
                position=place,
                what=what,
                kind=KINDS[what],
                text=text,
                key=f"{keyed}:{text}" if keyed else "",
                **here,
                **graded,
            )
            fact.entity = own_entity(fact)
            own.append(fact)
        facts += own
        ties += [Tie(one=own[0], other=own[6], role="is paid by", said=str(statement.pk))]
        ties += [Tie(one=own[1], other=own[2], role="boss at", said=str(statement.pk))]
    Statement.objects.bulk_create(told, batch_size=500)
    Fact.objects.bulk_create(facts, batch_size=500)
    NamePart.objects.bulk_create((part for fact in facts for part in parts_of(fact)), batch_size=1000)
    Tie.objects.bulk_create(ties, batch_size=1000)
    return next(fact.pk for fact in facts if fact.entity == "wallet:wallet0")


if __name__ == "__main__":
    main()
