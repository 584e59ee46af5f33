"""Layers of the map of interventions: each desk that has places to show adds its own.

The desk of evidence draws the map and knows of no other desk. What a layer gives is shown as it is, to whoever may open
the map: it has to be pseudonymised and generalised already (P13), and to name nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from moei.access.acting import Acting

# (latitude, longitude) in degrees, WGS 84; north and east are positive.
Point = tuple[float, float]


@dataclass(frozen=True)
class MapLine:
    """A way through `points` in their order, or a place when there is one point. Plain values, no ids.

    `on` is the day it is about, `day_known` whether that is more than the month; `words` say more, for the table.
    """

    label: str
    points: Sequence[Point]
    on: date | None = None
    day_known: bool = True
    words: str = ""


@dataclass(frozen=True)
class LayerSource:
    """A desk's side. `shown` answers for whoever acts in a release: nothing, when it is not theirs to see."""

    code: str  # letters and hyphens; names the layer in the page
    label: str  # lazily translated
    shown: Callable[[Acting], Sequence[MapLine]]


_SOURCES: dict[str, LayerSource] = {}


def add_map_layer(source: LayerSource) -> LayerSource:
    """Called by a desk when it starts. A second one with the same code takes the place of the first."""
    _SOURCES[source.code] = source
    return source


def map_layers() -> tuple[LayerSource, ...]:
    """In the order in which they were added."""
    return tuple(_SOURCES.values())
