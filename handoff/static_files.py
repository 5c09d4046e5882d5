"""Files served as they are: the widget and its demo page, the console's and the vendored ones, the API's page."""

from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from handoff.dependencies import DeskDep
from handoff.security_headers import PAGE_POLICY

_STATIC = Path(__file__).with_name("static")
# Swagger UI sets style attributes; everything else stays as strict as elsewhere.
_DOCS_POLICY = PAGE_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
router = APIRouter(include_in_schema=False)


class _WidgetFiles(StaticFiles):
    """Pages of any origin may load the widget; it is checked for news each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["access-control-allow-origin"] = "*"
        response.headers["cross-origin-resource-policy"] = "cross-origin"
        response.headers["cache-control"] = "no-cache"
        return response


@router.get("/")
async def demo_page(desk: DeskDep) -> FileResponse:
    return FileResponse(desk.settings.widget_dir / "demo.html", headers={"cache-control": "no-cache"})


@router.get("/docs")
async def api_docs() -> FileResponse:
    return FileResponse(_STATIC / "api-docs.html", headers={"content-security-policy": _DOCS_POLICY})


def mount_files(app: FastAPI, widget_dir: Path) -> None:
    """Adds the folders of files to the application."""
    app.mount("/widget", GZipMiddleware(_WidgetFiles(directory=widget_dir, check_dir=False)), "widget")
    app.mount("/static", GZipMiddleware(StaticFiles(directory=_STATIC)), "static")
