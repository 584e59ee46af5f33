"""Working copies of evidence: the same picture or text, without what the file says beside it of who made it and where.

`python -m moei.engines.cleaning` reads a file from its input and writes the copy to its output, in a process of its own:
what comes from a compound may be made to break whoever opens it.
"""

from moei.engines.cleaning.archives import BadArchive, check_archive
from moei.engines.cleaning.clean import CannotClean, Cleaned, clean
from moei.engines.cleaning.kinds import HEAD, Family, family_of, type_of

__all__ = [
    "HEAD",
    "BadArchive",
    "CannotClean",
    "Cleaned",
    "Family",
    "check_archive",
    "clean",
    "family_of",
    "type_of",
]
