"""Every address of the program."""

from __future__ import annotations

from allauth.account import views as account
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import TemplateView
from django.views.i18n import set_language

from moei.web import lock_views, sign_in_views, views
from moei.web.administration import configuration
from moei.web.api import urls as api_urls

handler400 = "moei.web.trouble.not_understood"
handler500 = "moei.web.trouble.what_went_wrong"

# Of allauth, only what is wanted: no sign-up, no e-mail, no password reset by e-mail.
ACCOUNT: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", sign_in_views.change_password, name="account_change_password"),
    path("2fa/webauthn/keys/<int:pk>/remove/", sign_in_views.remove_key, name="mfa_remove_webauthn"),
    path("2fa/", include("allauth.mfa.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include(ACCOUNT)),
    path("language/", login_not_required(set_language), name="set_language"),
    path("keepalive/", views.keepalive, name="keepalive"),
    path("lock/", lock_views.lock_now, name="lock"),
    path("unlock/", lock_views.unlock, name="unlock"),
    path("unlock/passkey/", lock_views.passkey, name="unlock_passkey"),
    path("", include("moei.web.pages")),
    path("", include("moei.leaving.urls")),
    path("cases/", include("moei.casefile.urls")),
    path("", include("moei.desks.arrivals.urls")),
    path("", include("moei.desks.screening.urls")),
    path("", include("moei.desks.embassies.urls")),
    path("", include("moei.desks.returns.urls")),
    path("", include("moei.desks.evidence.urls")),
    path("", include("moei.desks.shelter.urls")),
    path("", include("moei.desks.investigations.urls")),
    path("", include("moei.desks.care.urls")),
    path("", include("moei.overview.urls")),
    path("", include("moei.retention.urls")),
    path("configuration/", configuration.urls),
    path("api/", api_urls),
]

if settings.DEMO or settings.DEBUG:
    urlpatterns += [
        path(
            "style/",
            login_not_required(TemplateView.as_view(template_name="web/style_guide.html")),
            name="style",
        ),
    ]
