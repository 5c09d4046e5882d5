"""Times as the console shows them: in the desk's time zone, in the reader's language. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time

from handoff.console.i18n import N_, Words

TODAY = N_("Today")
YESTERDAY = N_("Yesterday")


@dataclass(frozen=True)
class Clock:
    """The present moment, where and for whom times are shown."""

    now: datetime
    zone: ZoneInfo
    words: Words

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def time(self, at: datetime) -> str:
        """Hours and minutes."""
        return format_time(at.astimezone(self.zone), "short", locale=self.words.locale)

    def day(self, at: datetime) -> str:
        """The day in words: today, yesterday, or the weekday with the date."""
        day = self.day_of(at)
        ago = self.day_of(self.now) - day
        if ago == timedelta(0):
            return self.words.say(TODAY)
        if ago == timedelta(days=1):
            return self.words.say(YESTERDAY)
        return format_date(day, "full", locale=self.words.locale)

    def moment(self, at: datetime) -> str:
        """Day and time, short."""
        return format_datetime(at.astimezone(self.zone), "short", locale=self.words.locale)

    def field(self, at: datetime | None) -> str:
        """As a form's field of day and time holds it."""
        return at.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M") if at else ""
