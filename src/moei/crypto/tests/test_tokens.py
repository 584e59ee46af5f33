"""Random codes, keyed digests, and texts that an instance signs for itself."""

from datetime import UTC, datetime, timedelta

from django.utils.crypto import salted_hmac

from moei.crypto import Digest, file_digest, keyed_digest, new_code, signed, signed_text

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_code_has_signs_of_its_alphabet_only_and_is_another_each_time():
    codes = {new_code("AB2", 40) for _ in range(20)}
    assert len(codes) == 20
    assert {len(code) for code in codes} == {40} and set("".join(codes)) <= set("AB2")


def test_a_keyed_digest_is_another_under_another_secret_or_for_another_purpose():
    found = {keyed_digest(secret, purpose, "anong") for secret in ("s", "t") for purpose in ("p", "q")}
    assert len(found) == 4


def test_digests_that_django_made_before_are_still_found(settings):
    before = salted_hmac("moei.signin.name", "anong", algorithm="sha256").hexdigest()
    assert keyed_digest(settings.SECRET_KEY, "moei.signin.name", "anong") == before


def test_a_signed_text_comes_back_until_it_is_too_old():
    given = signed("s", "p", "a number", now=NOW)
    assert signed_text("s", "p", given, lives=DAY, now=NOW + DAY) == "a number"
    assert signed_text("s", "p", given, lives=DAY, now=NOW + 2 * DAY) is None


def test_what_somebody_made_up_or_changed_is_none():
    given = signed("s", "p", "a number", now=NOW)
    later = given.replace(str(int(NOW.timestamp())), str(int(NOW.timestamp()) + 9))
    for forged in ("", ":", "::", "a number", given[:-1], given.replace("a ", "b "), later, "\ud800:1:x"[1:]):
        assert signed_text("s", "p", forged, lives=DAY, now=NOW) is None
    assert signed_text("t", "p", given, lives=DAY, now=NOW) is None
    assert signed_text("s", "q", given, lives=DAY, now=NOW) is None


def test_bytes_in_pieces_have_the_digest_of_the_whole():
    digest = Digest()
    for piece in (b"a ", b"", b"paper"):
        digest.update(piece)
    assert digest.hexdigest() == file_digest(b"a paper")
