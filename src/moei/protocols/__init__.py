"""National protocols as data: one TOML file each, every value with its source."""

from importlib.resources import files


def names() -> list[str]:
    """The protocols that come with Moei, `["thailand"]`."""
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in files(__name__).iterdir()
        if entry.name.endswith(".toml")
    )


def read(name: str) -> str:
    """The text of a protocol that comes with Moei; KeyError when there is none of that name."""
    if name not in names():
        raise KeyError(name)
    return files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
