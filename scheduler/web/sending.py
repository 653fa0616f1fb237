"""Files that the browser saves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from fastapi.responses import Response

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_TYPES: Mapping[str, str] = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".json": "application/json",
}


def attachment(name: str, suffix: str, content: bytes) -> Response:
    """A file under a name that any machine takes, whatever people call their work."""
    bare = _NOT_IN_NAMES.sub(" ", name).strip(" .")[:80] or "ALIS"
    named = quote(f"{bare}{suffix}", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{named}"}
    return Response(content, media_type=_TYPES[suffix], headers=headers)
