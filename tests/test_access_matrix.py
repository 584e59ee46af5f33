"""Every address and every operation of the API, called as every role and as nobody.

What should happen is computed here from the policy table, not by the program's own `can` and `visible_to`. A new
address without a rule fails `test_every_address_declares_its_rule`.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from moei.access.actions.break_glass import break_glass
from moei.access.actions.propose import propose
from moei.access.cast import CAST, Member, create_member
from moei.access.models import ApiToken, CaseGrant, Proposal, RoleGrant, Site, Staff
from moei.access.policy import ACTIONS, DUTIES, ROLES, Cases, Section
from moei.access.web import declared
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.consent import record_consent
from moei.casefile.actions.load_wordings import current_wording, load_wordings
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.models import Purpose
from moei.crypto import digest_token
from moei.desks.evidence.tests.rows import evidence_of
from moei.desks.investigations.tests.rows import rows_of_the_desk
from moei.engines.protocol import EventKind
from moei.web.api import api
from tests.headers import faults
from tests.of_every_desk import at_missions, in_a_place, in_care, way_home

pytestmark = pytest.mark.django_db

# Roles that nobody of the cast has.
EXTRA = (
    Member("rin", "Rin (registrar)", "MSDHS Tak", "", ("registrar",)),
    Member("hom", "Hom (health)", "MSDHS Tak", "", ("health_worker",)),
    Member("dej", "Dej (director)", "MSDHS Tak", "", ("director",)),
)
EVERYBODY = {member.username: member.roles for member in (*CAST, *EXTRA)}

# Open to nobody in particular: signing in and out, the language, the description of the API.
PUBLIC = {
    "account_login",
    "account_logout",
    "account_inactive",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "set_language",
    "api:openapi-json",
    "api:openapi-view",
    "api:api-root",
}
# Open to whoever is signed in, about themselves.
OWN = {
    "account_reauthenticate",
    "account_change_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
    "keepalive",
    "lock",
    "unlock",
    "unlock_passkey",
    "web:sign_in",
    "web:end_sessions",
    "web:forget_device",
    "web:home",
    "web:release",
    "web:second_factor",
}


# On a case of theirs, these say 404 until there is something to act on.
NOTHING_THERE = {"screening:withdraw"}


@dataclass(frozen=True)
class Address:
    name: str
    parameters: tuple[str, ...]
    rule: tuple[str, str] | None
    methods: tuple[str, ...]


def addresses(patterns=None, namespace: str = "", outer: tuple[str, ...] = ()) -> list[Address]:
    """All addresses of the program, the API's operations left out (they are walked by its description)."""
    found = []
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            found += addresses(entry.url_patterns, inner, (*outer, *entry.pattern.regex.groupindex))
        elif isinstance(entry, URLPattern):
            name = f"{namespace}{entry.name or entry.callback.__name__}"
            if namespace == "api:" and name not in PUBLIC:
                continue
            methods = getattr(entry.callback, "moei_methods", ("GET",))
            found.append(
                Address(name, (*outer, *entry.pattern.regex.groupindex), declared(entry.callback), methods)
            )
    return found


@dataclass
class World:
    """One case that is everybody's as far as their role goes, one at another site that is nobody's, and things."""

    staff: dict[str, Staff]
    theirs: object
    foreign: object
    values: dict[str, object] = field(default_factory=dict)


@pytest.fixture
def world(cast, release, agencies, add_case, acting, anong, now) -> World:
    staff = dict(cast)
    for member in EXTRA:
        staff[member.username] = create_member(member, release, agencies, now=now)
    theirs, joined = add_case("Theirs Person", nationality="ETH"), add_case("Joined Person")
    foreign = add_case("Foreign Person", site=Site.objects.create(name="Another crossing"))
    load_wordings(now=now)
    assign_case(acting(anong), theirs, staff["kanya"])
    assign_case(acting(anong), theirs, staff["dao"])
    assign_case(acting(anong), theirs, staff["selam"], CaseGrant.Basis.INTERPRETER)
    assign_case(acting(anong), theirs, staff["lawan"], CaseGrant.Basis.SUPPORT)
    for purpose, recipient in ((Purpose.EMBASSY, agencies["Embassy of Ethiopia"]), (Purpose.FAMILY, None)):
        consent = record_consent(
            acting(staff["kanya"]),
            theirs,
            purpose,
            given=True,
            wording=current_wording(purpose, "am"),
            recipient=recipient,
            translated_by=staff["selam"],
        )
    merge = merge_people(acting(anong), theirs, joined, reason="the same scar and the same passport")
    opened = break_glass(acting(staff["kanya"]), foreign.id, "long ago, to have something to review")
    type(opened).objects.filter(pk=opened.pk).update(ends_at=now, opened_at=now - timedelta(hours=3))
    # What a list brings cannot be voided by hand; what somebody at the crossing wrote can.
    (arrived,) = record_events(acting(anong), [Happening(theirs, EventKind.ARRIVED, now)])
    journey, seat, follow_up = way_home(acting(staff["ploy"]), theirs)
    values = {
        "journey_id": journey.pk,
        "seat_id": seat.pk,
        "follow_up_id": follow_up.pk,
        "consent_id": consent.pk,
        "merge_id": merge.pk,
        "opened_id": opened.pk,
        "event_id": arrived.pk,
        "extension": "csv",
        "staff_id": staff["vera"].pk,
        "grant_id": RoleGrant.objects.get(staff=staff["vera"]).pk,
        "kind": "role",
        "proposal_id": propose(
            acting(staff["admin"]), Proposal.Kind.PASSWORD, staff=staff["dao"], reason="lost the paper"
        ).pk,
    }
    values |= in_care(acting(staff["kanya"]), theirs, agencies["Baan Dao"], staff["selam"])
    values |= at_missions(acting(staff["ploy"]), theirs, agencies["Embassy of Ethiopia"])
    values |= evidence_of(acting(staff["niran"]))
    values |= in_a_place(acting(anong), theirs)
    values |= rows_of_the_desk(release, agencies["DSI"], staff["niran"], now)
    return World(staff, theirs, foreign, values)


def holds(roles: tuple[str, ...], action: str) -> bool:
    return bool(roles) if not action else any(DUTIES[action] in ROLES[role].duties for role in roles)


def reaches(roles: tuple[str, ...]) -> bool:
    """Whether `World.theirs` is theirs: every role that works on cases has it, by its site or by name."""
    return any(
        ROLES[role].cases is not Cases.NONE and Section.IDENTITY in ROLES[role].sections for role in roles
    )


def permits(roles: tuple[str, ...], action: str) -> bool:
    section, mode = ACTIONS[action]
    return any(len(ROLES[role].sections.get(section, "")) >= len(mode) for role in roles if reaches((role,)))


def expected(roles: tuple[str, ...], rule: tuple[str, str], *, theirs: bool) -> str:
    """ "allowed", "403" or "404", by the table alone."""
    kind, action = rule
    if not roles:
        return "403"
    if kind == "duty":
        return "allowed" if holds(roles, action) else "403"
    if not theirs or not reaches(roles):
        return "404"
    return "allowed" if permits(roles, action) else "403"


def test_every_address_declares_its_rule():
    unknown = [a.name for a in addresses() if a.rule is None and a.name not in PUBLIC | OWN]
    assert unknown == []


def test_every_rule_names_an_action_of_the_policy():
    for address in addresses():
        if address.rule:
            kind, action = address.rule
            assert (action == "" and kind == "duty") or action in {"duty": DUTIES, "case": ACTIONS}[kind], (
                address
            )


def test_the_lists_of_open_addresses_name_only_what_there_is():
    names = {address.name for address in addresses()}
    assert names >= PUBLIC | OWN


def test_nobody_gets_in_anywhere(world, client):
    for address in addresses():
        if address.name in PUBLIC:
            continue
        for url in urls_of(address, world):
            for method in address.methods:
                response = client.generic(method, url)
                assert response.status_code == 302, address
                assert response.headers["Location"].startswith("/account/"), address


@pytest.mark.parametrize("who", EVERYBODY)
def test_pages_answer_as_the_policy_says(world, who):
    client = Client()
    client.force_login(world.staff[who])
    session = client.session.session_key
    wrong = []
    for address in addresses():
        if address.rule is None:
            continue
        for theirs in (True, False) if address.rule[0] == "case" else (True,):
            url = url_of(address, world, theirs=theirs)
            for method in address.methods:
                with transaction.atomic():
                    response = client.generic(method, url)
                    transaction.set_rollback(True)
                assert client.session.session_key == session, "nobody was signed out on the way"
                if forbids_too_little := faults(response):
                    wrong.append((method, address.name, "headers", *forbids_too_little))
                answer = said(response, known=set(address.parameters) <= world.values.keys() | {"case_id"})
                should = expected(EVERYBODY[who], address.rule, theirs=theirs)
                if answer == "404" and should == "allowed" and address.name in NOTHING_THERE:
                    continue
                if differs(answer, should):
                    wrong.append((method, address.name, "theirs" if theirs else "foreign", should, answer))
    assert wrong == []


def said(response, *, known: bool) -> str:
    """What the answer amounts to. "404?" is about a thing that the test made up."""
    if response.status_code == 404:
        return "404" if known else "404?"
    if response.status_code in (401, 403):
        return str(response.status_code)
    if response.status_code == 302 and response.headers["Location"].startswith("/account/login/"):
        return "login"
    assert response.status_code < 500
    return "allowed"


def differs(answer: str, should: str) -> bool:
    return answer != should and not (answer == "404?" and should in ("allowed", "404"))


def urls_of(address: Address, world: World) -> list[str]:
    return [url_of(address, world, theirs=theirs) for theirs in (True, False)]


def url_of(address: Address, world: World, *, theirs: bool) -> str:
    made_up = {"object_id": "00000000-0000-0000-0000-000000000001", "app_label": "access", "pk": 999999}
    case = world.theirs if theirs else world.foreign
    values = {"case_id": case.pk} | world.values
    kwargs = {name: values.get(name, made_up.get(name, uuid.UUID(int=1))) for name in address.parameters}
    return reverse(address.name, kwargs=kwargs)


# The API -------------------------------------------------------------------------------------------------


@cache
def description() -> dict:
    """The API's own description, written once: it takes longer than most calls."""
    return api.get_openapi_schema()


def operations() -> list[tuple[str, str, dict]]:
    return [
        (method, path, operation)
        for path, methods in description()["paths"].items()
        for method, operation in methods.items()
    ]


def rule_of(operation: dict) -> tuple[str, str] | None:
    kind, _space, action = operation.get("x-moei-rule", "").partition(" ")
    return (kind, action) if kind else None


def example(schema: dict) -> object:
    """The smallest value that fits a schema of the API's description."""
    components = description()["components"]["schemas"]
    if "$ref" in schema:
        return example(components[schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return example(schema["anyOf"][0])
    if "allOf" in schema:
        return example(schema["allOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type")
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: example(properties[name]) for name in schema.get("required", ())}
    if kind == "array":
        return [example(schema["items"])] * schema.get("minItems", 0)
    if kind == "string":
        formats = {
            "uuid": str(uuid.UUID(int=1)),
            "date": "2026-03-02",
            "date-time": "2026-03-02T09:00:00Z",
            "binary": "file",
        }
        return formats.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1)))
    return {"integer": max(0, schema.get("minimum", 0)), "number": 0, "boolean": False}.get(kind)


def call(client: Client, world: World, method: str, path: str, operation: dict, *, theirs: bool, **headers):
    case = world.theirs if theirs else world.foreign
    values = {"case_id": case.pk} | world.values
    query = {}
    for parameter in operation.get("parameters", []):
        value = values.get(parameter["name"], example(parameter["schema"]))
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", str(value))
        elif parameter["in"] == "header":
            headers[parameter["name"]] = value
        elif parameter.get("required"):
            query[parameter["name"]] = value
    content = operation.get("requestBody", {}).get("content", {})
    kwargs = {}
    if "application/json" in content:
        kwargs = {
            "data": json.dumps(example(content["application/json"]["schema"])),
            "content_type": "application/json",
        }
    elif content:
        schema = next(iter(content.values()))["schema"]
        schema = (
            description()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            if "$ref" in schema
            else schema
        )
        kwargs["data"] = {
            name: SimpleUploadedFile("x.csv", b"x")
            if schema["properties"][name].get("format") == "binary"
            else example(schema["properties"][name])
            for name in schema.get("required", schema["properties"])
        }
    return getattr(client, method)(path, headers=headers, query_params=query, **kwargs)


def test_every_operation_declares_a_rule_of_the_policy():
    for method, path, operation in operations():
        rule = rule_of(operation)
        assert rule is not None, (method, path)
        assert rule == ("duty", "") or rule[1] in {"duty": DUTIES, "case": ACTIONS}[rule[0]], (method, path)


def test_no_operation_answers_without_a_token(world, client):
    for method, path, operation in operations():
        assert call(client, world, method, path, operation, theirs=True).status_code == 401, path
        wrong = call(client, world, method, path, operation, theirs=True, authorization="Bearer wrong")
        assert wrong.status_code == 401, path


@pytest.mark.parametrize("who", [who for who, roles in EVERYBODY.items() if roles])
def test_operations_answer_as_the_policy_says(world, who, agencies):
    staff = world.staff[who]
    ApiToken.objects.create(
        agency=staff.agency,
        staff=staff,
        label="test",
        digest=digest_token("a token of a test"),
        created_at=datetime.now(UTC),
        expires_at=datetime.now(UTC) + timedelta(hours=1),
    )
    client, wrong = Client(), []
    for method, path, operation in operations():
        rule = rule_of(operation)
        parameters = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        for theirs in (True, False) if rule[0] == "case" else (True,):
            with transaction.atomic():
                response = call(
                    client,
                    world,
                    method,
                    path,
                    operation,
                    theirs=theirs,
                    authorization="Bearer a token of a test",
                )
                transaction.set_rollback(True)
            answer = said(response, known=parameters <= world.values.keys() | {"case_id"})
            should = expected(EVERYBODY[who], rule, theirs=theirs)
            if differs(answer, should):
                wrong.append((method, path, "theirs" if theirs else "foreign", should, answer))
    assert wrong == []
