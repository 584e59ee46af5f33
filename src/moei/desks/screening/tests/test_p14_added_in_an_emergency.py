"""P14: whoever one administrator alone added in an emergency sits on no panel, whatever their role writes."""

import pytest

from moei.access.acting import Invalid
from moei.access.actions.add_in_emergency import add_in_emergency
from moei.desks.screening.actions.sign_determination import sign_determination
from moei.desks.screening.models import Signature


def test_p14_whoever_was_added_in_an_emergency_signs_no_determination(steps, acting, admin, site):
    case = steps.read()
    fah, _password = add_in_emergency(
        acting(admin), "fah", "Fah Volunteer", "social_worker", site=site, reason="Two buses came at night"
    )
    with pytest.raises(Invalid, match="names no profession"):
        sign_determination(acting(fah), case, outcome="victim_declines", reasons="One person's own words.")
    assert not Signature.objects.exists()
