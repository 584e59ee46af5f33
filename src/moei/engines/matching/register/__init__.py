"""Who is the same person in a register of hundreds of thousands of rows.

The evidence of lists (`weights.py`) but for second forms of a name, places and kin, counted for millions of pairs at
once: DuckDB finds pairs that share a telling key, numpy and rapidfuzz weigh them on all cores, and each row's rivals are
set against one another. What it does not do is look at whole people again and again as they grow, as `resolve` does for
a release: that is for tens of thousands of rows. What one machine cannot hold, `spark.py` weighs in the same way on many.
"""

from __future__ import annotations

from moei.engines.matching.register.match import Matched, Pair, match_register
from moei.engines.matching.register.no_engine import NoEngine

__all__ = ["Matched", "NoEngine", "Pair", "match_register"]
