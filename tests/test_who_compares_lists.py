"""A kind of agency that is new in Moei is thought about where lists are compared, too."""

from moei.access.models import Agency
from moei.engines.private_comparison.agreement import KINDS, NEVER


def test_every_kind_of_agency_may_compare_lists_or_never():
    assert {kind.value for kind in Agency.Kind} <= set(KINDS) | set(NEVER)
    assert not set(KINDS) & set(NEVER)
