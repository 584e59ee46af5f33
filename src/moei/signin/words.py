"""Words of a search stay out of addresses: the address holds a random token that only this session understands."""

from __future__ import annotations

import base64
import time

from django.http import HttpRequest

from moei.crypto import KeyringError
from moei.crypto.tokens import new_token
from moei.journal.keys import keyring

_KEY = "searches"
_FOR = "words of a search"
_LIVES = 3600  # seconds
_AT_MOST = 20


def keep_words(request: HttpRequest, words: str) -> str:
    """A token for these words, good for an hour in this session; they lie in it sealed."""
    now = int(time.time())
    kept = [one for one in request.session.get(_KEY, []) if now - one[1] <= _LIVES]
    token = new_token(9)
    sealed = base64.b64encode(keyring().seal(words.encode(), _FOR)).decode()
    request.session[_KEY] = [*kept, [token, now, sealed]][-_AT_MOST:]
    return token


def words_of(request: HttpRequest, token: str) -> str | None:
    """The words; None for a token that is another session's, too old or made up."""
    for known, at, sealed in request.session.get(_KEY, []):
        if known == token and time.time() - at <= _LIVES:
            try:
                return keyring().open(base64.b64decode(sealed), _FOR).decode()
            except KeyringError:  # the root key was replaced and the old one retired within the hour
                return None
    return None
