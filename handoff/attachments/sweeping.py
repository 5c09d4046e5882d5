"""Takes away what nobody sent, and what a crash left behind."""

from pathlib import Path

import structlog

from balcao.database import utc_now
from handoff.attachments import queries, service
from handoff.attachments.store import FileStore
from handoff.desk import Desk

log = structlog.get_logger(__name__)
SWEEP_SECONDS = 3600.0
_STRAY_SECONDS = 3600.0
_BATCH = 500


async def sweep_attachments(desk: Desk) -> None:
    """One sweep, in a thread of the desk."""
    unsent, stray = await desk.run(sweep, desk)
    if unsent or stray:
        log.info("attachments_swept", unsent=unsent, stray=stray)


def sweep(desk: Desk) -> tuple[int, int]:
    """Rows that nobody sent go with their files, then files without rows, unless they are so new that a row may come yet.

    Returns how many of each.
    """
    with desk.write() as session:
        unsent = service.forget_unsent(session, utc_now())
    for id_ in unsent:
        desk.files.remove(id_)
    old = list(desk.files.stray(_STRAY_SECONDS))
    stray = sum(_remove_unknown(desk, desk.files, old[at : at + _BATCH]) for at in range(0, len(old), _BATCH))
    return len(unsent), stray


def _remove_unknown(desk: Desk, files: FileStore, found: list[Path]) -> int:
    with desk.read() as session:
        known = queries.known_ids(session, [file.name for file in found])
    unknown = [file for file in found if file.name not in known or files.is_half(file)]
    for file in unknown:
        file.unlink(missing_ok=True)
    return len(unknown)
