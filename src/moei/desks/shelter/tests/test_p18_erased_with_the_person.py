"""What the desk keeps of somebody goes with them; the place, its beds and everybody else stay (P18)."""

from moei.casefile.models import Person
from moei.desks.shelter.actions.decline import decline_shelter
from moei.desks.shelter.actions.safety import add_to_group, record_flag
from moei.desks.shelter.actions.stay import check_in
from moei.desks.shelter.models import Bed, Place, SafetyFlag, Stay
from moei.retention.reach import rows_hanging_on


def test_p18_stays_flags_and_what_was_declined_hang_on_the_person(place, people, acting, anong):
    teak, case, other = place(women=3), people.woman("One"), people.woman("Other")
    check_in(acting(anong), case, teak)
    kept = check_in(acting(anong), other, teak)
    record_flag(acting(anong), other, SafetyFlag.Kind.PERSON, other=case, reach=SafetyFlag.Reach.ROOM)
    add_to_group(acting(anong), case, "Group 3")
    decline_shelter(acting(anong), case)
    found = {model._meta.label: ids for model, ids in rows_hanging_on({Person: {case.person_id}}).items()}
    gone = {"shelter.Stay", "shelter.SafetyFlag", "shelter.GroupMember", "shelter.Declined"}
    assert gone <= found.keys() and kept.pk not in found["shelter.Stay"]
    assert not {Place._meta.label, Bed._meta.label, "shelter.ApartGroup"} & found.keys()
    assert Stay.objects.count() == 2
