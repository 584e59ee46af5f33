"""Attach a file: checked by what it is, limited by kind, sealed on disk under the key file."""

from __future__ import annotations

import contextlib
from pathlib import Path

from django.conf import settings
from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed, was_read
from moei.casefile.folding import standing_case
from moei.casefile.models import Attachment, Case
from moei.crypto import file_digest
from moei.journal.ids import new_id
from moei.journal.keys import keyring

# First bytes of the kinds of file that are taken; the name's ending is not believed.
SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF-", 0, "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"WAVE", 8, "audio/wav"),
    (b"OggS", 0, "audio/ogg"),
    (b"ftypM4A", 4, "audio/mp4"),
)
TYPES = {
    Attachment.Kind.DOCUMENT: {"application/pdf", "image/png", "image/jpeg"},
    Attachment.Kind.PHOTO: {"image/png", "image/jpeg"},
    Attachment.Kind.AUDIO: {"audio/wav", "audio/ogg", "audio/mp4"},
    Attachment.Kind.PAPER: {"application/pdf", "image/png", "image/jpeg"},
}


def content_type_of(data: bytes) -> str:
    """What the bytes say the file is, or an empty text."""
    for signature, offset, content_type in SIGNATURES:
        if data[offset : offset + len(signature)] == signature:
            return content_type
    return ""


@transaction.atomic
def add_attachment(acting: Acting, case: Case, kind: Attachment.Kind, name: str, data: bytes) -> Attachment:
    """Seal and keep a file. Raises `Invalid` for a wrong type, an empty or a too large one."""
    require(acting, "attachment.add", case)
    limit = settings.MAX_ATTACHMENT_BYTES[kind]
    if not data:
        raise Invalid({"file": "This file is empty. Choose it again, or scan it again."})
    if len(data) > limit:
        raise Invalid(
            {"file": "This file is larger than %(limit)s MB. Scan it with fewer dots."},
            limit=limit // 1024 // 1024,
        )
    content_type = content_type_of(data)
    if content_type not in TYPES[kind]:
        raise Invalid(
            {"file": "This is not a file that can be kept as “%(kind)s”. Use a PDF, PNG or JPEG."},
            kind=kind.label,
        )
    attachment = Attachment(
        id=new_id(),
        case=case,
        kind=kind,
        name=Path(name).name[:120] or "file",
        content_type=content_type,
        size=len(data),
        sha256=file_digest(data),
        added_at=acting.now,
        added_by=acting.staff,
    )
    path = path_of(attachment)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(keyring().seal(data, context_of(attachment)))
    try:
        attachment.save(force_insert=True)
        changed(
            acting,
            "attachment.added",
            case=case.id,
            subject=case.person_id,
            changes={"name": (None, attachment.name), "sha256": (None, attachment.sha256)},
            data={"attachment": str(attachment.id), "kind": str(kind), "size": len(data)},
        )
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise
    return attachment


def open_attachment(acting: Acting, attachment: Attachment) -> bytes:
    """The file's bytes; the reading is journalled. It needs the right on the case in which the file is shown."""
    require(acting, "attachment.read", standing_case(attachment.case))
    was_read(
        acting,
        "attachment.opened",
        case=attachment.case_id,
        subject=attachment.case.person_id,
        data={"attachment": str(attachment.id)},
    )
    return keyring().open(path_of(attachment).read_bytes(), context_of(attachment))


def path_of(attachment: Attachment) -> Path:
    """Where the sealed file lies."""
    name = str(attachment.id)
    return Path(settings.ATTACHMENTS_DIR) / name[-2:] / f"{name}.sealed"


def context_of(attachment: Attachment) -> str:
    """What it was sealed for: it opens for this attachment of this case only."""
    return f"attachment:{attachment.id}:{attachment.case_id}"
