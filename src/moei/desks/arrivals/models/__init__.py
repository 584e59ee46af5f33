from moei.desks.arrivals.models.lists import ColumnCorrection, ListImport, StagedRows
from moei.desks.arrivals.models.paper import LaterEntry, PaperPack
from moei.desks.arrivals.models.review import ReviewPair, ReviewWarning

__all__ = [
    "ColumnCorrection",
    "LaterEntry",
    "ListImport",
    "PaperPack",
    "ReviewPair",
    "ReviewWarning",
    "StagedRows",
]
