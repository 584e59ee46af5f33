import pytest

from moei.access.cast import Member, create_member
from moei.access.models import Staff


@pytest.fixture
def second(release, agencies, now, db) -> Staff:
    """A second administrator of the same agency: perhaps a colleague, perhaps a second account of the first."""
    return create_member(
        Member("admin2", "Second account", "MSDHS Tak", "", ("administrator",)), release, agencies, now=now
    )
