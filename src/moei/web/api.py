"""The API: the same actions and selectors as the pages, for agencies with a token.

A token acts as a service account, whose roles say what it may do. Errors are problem documents (RFC 9457).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle

from moei.access.acting import Acting, Invalid, Refused
from moei.access.limits import ReasonNeeded, Slowed
from moei.access.models import LookupReason, Staff
from moei.access.tokens import staff_of_token
from moei.access.web import note_slowed
from moei.casefile.api import router as cases
from moei.desks.arrivals.api import router as arrivals
from moei.desks.care.api import router as care
from moei.desks.embassies.api import router as embassies
from moei.desks.evidence.api import router as evidence
from moei.desks.investigations.api import router as investigations
from moei.desks.returns.api import router as returns
from moei.desks.screening.actions.save_answers import StaleAnswers
from moei.desks.screening.api import answer_out
from moei.desks.screening.api import router as screening
from moei.desks.shelter.api import router as shelter
from moei.overview.api import router as overview
from moei.web.middleware import releases_of

RATE = "600/m"
PROBLEM = "application/problem+json"
# What any operation may answer besides its own responses.
PROBLEMS = {
    400: "The request cannot be read, names a release without a role for this token, or does not say what names are "
    "needed for",
    401: "No token, or one that is not valid",
    403: "The policy does not allow it",
    404: "There is no such thing, or it is not open to this token",
    409: "It was done already, or something else was done first",
    422: "The input cannot be used as it is",
    429: "Too many requests",
}


class Token(HttpBearer):
    """`Authorization: Bearer ...`; `X-Moei-Release` names the release if the account works in several.

    `X-Moei-Reason` says why people are looked up (a code of `LookupReason.Code`); without it, searching is refused.
    `Moei-Purpose` says what an answer that names several people is needed for (`moei.leaving.over_api`).
    """

    def authenticate(self, request: HttpRequest, token: str) -> Staff | None:
        now = datetime.now(UTC)
        staff = staff_of_token(token, now=now)
        if staff is None:
            return None
        releases = releases_of(staff)
        code = request.headers.get("X-Moei-Release")
        release = next((release for release in releases if not code or release.code == code), None)
        if release is None:
            raise HttpError(400, "This token has no role in this release.")
        looking = request.headers.get("X-Moei-Reason", "")
        request.acting = Acting(  # type: ignore[attr-defined]
            staff, release, now, looking if looking in LookupReason.Code.values else ""
        )
        return staff


class TokenThrottle(AuthRateThrottle):
    def get_cache_key(self, request: HttpRequest) -> str:
        staff = getattr(request, "auth", None)
        return f"throttle_token_{staff.pk if isinstance(staff, Staff) else 'nobody'}"


class MoeiAPI(NinjaAPI):
    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Every operation says which problems it may answer with."""
        schema = super().get_openapi_schema(**kwargs)
        schema["components"].setdefault("schemas", {})["Problem"] = _PROBLEM_SCHEMA
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, words in PROBLEMS.items():
                    operation["responses"].setdefault(
                        status,
                        {
                            "description": words,
                            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                        },
                    )
        return schema


_PROBLEM_SCHEMA = {
    "title": "Problem",
    "type": "object",
    "required": ["title", "status"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}},
        "current": {
            "description": "With 409: what stands now, by the names of the fields that others changed",
            "type": "object",
            "additionalProperties": {"$ref": "#/components/schemas/AnswerOut"},
        },
    },
}


def problem(status: int, title: str, errors: dict[str, str] | None = None, **more: Any) -> HttpResponse:
    body: dict[str, Any] = {"title": title, "status": status, **more}
    if errors:
        body["errors"] = errors
    return JsonResponse(body, status=status, content_type=PROBLEM)


api = MoeiAPI(
    title="Moei",
    version="1",
    description="Cases, lists, screening and counts of a release. All operations need the token of an agency. Those "
    "whose answer may name several people need the header `Moei-Purpose` too: they leave a row in the register of files "
    "that left.",
    auth=Token(),
    throttle=[TokenThrottle(RATE)],
    urls_namespace="api",
    docs_url="/docs",
)
api.add_router("/cases", cases)
api.add_router("", arrivals)
api.add_router("", screening)
api.add_router("", returns)
api.add_router("", investigations)
api.add_router("", shelter)
api.add_router("", embassies)
api.add_router("", care)
api.add_router("", evidence)
api.add_router("", overview)


@api.exception_handler(ReasonNeeded)
def _reason_needed(request: HttpRequest, error: ReasonNeeded) -> HttpResponse:
    codes = ", ".join(LookupReason.Code.values)
    return problem(422, str(error), {"X-Moei-Reason": f"One of: {codes}"})


@api.exception_handler(Slowed)
def _slowed(request: HttpRequest, error: Slowed) -> HttpResponse:
    note_slowed(request.acting, error)  # type: ignore[attr-defined]
    response = problem(429, str(error))
    response.headers["Retry-After"] = str(error.wait)
    return response


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problem(403, str(error))


@api.exception_handler(Invalid)
def _invalid(request: HttpRequest, error: Invalid) -> HttpResponse:
    return problem(422, str(error), error.errors)


@api.exception_handler(StaleAnswers)
def _stale(request: HttpRequest, error: StaleAnswers) -> HttpResponse:
    current = {name: answer_out(answer).model_dump() for name, answer in error.current.items()}
    return problem(409, "Somebody else saved other answers meanwhile.", error.errors, current=current)


@api.exception_handler(ValidationError)
def _unusable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = {".".join(str(part) for part in item["loc"]): str(item["msg"]) for item in error.errors}
    return problem(422, "The input cannot be used as it is.", errors)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "There is no such thing, or it is not open to you.")


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(401, "This needs a valid token.")


@api.exception_handler(Throttled)
def _too_many(request: HttpRequest, error: Throttled) -> HttpResponse:
    return problem(429, "Too many requests: wait a minute.")


@api.exception_handler(HttpError)
def _other(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, str(error))


def _public(urls: tuple[list[Any], str, str]) -> tuple[list[Any], str, str]:
    """Past the sign-in of pages: operations have their own, by token; the description is public."""
    for pattern in urls[0]:
        pattern.callback.login_required = False
    return urls


urls = _public(api.urls)
