"""The upload handler: what is sent to this desk is sealed while it arrives, however large, and never held whole."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers

from moei.access.acting import Acting
from moei.access.decide import may
from moei.desks.evidence.storage import Arriving


class ArrivedFile(UploadedFile):  # type: ignore[type-arg]
    """A file that lies sealed in the data directory. It goes with the request unless an action keeps it."""

    def __init__(self, arriving: Arriving) -> None:
        super().__init__(None, arriving.name, "", arriving.size)
        self.arriving = arriving

    def close(self) -> None:
        self.arriving.discard()


class SealedOnArrival(FileUploadHandler):
    """For the addresses of `LARGE_UPLOADS` and whoever keeps evidence; every other upload goes to the next handler."""

    chunk_size = 1024 * 1024

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arriving: Arriving | None = None
        self.dropped = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.request is None or self.request.path not in settings.LARGE_UPLOADS:
            return
        # Who may not keep evidence writes nothing to the disk: what they send is dropped, and the view says no.
        acting: Acting | None = getattr(self.request, "acting", None)
        if acting is None or not may(acting.staff, "evidence.keep", acting.release.id):
            self.dropped = True
            raise StopFutureHandlers
        self.arriving = Arriving(self.file_name or "file")
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.dropped:
            return None
        if self.arriving is None:
            return raw_data
        self.arriving.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:  # type: ignore[type-arg]
        if self.dropped:
            self.dropped = False
            return SimpleUploadedFile(self.file_name or "file", b"")
        if self.arriving is None:
            return None
        arrived, self.arriving = ArrivedFile(self.arriving.finish()), None
        return arrived

    def upload_interrupted(self) -> None:
        if self.arriving is not None:
            self.arriving.discard()
            self.arriving = None
