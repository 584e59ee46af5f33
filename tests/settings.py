"""Settings of the tests: a scratch instance, so that no test touches real data or keys."""

import os
import tempfile
from pathlib import Path

_scratch = Path(tempfile.mkdtemp(prefix="moei-tests-"))
os.environ["MOEI_DATA_DIR"] = str(_scratch / "data")
os.environ["MOEI_KEY_FILE"] = str(_scratch / "keys" / "moei.key")
os.environ["MOEI_DEMO"] = "0"
(_scratch / "data").mkdir()

from moei.web.settings import *  # noqa: E402, F403

# Waiting for Argon2 in every test proves nothing; one test of sign-in uses the real hasher.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
# No power fails in these tests; those in which it does have an instance with the settings of one.
if "init_command" in DATABASES["default"].get("OPTIONS", {}):  # noqa: F405
    options = DATABASES["default"]["OPTIONS"]  # noqa: F405
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
if os.environ.get("MOEI_TEST_TEMPLATE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ["MOEI_TEST_TEMPLATE"]}  # noqa: F405
