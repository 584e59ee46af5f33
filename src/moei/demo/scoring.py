"""How well the automatic links agree with the truth of invented lists."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from moei.access.models import Release
from moei.casefile.models import SourceRecord
from moei.engines.matching import PairScore, Resolution, score
from moei.engines.matching.model import Key

# (list, row) -> the person's code
Truth = Mapping[Key, str]


def read_truth(path: Path) -> Truth:
    """`truth.csv` with the columns list, row, person."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {(line["list"], int(line["row"])): line["person"] for line in csv.DictReader(file)}


def score_resolution(resolution: Resolution, release: Release, truth: Truth) -> PairScore:
    """Over all pairs of rows that the truth names; rows that the program did not read count as linked to nothing."""
    place: dict[Key, tuple[str, int]] = {
        record_id: (list_name, row)
        for record_id, list_name, row in SourceRecord.objects.filter(
            release=release, origin=SourceRecord.Origin.LIST
        ).values_list("id", "list_name", "row")
    }
    clusters: list[list[Key]] = [
        [place[key] for key in cluster if key in place] for cluster in resolution.clusters
    ]
    read = {row for cluster in clusters for row in cluster}
    clusters += [[row] for row in truth if row not in read]
    return score(clusters, truth)
