"""Settings. What differs between installations comes from the environment; see docs/reference/settings.md."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from moei import paths
from moei.safekeeping import database

HERE = Path(__file__).resolve().parent

DATA_DIR = paths.data_dir()
MOEI_KEY_FILE = paths.key_file()
MOEI_SIGNING_KEY_FILE = paths.signing_key_file()
# Where each signed head of the journal is written for others to fetch; none when empty.
MOEI_ANCHOR_FOLDER = os.environ.get("MOEI_ANCHOR_FOLDER", "")
ATTACHMENTS_DIR = DATA_DIR / "attachments"
BULLETINS_DIR = DATA_DIR / "bulletins"
# The statistics of a release are counted at most so often: dates close together tell what one person did (P20).
STATISTICS_EVERY_DAYS = 7
DEMO = os.environ.get("MOEI_DEMO") == "1"
DEBUG = os.environ.get("MOEI_DEBUG") == "1"
PORT = int(os.environ.get("MOEI_PORT", "8000"))
# A file of rules instead of the one that comes with Moei.
RETENTION_RULES = os.environ.get("MOEI_RETENTION_RULES", "")
SECRET_KEY = paths.web_secret()
ALLOWED_HOSTS = [*os.environ.get("MOEI_HOSTS", "").split(), "localhost"]
BIND = os.environ.get("MOEI_BIND", "127.0.0.1")
TLS_CERT = os.environ.get("MOEI_TLS_CERT", "")
TLS_KEY = os.environ.get("MOEI_TLS_KEY", "")
REDIRECT_PORT = int(os.environ.get("MOEI_REDIRECT_PORT", "0"))
BEHIND_PROXY = os.environ.get("MOEI_HTTPS") == "1" and not TLS_CERT
SECURE = BEHIND_PROXY or bool(TLS_CERT)
# With a mail server, who watches is written to that there is a notice, without a word of what it is about.
NOTICES_BY_EMAIL = "MOEI_SMTP_HOST" in os.environ

INSTALLED_APPS = [
    "moei.journal",
    "moei.access",
    "moei.leaving",
    "moei.signin",
    "moei.casefile",
    "moei.desks.arrivals",
    "moei.desks.screening",
    "moei.desks.embassies",
    "moei.desks.returns",
    "moei.desks.evidence",
    "moei.desks.shelter",
    "moei.desks.investigations",
    "moei.desks.care",
    "moei.overview",
    "moei.retention",
    "moei.web",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "ninja",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "moei.web.trouble.refuse_too_much",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "moei.web.middleware.security_headers",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "moei.web.middleware.guard_session",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "moei.web.sign_in.BackToThePage",
    "moei.web.sign_in.leave_nothing_behind",
    "moei.web.sign_in.require_own_password",
    "moei.web.sign_in.require_second_factor",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "moei.web.middleware.set_acting",
    "moei.web.middleware.explain_not_allowed",
    "moei.leaving.guard.only_through_the_register",
]

ROOT_URLCONF = "moei.web.urls"
WSGI_APPLICATION = "moei.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "moei.web.context.layout",
            ],
            "builtins": ["moei.web.templatetags.dates"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# What the holder says of the volume of the data directory: encrypted-below, where that cannot be seen (P17).
DATA_VOLUME = os.environ.get("MOEI_DATA_VOLUME", "")
# What the holder says of a PostgreSQL's volume: encrypted, or encrypted-below (P17).
POSTGRES_VOLUME = os.environ.get("MOEI_POSTGRES_VOLUME", "")
DATABASES: dict[str, Any] = {"default": database.database(DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in ---------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "access.Staff"
AUTHENTICATION_BACKENDS = [
    "moei.signin.backend.WithAgency",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "moei.web.sign_in.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # there is no e-mail at the bridge
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60  # seconds: the signing session
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "moei.web.sign_in.LoginForm",
    "change_password": "moei.web.sign_in.ChangePasswordForm",
}
MFA_ADAPTER = "moei.web.sign_in.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Moei"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {"authenticate": "moei.web.sign_in.CodeForm", "reauthenticate": "moei.web.sign_in.CodeAgainForm"}
# Passwords and codes are counted by moei.signin.throttling, in a table that all workers share. These are what allauth
# counts besides; by address only, and wide, because a crossing has one address for all its people.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "300/m/ip", "reauthenticate": "300/m/ip"}
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
# Servers of one's own between the client and this program: how many wrote into X-Forwarded-For.
PROXIES = int(os.environ.get("MOEI_PROXIES", "0"))
# How a second factor is demanded of staff; the demo's invented cast may sign in without.
MFA_REQUIRED = not DEMO

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
IDLE_SECONDS = 20 * 60  # then it is locked: the password or a passkey opens it again
LOCKED_SECONDS = 4 * 3600  # a session that nobody opens again within this time ends
LONGEST_SESSION = 16 * 3600  # whoever stole a session cannot keep it alive for ever
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = False
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = (
    False  # on the http port only a redirect answers: `web/redirect.py`, or the server in front
)
# The server in front is on this machine and sets the header itself; without it every form would be refused.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    },
}

# Uploads. What is larger than anything that Moei takes is refused before it is read (web.trouble). The rest is held in
# memory until it is sealed: Django's other handler would write it to the disk in plain first.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
MAX_LIST_BYTES = 25 * 1024 * 1024
MAX_ATTACHMENT_BYTES = {
    "document": 10 * 1024 * 1024,
    "photo": 8 * 1024 * 1024,
    "audio": 60 * 1024 * 1024,
    "paper": 10 * 1024 * 1024,
}
MAX_UPLOAD_BYTES = max(MAX_LIST_BYTES, *MAX_ATTACHMENT_BYTES.values()) + 1024 * 1024
# A file of evidence may be large: it is heard onto the disk (web.hearing), under a key that is held in memory only, and
# only from whom the page on the right answers; then it is sealed piece by piece as evidence.
MAX_EVIDENCE_BYTES = 4 * 1024 * 1024 * 1024
LARGE_UPLOADS = {"/evidence/add/": "/evidence/add/", "/api/evidence": "/api/evidence/may-send"}
MAX_LARGE_UPLOAD_BYTES = MAX_EVIDENCE_BYTES + 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "moei.desks.evidence.receiving.SealedOnArrival",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = MAX_UPLOAD_BYTES

# Languages and time ------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("th", _("Thai")), ("ar", _("Arabic"))]
# Languages of which the catalogue is not whole: what people are handed to keep is not written in them.
PARTLY_TRANSLATED = frozenset({"ar"})
LOCALE_PATHS = [HERE.parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Bangkok"

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
# Served from where they lie in the package: nothing is collected, so there is no STATIC_ROOT.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# E-mail: alarms and anchors, never case data.
EMAIL_HOST = os.environ.get("MOEI_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("MOEI_SMTP_PORT", "587" if "MOEI_SMTP_HOST" in os.environ else "25"))
EMAIL_USE_TLS = "MOEI_SMTP_HOST" in os.environ and EMAIL_PORT != 465
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_HOST_USER = os.environ.get("MOEI_SMTP_USER", "")
EMAIL_HOST_PASSWORD = paths.secret_in(os.environ.get("MOEI_SMTP_PASSWORD_FILE", ""))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("MOEI_MAIL_FROM", "moei@localhost")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
NINJA_PAGINATION_MAX_LIMIT = 500

# No values in the log: see moei.web.logs. Nothing is sent by e-mail.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "bare": {"()": "moei.web.logs.WithoutValues", "format": "%(levelname)s %(name)s %(message)s"}
    },
    # The worker turns its own loggers up to INFO; that every job began and ended is no news.
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "bare", "level": "WARNING"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
