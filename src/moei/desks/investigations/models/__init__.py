"""The desk's tables. No row of them names a case or a person; see `pseudonyms` for how a withdrawal finds its rows."""

from moei.desks.investigations.models.exports import Export, ExportedStatement
from moei.desks.investigations.models.links import LinkAgreement, LinkKey, LinkRequest, LinkSeal
from moei.desks.investigations.models.network import Fact, Judgement, NamePart, OutsideSource, Tie
from moei.desks.investigations.models.statements import Statement, Teller

__all__ = [
    "Export",
    "ExportedStatement",
    "Fact",
    "Judgement",
    "LinkAgreement",
    "LinkKey",
    "LinkRequest",
    "LinkSeal",
    "NamePart",
    "OutsideSource",
    "Statement",
    "Teller",
    "Tie",
]
