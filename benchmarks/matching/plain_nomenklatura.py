"""nomenklatura's xref on rows as FollowTheMoney people. Runs in the peers' environment, imports no Moei.

`python plain_nomenklatura.py ROWS.csv PAIRS.csv ALGORITHM`: rows are `id,name,name_native,sex,birth,nationality,doc`. Its
own index finds the pairs, 20 for each row; the score of each is kept. Prints JSON.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import tempfile
import time
from pathlib import Path


def main(rows: str, pairs: str, algorithm: str) -> None:
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="nomenklatura-") as folder:
        os.environ["NOMENKLATURA_DB_URL"] = f"sqlite:///{folder}/resolver.db"
        people = Path(folder) / "people.json"
        count = write_people(rows, people)
        found = xref(people, Path(folder) / "index", algorithm, count)
    with Path(pairs).open("w", encoding="utf-8") as file:
        file.writelines(f"{one},{other},{score:.6f}\n" for one, other, score in found)
    from peak import peak_megabytes

    print(
        json.dumps(
            {
                "seconds": round(time.perf_counter() - start, 1),
                "megabytes": peak_megabytes(),
                "pairs": len(found),
            }
        )
    )


def write_people(rows: str, to: Path) -> int:
    from followthemoney import model

    count = 0
    with Path(rows).open(encoding="utf-8", newline="") as source, to.open("w", encoding="utf-8") as target:
        for line in csv.DictReader(source):
            person = model.make_entity("Person")
            person.id = f"row-{line['id']}"
            person.add("name", [line["name"], line["name_native"]])
            person.add("gender", {"M": "male", "F": "female"}.get(line["sex"]))
            person.add("birthDate", line["birth"])
            person.add("nationality", line["nationality"])
            person.add("passportNumber", line["doc"])
            target.write(json.dumps(person.to_dict()) + "\n")
            count += 1
    return count


def xref(people: Path, index: Path, algorithm: str, count: int) -> list[tuple[int, int, float]]:
    from followthemoney import StatementEntity
    from nomenklatura.db import make_session
    from nomenklatura.matching import get_algorithm
    from nomenklatura.resolver import Resolver
    from nomenklatura.store import load_entity_file_store
    from nomenklatura.xref import xref as run_xref

    found: list[tuple[int, int, float]] = []

    def keep(resolver, left, right, score):
        found.append((int(left.id.removeprefix("row-")), int(right.id.removeprefix("row-")), score))

    with make_session() as session:
        resolver = Resolver[StatementEntity](session, create=True)
        store = load_entity_file_store(people, resolver=resolver)
        run_xref(
            resolver, session, store, index, limit=2 * count, limit_factor=10, discount_internal=1.0,
            algorithm=get_algorithm(algorithm), heuristic=keep, patience=10**9,
        )  # fmt: skip
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
