"""Anchors of the journal: who keeps them, signing one now, printing one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.papers import paper_pdf
from moei.access.web import DeskRequest, desk_view
from moei.crypto import SigningKeyError
from moei.journal.anchors import SignedHead
from moei.journal.models import Anchor, Recipient
from moei.leaving.models import Kind
from moei.leaving.stamp import Stamp
from moei.leaving.web import leaves
from moei.web.actions.keep_anchors import add_recipient, end_recipient, require_anchors, sign_now
from moei.web.journal_anchors import groups, keepers, qr_of, recent_anchors, warning
from moei.web.journal_forms import RecipientForm


@desk_view("journal.anchors", "GET", "POST")
def anchors(request: DeskRequest) -> HttpResponse:
    """The state of the anchors; POST adds somebody who gets them."""
    require_anchors(request.acting)
    form = RecipientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_recipient(request.acting, **form.cleaned_data)
        except Invalid as invalid:
            for field, words in invalid.errors.items():
                form.add_error(field or None, words)
        else:
            messages.success(request, gettext("From the next anchor on they get them."))
            return redirect("web:anchors")
    recent = recent_anchors()
    context = {
        "form": form,
        "keepers": keepers(),
        "recent": recent,
        "last": recent[0] if recent else None,
        "groups": groups(recent[0].hash) if recent else [],
        "anchor_warning": warning(request.acting.now),
    }
    return render(request, "web/journal_anchors.html", context)


@desk_view("journal.anchors", "POST")
def sign(request: DeskRequest) -> HttpResponse:
    try:
        anchor = sign_now(request.acting)
    except SigningKeyError:
        # The words name a file of the server: they are for whoever runs it.
        messages.error(
            request,
            gettext(
                "The journal could not be signed: the signing key is missing. Tell whoever runs the server."
            ),
        )
    else:
        if anchor:
            messages.success(request, gettext("The end of the journal is signed and on its way."))
    return redirect("web:anchors")


@desk_view("journal.anchors", "POST")
def end(request: DeskRequest, recipient_id: UUID) -> HttpResponse:
    require_anchors(request.acting)
    recipient = get_object_or_404(Recipient, pk=recipient_id)
    try:
        end_recipient(request.acting, recipient)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    else:
        messages.success(request, gettext("They get no further anchors."))
    return redirect("web:anchors")


@desk_view("journal.anchors")
def anchor_paper(request: DeskRequest, anchor_id: UUID) -> HttpResponseBase:
    """To be printed, signed and kept in a drawer that is not the operator's."""
    require_anchors(request.acting)
    anchor = get_object_or_404(Anchor, pk=anchor_id)
    context = {
        "anchor": anchor,
        "groups": groups(anchor.hash),
        "key": groups(anchor.key),
        "qr": qr_of(anchor),
        "command": f'moei journal verify --paper "{anchor.seq} {anchor.hash}"',
    }

    def make(stamp: Stamp) -> bytes:
        return paper_pdf("web/print_anchor.html", request.acting.release, context, stamp=stamp.words())

    return leaves(request, Kind.ANCHOR, make, name=f"anchor-{anchor.seq}.pdf", inline=True)


@desk_view("journal.anchors")
def anchor_file(request: DeskRequest, anchor_id: UUID) -> HttpResponseBase:
    """The anchor as the file that `moei journal verify --anchor` reads."""
    require_anchors(request.acting)
    anchor = get_object_or_404(Anchor, pk=anchor_id)
    content = (SignedHead.of(anchor).text() + "\n").encode()
    return leaves(
        request, Kind.ANCHOR, lambda _stamp: content, name=anchor.file_name, content_type="application/json"
    )
