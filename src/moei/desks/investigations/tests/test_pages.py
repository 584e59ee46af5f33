"""The pages of the first part, as the people of the cast see them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from moei.desks.investigations.models import LinkKey, Statement
from moei.desks.investigations.tests.conftest import TRON
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db


def posted(dsi, now, *facts, **values) -> dict[str, str]:
    data = {
        "agency": str(dsi.pk),
        "heard_on": now.date().isoformat(),
        "text": "We were sold for work that was none.",
        "source_grade": "B",
        "information_grade": "2",
        "handling": "H0",
        "facts-TOTAL_FORMS": str(len(facts) or 1),
        "facts-INITIAL_FORMS": "0",
        **values,
    }
    for place, fact in enumerate(facts):
        data |= {f"facts-{place}-{name}": value for name, value in fact.items()}
    return data


@pytest.fixture
def ready(crowd, agree_to, link_keys):
    agree_to(crowd[0])
    return crowd[0]


def test_a_caseworker_hands_over_a_statement_with_its_facts(ready, kanya, dsi, sign_in, now):
    page = sign_in(kanya)
    facts = (
        {"what": "recruiter", "text": "Mr Chen", "of": "3"},
        {},
        {"what": "compound", "text": "Blue Garden", "country": "Myanmar"},
        {"what": "wallet", "text": TRON, "of": "1"},
    )
    answer = page.post(reverse("investigations:give", args=[ready.pk]), posted(dsi, now, *facts), follow=True)
    assert "It is handed over" in answer.content.decode()
    statement = Statement.objects.get()
    assert [fact.text for fact in statement.facts.order_by("position")] == ["Mr Chen", "Blue Garden", TRON]
    assert statement.facts.get(what="compound").country == "MMR"
    assert (
        statement.facts.get(what="recruiter").ties_from.get(role="recruited for").other.text == "Blue Garden"
    )


def test_each_wrong_fact_is_named_beside_its_row_and_nothing_is_lost(ready, kanya, dsi, sign_in, now):
    facts = ({"what": "boss", "text": "Lao Wang"}, {"what": "phone", "text": "123"})
    answer = sign_in(kanya).post(reverse("investigations:give", args=[ready.pk]), posted(dsi, now, *facts))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "3 digits are too few for a telephone number" in text
    assert "Lao Wang" in text and "We were sold for work" in text


def test_names_are_shown_to_the_giver_and_passed_when_cleared(ready, kanya, dsi, sign_in, now):
    page, address = sign_in(kanya), reverse("investigations:give", args=[ready.pk])
    answer = page.post(address, posted(dsi, now, text="Bontu hit us."))
    assert answer.status_code == 422 and "Nothing has left yet" in answer.content.decode()
    assert not Statement.objects.exists()
    assert page.post(address, posted(dsi, now, text="Bontu hit us.", cleared="Bontu")).status_code == 302


def test_more_rows_keep_what_was_typed_and_save_nothing(ready, kanya, dsi, sign_in, now):
    data = posted(dsi, now, {"what": "boss", "text": "Lao Wang"}, more="1")
    answer = sign_in(kanya).post(reverse("investigations:give", args=[ready.pk]), data)
    assert answer.status_code == 200
    assert "facts-6-what" in answer.content.decode() and "Lao Wang" in answer.content.decode()
    assert not Statement.objects.exists()


def test_the_link_to_it_stands_in_the_file_for_a_caseworker_alone(ready, kanya, anong, sign_in):
    address = reverse("investigations:case", args=[ready.pk])
    assert address in sign_in(kanya).get(reverse("cases:file", args=[ready.pk])).content.decode()
    assert address not in sign_in(anong).get(reverse("cases:file", args=[ready.pk])).content.decode()
    kept = sign_in(anong).get(address).content.decode()
    assert "so that it cannot weigh" in kept and "Hand over" not in kept


def test_without_consent_the_page_says_that_it_costs_nothing(crowd, kanya, sign_in):
    page = sign_in(kanya).get(reverse("investigations:case", args=[crowd[1].pk])).content.decode()
    assert "it costs them nothing" in page
    assert reverse("investigations:give", args=[crowd[1].pk]) not in page


def test_an_investigator_reads_the_list_and_a_statement_and_the_journal_knows(tell, niran, sign_in):
    statement = tell()
    page = sign_in(niran)
    listed = page.get(reverse("investigations:statements")).content.decode()
    assert statement.code in listed and "Ethiopia, 25–34" in listed
    one = page.get(reverse("investigations:statement", args=[statement.pk])).content.decode()
    assert "Mr Chen Wei" in one and "Blue Garden, Myanmar" in one.replace(" (Burma)", "")
    assert {"statements.listed", "statement.read"} <= set(
        Entry.objects.filter(actor=niran.pk).values_list("action", flat=True)
    )


def test_the_number_of_queries_does_not_grow_with_the_list(
    tell, crowd, niran, sign_in, django_assert_max_num_queries
):
    for case in crowd:
        tell(case)
    page = sign_in(niran)
    page.get(reverse("investigations:statements"))
    with django_assert_max_num_queries(26):
        page.get(reverse("investigations:statements"))


def test_links_are_asked_and_answered_on_pages(tell, niran, somsak, dej, sign_in):
    statement = tell()
    page = sign_in(niran)
    page.post(
        reverse("investigations:ask_link", args=[statement.teller_id]),
        {"reason": "A witness is needed in court."},
    )
    seen = sign_in(somsak).get(reverse("investigations:links")).content.decode()
    assert "A witness is needed in court." in seen and statement.teller.code in seen
    request = statement.teller.requests.get()
    address = reverse("investigations:answer_link", args=[request.pk])
    for staff in (somsak, dej):
        sign_in(staff).post(address, {"agrees": "yes", "reason": "The court asks for it."})
    assert "Take the sealed file" in sign_in(dej).get(address).content.decode()
    sealed = sign_in(dej).get(reverse("investigations:sealed_link", args=[request.pk]))
    assert sealed.content.startswith(b"age-encryption.org/v1")
    assert (
        "two agencies agreed"
        in sign_in(niran).get(reverse("investigations:statement", args=[statement.pk])).content.decode()
    )


def test_a_key_is_given_on_a_page(somsak, sign_in, db):
    from moei.crypto.envelope import new_identity

    address = reverse("investigations:give_link_key")
    assert sign_in(somsak).post(address, {"recipient": "age1no"}).status_code == 422
    assert sign_in(somsak).post(address, {"recipient": new_identity()[1]}).status_code == 302
    assert LinkKey.objects.get().agency == somsak.agency
