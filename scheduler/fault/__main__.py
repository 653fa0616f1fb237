"""``python -m scheduler.fault FILE [FOLDER]``: the files of a record, and the command that broke."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def unpacked(record: Mapping[str, Any], folder: Path) -> list[str]:
    """Write the files of a record into a new folder; the command to run there."""
    folder.mkdir(parents=True)
    for name, tree in record.get("files", {}).items():
        if Path(name).name != name:
            raise ValueError(f"not the name of a file: {name!r}")
        (folder / name).write_text(json.dumps(tree, ensure_ascii=False, indent=1), encoding="utf-8")
    return [str(word) for word in record.get("command", [])]


def main(arguments: list[str]) -> int:
    """Unpack the record named on the command line."""
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write("python -m scheduler.fault FILE [FOLDER]\n")
        return 2
    file = Path(arguments[0])
    folder = Path(arguments[1]) if len(arguments) == 2 else file.with_suffix("")
    command = unpacked(json.loads(file.read_text(encoding="utf-8")), folder)
    sys.stdout.write(f"cd {shlex.quote(str(folder))} && alis {shlex.join(command)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
