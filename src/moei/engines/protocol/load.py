"""Read and validate a protocol."""

from pathlib import Path

from moei.engines.protocol.model import Protocol


def load_protocol(name_or_path: str | Path) -> Protocol:
    """The protocol of that name (`thailand`) or in that file."""
    raise NotImplementedError
