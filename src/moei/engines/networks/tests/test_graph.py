"""What joins, what does not, and what lies around an entity."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moei.engines.networks import TOGETHER, Fact, Kind, Tie, build, leads

PHONES = ["081 234 5678", "+66812345678", "0066-81-234-5678"]


def fact(number, kind, text, statement="", **more):
    return Fact(f"f{number}", statement or f"s{number}", kind, text, **more)


def test_equal_identifiers_are_one_entity_however_they_are_written():
    network = build(fact(n, Kind.PHONE, text, country="THA") for n, text in enumerate(PHONES))
    [entity] = network.entities.values()
    assert entity.id == "phone:+66812345678" and entity.label == "+66812345678"
    assert entity.statements == {"s0", "s1", "s2"}


def test_the_same_name_twice_stays_two_people_until_somebody_judges():
    facts = [fact(1, Kind.PERSON, "Wang Lei"), fact(2, Kind.PERSON, "Wang Lei"), fact(3, Kind.PERSON, "王磊")]
    assert len(build(facts).entities) == 3
    judged = build(facts, same=[("f3", "f1")])
    assert sorted(entity.facts for entity in judged.entities.values()) == [("f1", "f3"), ("f2",)]


@given(st.permutations([("f1", "f2"), ("f2", "f3"), ("f4", "f5"), ("f3", "f1")]))
def test_judgements_join_in_any_order(same):
    network = build([fact(n, Kind.PERSON, f"P{n}") for n in range(1, 7)], same=same)
    assert sorted(entity.facts for entity in network.entities.values()) == [
        ("f1", "f2", "f3"),
        ("f4", "f5"),
        ("f6",),
    ]


def test_a_judgement_on_a_withdrawn_statement_is_no_more():
    facts = [fact(1, Kind.PERSON, "Wang Lei"), fact(2, Kind.PHONE, PHONES[0], country="THA")]
    network = build(facts, [Tie("f1", "f9", "uses")], same=[("f1", "f9")])
    assert len(network.entities) == 2 and not network.stated


def test_identifiers_are_not_judged_to_be_one():
    facts = [fact(1, Kind.PHONE, "+66812345678"), fact(2, Kind.PHONE, "+66812345679")]
    with pytest.raises(ValueError, match="named things"):
        build(facts, same=[("f1", "f2")])
    with pytest.raises(ValueError, match="two facts"):
        build([facts[0], facts[0]])


def test_what_cannot_be_read_is_kept_with_the_reason_and_joins_with_nothing():
    network = build([fact(1, Kind.PHONE, "191"), fact(2, Kind.PHONE, "191")])
    assert len(network.entities) == 2
    assert all("3 digits" in entity.problem for entity in network.entities.values())


def test_two_statements_of_one_teller_are_one_mention():
    facts = [fact(n, Kind.PHONE, "+66812345678", teller="t1") for n in range(3)]
    assert build(facts).mentioned_by_several() == []
    [entity] = build([*facts, fact(9, Kind.PHONE, "+66812345678", teller="t2")]).mentioned_by_several()
    assert len(entity.tellers) == 2 and len(entity.statements) == 4


def test_how_things_belong_together_is_said_once_and_the_rest_is_said_together():
    facts = [
        fact(1, Kind.PERSON, "Wang Lei", "s"),
        fact(2, Kind.PHONE, "+66812345678", "s"),
        fact(3, Kind.PLACE, "Building 5", "s"),
    ]
    network = build(facts, [Tie("f1", "f2", "uses")])
    roles = sorted((link.role, link.stated) for link in network.links())
    assert roles == [(TOGETHER, False), (TOGETHER, False), ("uses", True)]


def test_a_key_that_was_read_before_is_not_read_again():
    network = build([fact(1, Kind.PHONE, "not a number", key="phone:+66812345678")])
    assert "phone:+66812345678" in network.entities


def test_names_that_are_alike_make_leads_and_shared_phones_come_first():
    facts = [
        fact(1, Kind.PERSON, "Wang Lei"),
        fact(2, Kind.PERSON, "王磊"),
        fact(3, Kind.PERSON, "WangLei"),
        fact(4, Kind.PERSON, "Somchai"),
        fact(5, Kind.COMPANY, "Wang Lei"),
        fact(6, Kind.PHONE, "+66812345678"),
        fact(7, Kind.PHONE, "+66812345678"),
    ]
    network = build(facts, [Tie("f1", "f6", "uses"), Tie("f3", "f7", "uses")])
    found = leads(network)
    assert found[0].shared == ("phone:+66812345678",)
    assert {(found[0].one, found[0].other)} == {("person:~f1", "person:~f3")}
    assert {"person:~f2"} <= {end for lead in found for end in (lead.one, lead.other)}
    assert not any("f4" in lead.one + lead.other or "f5" in lead.one + lead.other for lead in found)
    assert len(network.entities) == 6
    assert len(leads(network, judged={frozenset(("f1", "f3"))})) == len(found) - 1
    assert all("person:~f2" in (lead.one, lead.other) for lead in leads(network, of="person:~f2"))


def many(statements):
    """Invented statements of which each names the same compound, and one phone of a few that all use."""
    chance = random.Random(1)
    for number in range(statements):
        said = [
            (Kind.ACCOUNT, f"THA:bank:{chance.randrange(2000):010d}", "account"),
            (Kind.PHONE, f"+6681{chance.randrange(3000):07d}", "phone"),
            (Kind.PHONE, f"+6681{chance.randrange(20):07d}", "phone"),
            (Kind.HANDLE, f"telegram:boss_{chance.randrange(500)}", "handle"),
            (Kind.HANDLE, "telegram:the_company", "handle"),
        ]
        for place, (kind, value, prefix) in enumerate(said):
            yield Fact(
                f"{number}.{place}", f"s{number}", kind, value, key=f"{prefix}:{value}", teller=f"t{number}"
            )
        yield Fact(f"{number}.p", f"s{number}", Kind.PERSON, f"Boss {chance.randrange(900)}")


def test_what_lies_around_the_busiest_entity_of_5000_statements_is_found_within_500_ms():
    network = build(many(5000))
    busiest = network.mentioned_by_several()[0]
    assert busiest.id == "handle:telegram:the_company" and len(busiest.statements) == 5000
    took = []
    for _ in range(3):
        began = time.perf_counter()
        near = network.around(busiest.id, most=100)
        took.append(time.perf_counter() - began)
    assert len(near.entities) == 100 and near.entities[0] is busiest and near.left_out > 5000
    assert min(took) < 0.5, took


def test_a_neighbourhood_goes_on_while_there_is_room():
    facts = [
        fact(1, Kind.PHONE, "+66812345678", "a"),
        fact(2, Kind.PLACE, "Building 5", "a"),
        fact(3, Kind.PHONE, "+66812345678", "b"),
        fact(4, Kind.COMPANY, "Far", "b"),
    ]
    network = build(facts)
    near = network.around("place:~f2", most=10)
    assert [entity.id for entity in near.entities] == ["place:~f2", "phone:+66812345678", "company:~f4"]
    assert network.around("place:~f2", most=10, steps=1).left_out == 0
    small = network.around("place:~f2", most=2)
    assert len(small.entities) == 2
    assert all(link.one != "company:~f4" != link.other for link in small.links)
    with pytest.raises(KeyError):
        network.around("place:~f9")
