"""Views on one case: found only if visible, then asked of the policy."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from moei.access.acting import Acting, Refused
from moei.access.decide import require
from moei.access.journalled import was_read
from moei.access.web import DeskRequest, acting_of, refused_response
from moei.casefile.models import Case
from moei.casefile.selectors.cases import OPENED, visible_cases

# Texts of the API: PostgreSQL stores no NUL, and no name needs a control character.
PLAIN = r"^[^\x00-\x1f\x7f]*$"

P = ParamSpec("P")
CaseView = Callable[Concatenate[DeskRequest, Case, P], HttpResponseBase]


def find_case(acting: Acting, case_id: UUID, action: str = "") -> Case:
    """A case that is theirs to open, with its person and site; `action` of `policy.ACTIONS` is asked as well.

    A case that does not exist and one that is not theirs both raise `Http404` after the same query.
    """
    cases = visible_cases(acting.staff, acting.release.id, now=acting.now).select_related("person", "site")
    case = cases.filter(pk=case_id).first()
    if case is None:
        raise Http404
    if action:
        require(acting, action, case)
    return case


def case_view(
    action: str, *methods: str, answers_change: bool = False
) -> Callable[[CaseView[P]], Callable[..., HttpResponseBase]]:
    """A view on one case (`case_id` in its address) that needs `action` of `policy.ACTIONS`.

    What it shows is journalled as a reading of the case, unless the view has done so itself (P11). With
    `answers_change`, an answer of 200 is part of a page that was read before and follows a change that is in the
    journal: saving as one types writes one entry, not two.
    """

    def decorate(view: CaseView[P]) -> Callable[..., HttpResponseBase]:
        @require_http_methods(list(methods or ("GET",)))
        @wraps(view)
        def handle(
            request: HttpRequest, case_id: UUID, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            acting = acting_of(request)
            case = find_case(acting, case_id)
            try:
                require(acting, action, case)
                response = view(request, case, *args, **kwargs)  # type: ignore[arg-type]
                redirected = 300 <= response.status_code < 400
                after_change = answers_change and response.status_code == 200
                if case.id not in acting.read and not redirected and not after_change:
                    page = request.resolver_match.view_name if request.resolver_match else ""
                    was_read(acting, OPENED, case=case.id, subject=case.person_id, data={"page": page})
                return response
            except Refused as refused:
                return refused_response(request, refused)

        handle.moei_rule = ("case", action)  # type: ignore[attr-defined]
        handle.moei_methods = methods or ("GET",)  # type: ignore[attr-defined]
        return handle

    return decorate
