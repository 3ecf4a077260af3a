"""Dates as the archive keeps them: EDTF and people's words in, first and last possible day and words out."""

from webapp.dates.days import Day, is_leap, month_length
from webapp.dates.echo import Understood
from webapp.dates.edtf import Edtf, parse
from webapp.dates.errors import BadDate
from webapp.dates.human import read, understand
from webapp.dates.names import month_names, weekday_names
from webapp.dates.spans import overlaps, within
from webapp.dates.words import day_words, night_words, raised

__all__ = [
    "BadDate",
    "Day",
    "Edtf",
    "Understood",
    "day_words",
    "is_leap",
    "month_length",
    "month_names",
    "night_words",
    "overlaps",
    "parse",
    "raised",
    "read",
    "understand",
    "weekday_names",
    "within",
]
