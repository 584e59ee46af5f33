"""Equal identifiers join by themselves, names when somebody judged so; what stands beside an entity."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.casefile.actions.consent import withdraw_all
from moei.desks.investigations.actions.judge import judge, undo_judgement
from moei.desks.investigations.facts import Said
from moei.desks.investigations.models import Fact, Judgement, NamePart
from moei.desks.investigations.selectors.leads import judgements_of, leads_of, to_judge
from moei.desks.investigations.selectors.network import around, mentioned, nodes_of
from moei.desks.investigations.tests.conftest import NEXT_WEEK
from moei.desks.investigations.words import Verdict, What
from moei.engines.networks import Fact as EngineFact
from moei.engines.networks import build

pytestmark = pytest.mark.django_db
PHONES = ("+66 81 234 5678", "0066812345678", "(081) 234-5678")


@pytest.fixture
def at(acting, niran):
    return acting(niran, later=NEXT_WEEK)


@pytest.fixture
def three(tell, crowd):
    """Three people tell of one telephone in three ways, and of a recruiter under three spellings."""
    spellings = ("Chen Wei", "Chen Wai", "Chenn Wei")
    return [
        tell(
            case,
            "He recruited me.",
            Said(What.RECRUITER, name, of=2),
            Said(What.PHONE, phone, of=0, country="THA"),
            Said(What.COMPOUND, "Blue Garden"),
        )
        for case, name, phone in zip(crowd, spellings, PHONES, strict=False)
    ]


def recruiter(statement) -> Fact:
    return statement.facts.get(what="recruiter")


def test_one_number_written_in_three_ways_is_one_entity_and_three_names_are_three(three, at):
    rows = {row["entity"].partition(":")[0]: row for row in mentioned(at, at_least=2)}
    assert set(rows) == {"phone"}
    assert (rows["phone"]["voices"], rows["phone"]["told"]) == (3, 3)
    assert mentioned(at, kind="person").count() == 3


def test_two_statements_of_one_pseudonym_are_one_voice(tell, crowd, at):
    for text in ("First.", "Second."):
        tell(crowd[0], text, Said(What.PHONE, PHONES[0]))
    (row,) = mentioned(at)
    assert (row["voices"], row["told"]) == (1, 2)


def test_around_a_number_stand_those_who_use_it_and_what_was_said_together(three, at):
    phone = three[0].facts.get(what="phone")
    found = around(at, phone.entity)
    assert (found.centre.label, len(found.nodes), found.left_out) == ("+66812345678", 7, 0)
    stated = {(edge.role, edge.said) for edge in found.edges if edge.stated}
    assert stated == {("uses", 1), ("recruited for", 1)}
    assert sum(edge.stated for edge in found.edges) == 6


def test_no_more_is_shown_than_there_is_room_for_and_the_rest_is_counted(three, at):
    phone = three[0].facts.get(what="phone")
    found = around(at, phone.entity, most=4)
    assert (len(found.nodes), found.left_out) == (4, 3)


def test_names_that_are_alike_are_leads_with_the_number_that_they_share(three, at):
    leads = leads_of(at, recruiter(three[0]))
    assert {lead.text for lead in leads} == {"Chen Wai", "Chenn Wei"}
    assert {lead.shared for lead in leads} == {("phone:+66812345678",)}


def test_the_same_joins_not_the_same_and_undecided_do_not(three, at):
    one, two, three_ = map(recruiter, three)
    judge(at, one, [two.pk], Verdict.SAME, reason="one telephone, one compound")
    judge(at, one, [three_.pk], Verdict.UNDECIDED, reason="the age does not fit")
    (row,) = mentioned(at, kind="person", at_least=2)
    assert row["voices"] == 2
    (node,) = nodes_of(at, [row])
    assert node.label in ("Chen Wei", "Chen Wai")
    assert leads_of(at, one) == []
    assert [found.verdict for found in judgements_of(at, row["entity"])] == ["undecided", "same"] or len(
        judgements_of(at, row["entity"])
    ) == 2


def test_undone_it_falls_apart_and_is_a_lead_again(three, at):
    one, two, last = map(recruiter, three)
    (made,) = judge(at, one, [two.pk], Verdict.SAME, reason="one telephone")
    judge(at, two, [last.pk], Verdict.SAME, reason="one telephone")
    one.refresh_from_db()
    assert mentioned(at, kind="person").count() == 1
    undo_judgement(at, made, why="two brothers")
    assert mentioned(at, kind="person").count() == 2
    one.refresh_from_db()
    assert {lead.text for lead in leads_of(at, one)} == {"Chen Wai", "Chenn Wei"}
    made.refresh_from_db()
    assert (made.undone_why, made.undone_by.username) == ("two brothers", "niran")
    with pytest.raises(Invalid, match="undone already"):
        undo_judgement(at, made, why="again")


def test_what_was_judged_not_to_be_the_same_is_not_joined_by_a_third(three, at):
    one, two, last = map(recruiter, three)
    judge(at, one, [two.pk], Verdict.DIFFERENT, reason="seen together")
    judge(at, two, [last.pk], Verdict.SAME, reason="one scar")
    with pytest.raises(Invalid, match="judged not to be the same"):
        judge(at, one, [last.pk], Verdict.SAME, reason="one telephone")


def test_numbers_are_never_judged_and_a_judgement_has_a_reason(three, at):
    phones = [statement.facts.get(what="phone") for statement in three]
    with pytest.raises(Invalid, match="Numbers join by themselves"):
        judge(at, recruiter(three[0]), [phones[0].pk], Verdict.SAME, reason="no")
    with pytest.raises(Invalid, match="Say why"):
        judge(at, recruiter(three[0]), [recruiter(three[1]).pk], Verdict.SAME, reason=" ")
    with pytest.raises(Invalid, match="Choose at least one"):
        judge(at, recruiter(three[0]), [], Verdict.SAME, reason="no")


def test_nobody_judges_who_does_not_investigate(three, acting, vera):
    with pytest.raises(Refused):
        judge(
            acting(vera, later=NEXT_WEEK), recruiter(three[0]), [recruiter(three[1]).pk], "same", reason="x"
        )


def test_with_the_consent_the_judgement_and_what_hung_on_it_are_gone(three, crowd, at, acting, kanya):
    one, two, last = map(recruiter, three)
    judge(at, one, [two.pk], Verdict.SAME, reason="one telephone")
    judge(at, two, [last.pk], Verdict.SAME, reason="one telephone")
    withdraw_all(acting(kanya), crowd[1])
    assert not Judgement.objects.exists()
    assert mentioned(at, kind="person").count() == 2
    assert {row["voices"] for row in mentioned(at, kind="phone")} == {2}


def test_the_engine_groups_the_same_facts_in_the_same_way(three, at):
    """What the columns hold is what `engines.networks` makes of the same facts and judgements."""
    one, two, _last = map(recruiter, three)
    judge(at, two, [one.pk], Verdict.SAME, reason="one telephone")
    rows = list(Fact.objects.exclude(kind=""))
    made = build(
        (EngineFact(str(row.pk), row.said, row.kind, row.text, row.voice, key=row.key) for row in rows),
        same=[(str(pair.one_id), str(pair.other_id)) for pair in Judgement.objects.all()],
    )
    assert made.by_fact == {str(row.pk): row.entity for row in rows}


def test_spellings_of_many_wait_to_be_judged(tell, crowd, at):
    for case in crowd[:3]:
        tell(case, "He.", Said(What.BOSS, "Lao Wang"))
    (row,) = to_judge(at)
    assert (row["text"], row["entities"], row["voices"]) == ("Lao Wang", 3, 3)
    (lead,) = leads_of(at, Fact.objects.first())
    assert len(lead.facts) == 2
    judge(at, Fact.objects.first(), lead.facts, Verdict.SAME, reason="one compound, one floor")
    assert not to_judge(at)


# Pages


def test_an_investigator_judges_on_the_page_and_undoes_it(three, niran, sign_in):
    page, fact = sign_in(niran), recruiter(three[0])
    address = reverse("investigations:entity", args=[fact.pk])
    seen = page.get(address).content.decode()
    assert "Chen Wai" in seen and "uses →" in seen and "phone:+66812345678" in seen
    other = recruiter(three[1])
    sent = {"others": [str(other.pk)], "verdict": "same", "reason": "one telephone"}
    assert page.post(address, sent | {"reason": ""}).status_code == 422
    assert page.post(address, sent).status_code == 302
    assert "one telephone" in page.get(address).content.decode()
    undo = reverse("investigations:undo_judgement", args=[Judgement.objects.get().pk])
    assert page.post(undo, {"why": "two brothers"}).status_code == 302
    assert "one telephone" not in page.get(address).content.decode()


def test_the_drawing_has_what_the_table_has(three, niran, sign_in):
    fact = three[0].facts.get(what="phone")
    data = sign_in(niran).get(reverse("investigations:graph", args=[fact.pk])).json()
    assert len(data["nodes"]) == 7 and data["nodes"][0]["centre"]
    assert {edge["role"] for edge in data["edges"] if edge["stated"]} == {"uses", "recruited for"}
    more = recruiter(three[1]).pk
    again = sign_in(niran).get(
        reverse("investigations:graph", args=[fact.pk]), {"more": [str(more), "nonsense"]}
    )
    assert len(again.json()["nodes"]) == 7


def test_lists_and_timeline_show_what_there_is(tell, crowd, three, niran, sign_in, now):
    tell(crowd[3], "Then.", Said(What.BOSS, "Lao Wang", on=now.date(), place="second floor"))
    page = sign_in(niran)
    assert "+66812345678" in page.get(reverse("investigations:entities")).content.decode()
    found = page.post(reverse("investigations:entities"), {"q": "garden"}).content.decode()
    assert "Blue Garden" in found and "+66812345678" not in found
    assert "second floor" in page.get(reverse("investigations:timeline")).content.decode()
    assert "Blue Garden" in page.get(reverse("investigations:names")).content.decode()


def test_what_is_looked_for_stands_in_no_address_and_in_no_entry(three, niran, sign_in):
    from moei.journal.models import Entry

    page = sign_in(niran).post(reverse("investigations:entities"), {"q": "Blue Garden"})
    assert page.status_code == 200
    assert "Blue Garden" not in repr(list(Entry.objects.values("data", "fields")))


def test_pages_cost_the_same_whatever_the_size(
    tell, crowd, three, niran, sign_in, draft, django_assert_max_num_queries
):
    address = reverse("investigations:entity", args=[three[0].facts.get(what="phone").pk])
    page = sign_in(niran)
    page.get(address)
    with django_assert_max_num_queries(36):
        page.get(address)
    for case in crowd:
        tell(case, "More.", Said(What.PHONE, PHONES[0]), Said(What.BOSS, "Lao Wang"))
    with django_assert_max_num_queries(36):
        page.get(address)


def test_thai_names_that_were_told_before_meet_those_told_after(tell, crowd):
    """An instance that is brought up to date: what ICU cut into syllables is made anew."""
    before = tell(crowd[0], "He recruited me.", Said(What.RECRUITER, "สมชาย ใจดี")).facts.get()
    after = tell(crowd[1], "He recruited me.", Said(What.RECRUITER, "SOMCHAI CHAIDEE")).facts.get()
    NamePart.objects.filter(fact=before).delete()
    NamePart.objects.create(fact=before, bones="s mchay")
    import_module("moei.desks.investigations.migrations.0002_thai_lao_and_khmer_parts").make_anew(apps, None)
    bones = [
        set(NamePart.objects.filter(fact=fact).values_list("bones", flat=True)) for fact in (before, after)
    ]
    assert len(bones[0] & bones[1]) >= 2, bones
