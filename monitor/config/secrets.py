"""Secrets named in the YAML and kept elsewhere: `${NAME}` from the environment, `${file:path}` from a file.

`$${` stands for a literal `${`. No message of this module ever holds a secret's value.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BeforeValidator, ValidationInfo

from monitor.config.problems import RefusedError, shown

_REFERENCE = re.compile(r"\$\$\{|\$\{(?P<name>[^}]*)\}|(?P<open>\$\{)")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Where secrets come from. Relative file names start at `folder`, the configuration folder."""

    folder: Path
    environ: Mapping[str, str] = field(repr=False)

    def fill(self, text: str) -> str:
        """`text` with every reference replaced by its value. Raises RefusedError."""
        return _REFERENCE.sub(self._value, text)

    def _value(self, found: re.Match[str]) -> str:
        if found[0] == "$${":
            return "${"
        name = found["name"]
        if name is None:
            raise RefusedError('"${" is not closed; write "$${" for the characters themselves')
        if name.startswith("file:"):
            return self._file(name.removeprefix("file:").strip())
        if not _VARIABLE.fullmatch(name):
            raise RefusedError("between ${ and } stands the name of a variable, or file: and a path")
        value = self.environ.get(name, "")
        if not value:
            raise RefusedError(f"the environment variable {name} is not set")
        return value

    def _file(self, name: str) -> str:
        path = self.folder / name
        try:
            data = path.read_bytes() if path.is_file() else None
            value = (data or b"").decode().rstrip("\r\n")
        except (OSError, ValueError):  # ValueError: not UTF-8, or a NUL in the name
            raise RefusedError(f"the secret file {shown(str(path))} cannot be read") from None
        if data is None:
            raise RefusedError(f"the secret file {shown(str(path))} does not exist")
        if not value:
            raise RefusedError(f"the secret file {shown(str(path))} is empty")
        return value


def has_reference(text: str) -> bool:
    return "${" in text


def from_environment(key: str, name: str) -> BeforeValidator:
    """For a secret that many sources share: where the key is left out, it is that of an environment variable.

    Its default must be "", and be validated.
    """

    def read(value: object, info: ValidationInfo) -> object:
        secrets = info.context
        assert isinstance(secrets, Secrets)
        if value != "":
            return value
        if not secrets.environ.get(name):
            raise RefusedError(
                f"{shown(key)} is missing", f'set the environment variable {name}, or write {key}: "${{NAME}}"'
            )
        return f"${{{name}}}"

    return BeforeValidator(read)
