"""Pages say their errors in words: an error of ours becomes a page instead of JSON."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from balcao.errors import BalcaoError, InvalidInput
from handoff.console.i18n import N_
from handoff.console.rendering import page

_SENTENCES = {
    "unknown_conversation": N_("This conversation does not exist, or is not of one of your groups."),
    "unknown_ticket": N_("This ticket does not exist, or is not of one of your groups."),
    "role_forbidden": N_("Your role does not allow this."),
    "foreign_origin": N_("This form was sent from another site and was refused."),
    "bad_csrf": N_("This form is out of date. Go back, reload the page and send it again."),
}
_OTHERWISE = {
    404: N_("There is nothing here."),
    403: N_("You may not do this."),
    409: N_("Someone was faster: reload the page to see what changed."),
    422: N_("Something in the form is not right."),
}


def sentence_for(error: BalcaoError) -> str:
    """What the console says about an error, in English, to be translated."""
    return _SENTENCES.get(error.error_code) or _OTHERWISE.get(error.status, N_("Something went wrong. Try again."))


class PageRoute(APIRoute):
    """A route whose errors are pages."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def with_error_page(request: Request) -> Response:
            try:
                return await handle(request)
            except BalcaoError as error:
                return page(request, "error.html", status=error.status, sentence=sentence_for(error))
            except RequestValidationError:
                status = 404 if request.method == "GET" else InvalidInput.status
                return page(request, "error.html", status=status, sentence=_OTHERWISE[status])

        return with_error_page
