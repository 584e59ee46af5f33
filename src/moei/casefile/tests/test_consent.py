"""Consent: one purpose, one recipient, the exact words, and an end that takes effect at once."""

import pytest

from moei.access.acting import Invalid
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import record_consent, record_disclosure, withdraw_consent
from moei.casefile.models import Purpose, Wording
from moei.casefile.selectors.cases import visible_cases
from moei.crypto import text_digest


@pytest.fixture
def add_case(add_case, acting, anong, kanya):
    """Each case is assigned to Kanya, who asks: she decides nothing."""

    def add(*args, **values):
        case = add_case(*args, **values)
        assign_case(acting(anong), case, kanya)
        return case

    return add


@pytest.fixture
def wording(db):
    text = "We ask whether your embassy may know that you are here."
    return Wording.objects.create(
        code="consent.embassy",
        language="am",
        text=text,
        sha256=text_digest(text),
        status=Wording.Status.REVIEWED,
    )


def test_p02_an_embassy_sees_nobody_before_consent(tesfa, add_case, now, release):
    add_case("Henok Desta", nationality="ETH")
    assert not visible_cases(tesfa, release.id, now=now).exists()


def test_p04_giving_opens_and_withdrawing_closes_at_once(
    kanya, tesfa, acting, add_case, now, release, wording, agencies
):
    case = add_case("Henok Desta", nationality="ETH")
    embassy = agencies["Embassy of Ethiopia"]
    consent = record_consent(
        acting(kanya), case, Purpose.EMBASSY, given=True, wording=wording, recipient=embassy
    )
    assert visible_cases(tesfa, release.id, now=now).get() == case
    withdraw_consent(acting(kanya), consent)
    assert not visible_cases(tesfa, release.id, now=now).exists()


def test_p04_a_refusal_opens_nothing(kanya, tesfa, acting, add_case, now, release, wording, agencies):
    case = add_case("Henok Desta", nationality="ETH")
    record_consent(
        acting(kanya),
        case,
        Purpose.EMBASSY,
        given=False,
        wording=wording,
        recipient=agencies["Embassy of Ethiopia"],
    )
    assert not visible_cases(tesfa, release.id, now=now).exists()


def test_p04_an_unreviewed_text_needs_a_named_interpreter(kanya, selam, acting, add_case, wording, agencies):
    case, embassy = add_case("Henok Desta", nationality="ETH"), agencies["Embassy of Ethiopia"]
    wording.status = Wording.Status.DRAFT
    wording.save()
    with pytest.raises(Invalid, match="not reviewed"):
        record_consent(acting(kanya), case, Purpose.EMBASSY, given=True, wording=wording, recipient=embassy)
    consent = record_consent(
        acting(kanya),
        case,
        Purpose.EMBASSY,
        given=True,
        wording=wording,
        recipient=embassy,
        translated_by=selam,
    )
    assert consent.translated_by == selam
    assert consent.wording_sha256 == text_digest(wording.text)


def test_p04_a_text_changed_below_the_program_is_noticed(kanya, acting, add_case, wording, agencies):
    Wording.objects.update(text="We ask nothing.")
    wording.refresh_from_db()
    with pytest.raises(Invalid, match="changed after"):
        record_consent(
            acting(kanya),
            add_case("Henok"),
            Purpose.EMBASSY,
            given=True,
            wording=wording,
            recipient=agencies["Embassy of Ethiopia"],
        )


def test_p02_police_do_not_ask_for_consent(kanya, acting, add_case, wording, agencies):
    kanya.profession = "police"
    with pytest.raises(Invalid, match="not police"):
        record_consent(acting(kanya), add_case("Henok"), Purpose.MEDIA, given=False, wording=wording)


def test_p02_the_recipient_must_be_one_mission(kanya, acting, add_case, wording, agencies):
    for recipient in (None, agencies["ATPD"]):
        with pytest.raises(Invalid, match="one recipient"):
            record_consent(
                acting(kanya),
                add_case("Henok"),
                Purpose.EMBASSY,
                given=True,
                wording=wording,
                recipient=recipient,
            )


def test_p01_withdrawing_shows_what_cannot_be_recalled(kanya, acting, add_case, wording, agencies):
    case, embassy = add_case("Henok Desta"), agencies["Embassy of Ethiopia"]
    consent = record_consent(
        acting(kanya), case, Purpose.EMBASSY, given=True, wording=wording, recipient=embassy
    )
    record_disclosure(
        acting(kanya), case, what="list on paper", to_whom=embassy.name, basis="given by hand", outside=True
    )
    gone = withdraw_consent(acting(kanya), consent)
    assert [disclosure.what for disclosure in gone] == ["list on paper"]


def test_p04_an_answer_is_recorded_only_with_the_words_that_asked_for_it(kanya, acting, add_case, wording):
    with pytest.raises(Invalid, match="something else"):
        record_consent(acting(kanya), add_case("H"), Purpose.FAMILY, given=True, wording=wording)


def test_p02_withdrawing_one_purpose_leaves_what_another_one_opened(
    kanya, tesfa, acting, add_case, now, release, wording, agencies
):
    case, embassy = add_case("Henok Desta", nationality="ETH"), agencies["Embassy of Ethiopia"]
    text = "May the embassy tell your family?"
    family = Wording.objects.create(
        code="consent.family", language="am", text=text, sha256=text_digest(text), status=wording.status
    )
    record_consent(acting(kanya), case, Purpose.EMBASSY, given=True, wording=wording, recipient=embassy)
    told = record_consent(acting(kanya), case, Purpose.FAMILY, given=True, wording=family, recipient=embassy)
    withdraw_consent(acting(kanya), told)
    assert visible_cases(tesfa, release.id, now=now).filter(pk=case.pk).exists()
