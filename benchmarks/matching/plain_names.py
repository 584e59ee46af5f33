"""Peers' likeness of names, on pairs of a native and a Latin name. Runs in the peers' environment, imports no Moei.

`python plain_names.py PAIRS.csv SCORES.csv`: lines `native,latin` in, a heading and a column
for each matcher out. Prints JSON.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from followthemoney import model
from icu import Transliterator
from nomenklatura.matching import ScoringConfig, get_algorithm
from peak import peak_megabytes
from rapidfuzz.distance import JaroWinkler

_ANY_LATIN = Transliterator.createInstance("Any-Latin")


def raw(native: str, latin: str) -> float:
    return JaroWinkler.similarity(native.lower(), latin.lower())


def any_latin(native: str, latin: str) -> float:
    return JaroWinkler.similarity(_ANY_LATIN.transliterate(native).lower(), latin.lower())


def nomenklatura(name: str) -> Callable[[str, str], float]:
    algorithm, numbers = get_algorithm(name), iter(range(10**9))
    config = ScoringConfig.defaults()

    def person(text: str):
        # Names are kept by the id of whom they are of: each needs an id of its own.
        entity = model.make_entity("Person")
        entity.id = f"{name}-{next(numbers)}"
        entity.add("name", text)
        return entity

    return lambda native, latin: algorithm.compare(person(native), person(latin), config).score


def main(pairs: str, scores: str) -> None:
    with Path(pairs).open(encoding="utf-8", newline="") as file:
        given = [tuple(line) for line in csv.reader(file)]
    matchers = {
        "nomenklatura name-based": nomenklatura("name-based"),
        "nomenklatura logic-v1": nomenklatura("logic-v1"),
        "nomenklatura logic-v2": nomenklatura("logic-v2"),
        "Jaro-Winkler": raw,
        "Any-Latin, Jaro-Winkler": any_latin,
    }
    columns, seconds = [], {}
    for name, matcher in matchers.items():
        matcher(*given[0])
        start = time.perf_counter()
        columns.append([matcher(native, latin) for native, latin in given])
        seconds[name] = round(time.perf_counter() - start, 2)
    with Path(scores).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(matchers)
        writer.writerows(zip(*columns, strict=True))
    print(json.dumps({"seconds": seconds, "megabytes": peak_megabytes()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
