"""The proleptic Gregorian calendar in whole numbers, for years that `datetime.date` cannot hold."""

from datetime import date
from typing import NamedTuple

FAR = 999_999_999  # the last year of a FEEL date (DMN 1.5, table 58), before and after Christ


class FarDate(NamedTuple):
    """A date outside the years 1–9999."""

    year: int
    month: int
    day: int

    def isoformat(self) -> str:
        """`-0044-03-15`, `12026-01-01`."""
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"


AnyDate = date | FarDate


def days_in_month(year: int, month: int) -> int:
    """28–31."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def make_date(year: int, month: int, day: int) -> AnyDate | None:
    """The date of these numbers, or None if there is none."""
    if not (1 <= month <= 12 and -FAR <= year <= FAR and 1 <= day <= days_in_month(year, month)):
        return None
    return date(year, month, day) if 1 <= year <= 9999 else FarDate(year, month, day)


def day_number(one: AnyDate) -> int:
    """Days since 0000-03-01; differences and order are what counts."""
    if isinstance(one, date):
        return one.toordinal() + 305
    year = one.year - 1 if one.month <= 2 else one.year
    era, in_era = divmod(year, 400)
    in_year = (153 * ((one.month + 9) % 12) + 2) // 5 + one.day - 1
    return era * 146_097 + in_era * 365 + in_era // 4 - in_era // 100 + in_year


def from_day_number(number: int) -> AnyDate | None:
    """The date of a day number, or None if it is out of range."""
    era, in_era = divmod(number, 146_097)
    year = (in_era - in_era // 1460 + in_era // 36_524 - in_era // 146_096) // 365
    in_year = in_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * in_year + 2) // 153
    day = in_year - (153 * shifted + 2) // 5 + 1
    month = shifted + 3 if shifted < 10 else shifted - 9
    return make_date(era * 400 + year + (1 if month <= 2 else 0), month, day)


def add_months(one: AnyDate, months: int) -> AnyDate | None:
    """The same day `months` later; the month's last day where that day does not exist."""
    year, month = divmod(one.year * 12 + one.month - 1 + months, 12)
    if not -FAR <= year <= FAR:
        return None
    return make_date(year, month + 1, min(one.day, days_in_month(year, month + 1)))
