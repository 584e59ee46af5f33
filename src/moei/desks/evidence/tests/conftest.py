"""Niran takes files in; each test has a data directory of its own."""

import io
import zipfile

import pytest
from PIL import Image

from moei.desks.evidence.actions.receive import About, receive_evidence
from moei.desks.evidence.models import Evidence
from moei.desks.evidence.storage import arrive

SECRET = "Khamla-of-the-camera"


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return settings.DATA_DIR


@pytest.fixture
def photo() -> bytes:
    """A JPEG that tells the place and the camera."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010F] = SECRET
    exif._ifds[0x8825] = {1: "N", 2: (16.0, 42.0, 0.0), 3: "E", 4: (98.0, 31.0, 12.0)}
    exif[0x8825] = 0
    Image.new("RGB", (40, 30), "white").save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


@pytest.fixture
def zipped():
    """`zipped({"a.txt": b"x"})`: the bytes of a zip."""

    def make(parts: dict[str, bytes]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        return out.getvalue()

    return make


@pytest.fixture
def receive(acting, niran):
    """`receive(b"...", "chat.txt", source="S-7")`: what the action answers."""

    def take_in(data: bytes, name: str = "chat.txt", *, by=None, later=None, **about):
        given = {"source": "S-014", "obtained": Evidence.Obtained.HANDED, **about}
        act = acting(by or niran, later=later) if later else acting(by or niran)
        return receive_evidence(act, arrive(io.BytesIO(data), name), About(**given))

    return take_in


@pytest.fixture
def files_on_disk(data_dir):
    return lambda: sorted(path for path in data_dir.rglob("*") if path.is_file())
