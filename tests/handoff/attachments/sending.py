"""Short ways to upload and send files."""

from typing import Any
from urllib.parse import quote

import httpx

from balcao.ids import new_id
from tests.handoff.attachments import files
from tests.handoff.running import Visitor


def upload(visitor: Visitor, name: str = "tela.png", content: Any = None, key: str | None = None) -> httpx.Response:
    """Uploads as the widget does; a png of one colour unless told otherwise."""
    return visitor.http.post(
        "/api/channel/attachments",
        params={"client_key": key or new_id()},
        headers=visitor.headers | {"x-file-name": quote(name), "content-type": "application/octet-stream"},
        content=files.png() if content is None else content,
    )


def send(visitor: Visitor, *ids: str, text: str | None = None, key: str | None = None) -> httpx.Response:
    """Sends uploaded files with a message."""
    return visitor.post(text, key, attachments=list(ids))


def fetch(visitor: Visitor, id_: str) -> httpx.Response:
    """Downloads one."""
    return visitor.http.get(f"/api/channel/attachments/{id_}", headers=visitor.headers)


def code_of(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]
