#!/usr/bin/env python3
"""Writes this machine's own pip configuration into a folder, fit to be handed to an image build: pip_conf.py FOLDER.

A mirror or a certificate authority of this machine works inside the build too, and is no part of the image.
"""

import ast
import configparser
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

CERTIFICATES = "certificates"  # the Dockerfile's secret of this name; it is found in /run/secrets


def settings() -> dict[str, str]:
    """What pip obeys here, from files and variables alike, as dotted names and values."""
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    pairs = (line.partition("=") for line in listing.stdout.splitlines())
    # Variables count as settings of no command in particular, and are listed before the files they win over.
    found = [(name.replace(":env:.", "global."), ast.literal_eval(value)) for name, _, value in pairs]
    return dict(reversed(found))


def is_local(value: str) -> bool:
    """Whether the value leads to folders of this machine, which a build cannot see."""
    return any(word.startswith("file:") or PurePosixPath(word).is_absolute() for word in value.split())


def main(folder: Path) -> None:
    kept = configparser.RawConfigParser()
    for name, value in settings().items():
        section, _, key = name.partition(".")
        if key != "cert" and is_local(value):
            continue
        if key == "cert":
            shutil.copyfile(value, folder / CERTIFICATES)
        kept.setdefault(section, {})
        kept[section][key] = f"/run/secrets/{CERTIFICATES}" if key == "cert" else value
    with (folder / "pip.conf").open("w") as file:
        kept.write(file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
