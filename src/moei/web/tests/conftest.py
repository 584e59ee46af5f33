"""What several tests of the pages do."""

from __future__ import annotations

import pytest
from django.urls import reverse

from moei.access.models import Proposal


@pytest.fixture
def approved(sign_in, somsak):
    """`approved("account")`: Somsak looks at what waits, and approves it on its page."""

    def approve(kind: str) -> Proposal:
        proposal = Proposal.objects.get(kind=kind, decided_at=None)
        page, there = sign_in(somsak), reverse("web:proposal", args=[proposal.pk])
        assert there in page.get(reverse("web:proposals")).content.decode()
        page.post(there, {"decision": "approve"})
        proposal.refresh_from_db()
        assert proposal.approved
        return proposal

    return approve
