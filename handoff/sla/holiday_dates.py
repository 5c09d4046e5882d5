"""Brazilian holidays by the ``holidays`` library: national ones, a state's own, and on demand the optional days."""

from datetime import date
from functools import lru_cache

from holidays import country_holidays, list_supported_countries
from holidays.constants import OPTIONAL, PUBLIC

COUNTRY = "BR"
STATES: frozenset[str] = frozenset(list_supported_countries()[COUNTRY]) | {COUNTRY}
"""The codes of the states, and ``BR`` for the national holidays alone."""


@lru_cache(maxsize=64)
def holiday_dates(place: str, optional: bool, first_year: int, last_year: int) -> frozenset[date]:
    """The holidays of a state (or the nation) in these years, both included.

    ``optional`` adds the days on which public offices usually close: Carnival, Ash Wednesday, Corpus Christi, Public Servant's Day
    and the eves of Christmas and of the new year.
    """
    found = country_holidays(
        COUNTRY,
        subdiv=None if place == COUNTRY else place,
        years=range(first_year, last_year + 1),
        categories=(PUBLIC, OPTIONAL) if optional else (PUBLIC,),
    )
    return frozenset(found)
