"""Each code of an authenticator app counts once, also when two servers hear it at the same moment (RFC 6238, 5.2)."""

from __future__ import annotations

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction

_LAST = "last_counter"


@transaction.atomic
def spend(authenticator: Authenticator, code: str) -> bool:
    """Whether this right code is newer than the last that was accepted; from now on it is the last."""
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    secret = decrypt(row.data["secret"])
    for counter in yield_hotp_counters_from_time():
        if counter > row.data.get(_LAST, -1) and compare_user_code(
            actual=code, expected=format_hotp_value(hotp_value(secret, counter))
        ):
            row.data[_LAST] = counter
            row.save(update_fields=["data"])
            return True
    return False


def spend_all_shown(authenticator: Authenticator) -> None:
    """The code that set the app up was typed before everybody's eyes: the next one signs in."""
    authenticator.data[_LAST] = max(yield_hotp_counters_from_time())
    authenticator.save(update_fields=["data"])
