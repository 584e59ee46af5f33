"""What may be done only because two agencies agreed on it."""

from __future__ import annotations

from moei.access.acting import Refused
from moei.access.models import Proposal


def require_agreed(proposal: Proposal, *kinds: Proposal.Kind) -> None:
    """Raises `Refused` unless the database holds an approved proposal of such a kind, about the same person."""
    agreed = Proposal.objects.filter(pk=proposal.pk, kind__in=kinds, approved=True, decided_at__isnull=False)
    if proposal.staff_id not in agreed.values_list("staff_id", flat=True):
        raise Refused("Two people of two agencies agree on this: propose it.")
