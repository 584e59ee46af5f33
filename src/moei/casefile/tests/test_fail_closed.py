"""Case data asked for with nobody acting raises."""

import pytest

from moei.casefile.models import Case
from moei.casefile.querysets import NoActingStaff


@pytest.mark.parametrize(
    "ask",
    [
        lambda: list(Case.objects.all()),
        lambda: Case.objects.count(),
        lambda: Case.objects.exists(),
        lambda: Case.objects.first(),
        lambda: Case.objects.get(number="1"),
        lambda: list(Case.objects.values_list("number")),
        lambda: Case.objects.aggregate(),
        lambda: list(Case.objects.iterator()),
        lambda: Case.objects.update(stage="x"),
        lambda: bool(Case.objects.filter(stage="x")),
    ],
)
def test_a_query_with_no_acting_staff_raises(db, ask):
    with pytest.raises(NoActingStaff):
        ask()


def test_the_cases_of_a_release_are_no_way_around(release):
    with pytest.raises(NoActingStaff):
        list(release.cases.all())


def test_nothing_is_ever_deleted(anong, add_case, now):
    add_case("Khamla")
    with pytest.raises(NotImplementedError):
        Case.objects.visible_to(anong, now=now).delete()
