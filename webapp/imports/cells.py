"""What stands in one cell: how the archive writes it so that no spreadsheet runs it, and how it is read back."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

# What a spreadsheet takes for a formula when a cell begins with it (OWASP, CSV injection), full-width forms too.
_DANGEROUS = "=+\\-@\t\r\n＝＋－＠"
_TO_DISARM = re.compile(rf"'*[{_DANGEROUS}]")
_DISARMED = re.compile(rf"'+[{_DANGEROUS}]")
# What XML cannot hold, what no archive of sentences needs, and the mark of a letter that was lost on the way (U+FFFD).
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd-\uffff]")
LONGEST = 32_767  # letters in one cell, as Excel has it
FORMULA = "\x00formula"
ERROR = "\x00error"


def disarmed(text: str) -> str:
    """The text as it is written into a spreadsheet: an apostrophe before what would be run as a formula."""
    return f"'{text}" if _TO_DISARM.match(text) else text


def rearmed(text: str) -> str:
    """What ``disarmed`` was given: exactly its apostrophe is taken away."""
    return text[1:] if _DISARMED.match(text) else text


def written(text: str) -> str:
    """A text as one cell of an export: harmless, and with nothing that a spreadsheet cannot hold."""
    return disarmed(_CONTROL.sub("", text))[:LONGEST]


def tidy(text: str) -> str:
    """A cell as it is compared and kept: letters composed (NFC), one kind of line end, no outer spaces."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip().removeprefix("\ufeff")


def read(text: str) -> str:
    """A cell of a spreadsheet as the text it stands for."""
    return tidy(rearmed(text.replace("\r\n", "\n").replace("\r", "\n")))


def strange(text: str) -> str:
    """The code of the first character that cannot be kept (U+0007), or nothing."""
    found = _CONTROL.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def of_value(value: Any, data_type: str) -> str:
    """The text of a workbook's cell: whole numbers without a point, days as 1944-06-05, times as 21:15."""
    if value is None:
        return ""
    if data_type == "f":
        return FORMULA
    if data_type == "e":
        return ERROR
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    if isinstance(value, dt.timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return str(value)
