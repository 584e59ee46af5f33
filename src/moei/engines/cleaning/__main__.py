"""Reads a file, writes one line of JSON and the copy behind it. A process of its own, without network or files.

The line is `{"media", "ending", "removed"}`, or `{"cannot": code}` with nothing behind it.
"""

from __future__ import annotations

import json
import resource
import sys

from moei.engines.cleaning.clean import CannotClean, clean

# Bytes of memory, and seconds of work: what needs more is made to harm.
MEMORY = 2 * 1024**3
SECONDS = 60


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    data = sys.stdin.buffer.read()
    try:
        copy = clean(data)
    except CannotClean as reason:
        said: dict[str, object] = {"cannot": reason.code}
        content = b""
    except MemoryError:
        said, content = {"cannot": "large"}, b""
    else:
        said, content = {"media": copy.media, "ending": copy.ending, "removed": copy.removed}, copy.data
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + content)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
