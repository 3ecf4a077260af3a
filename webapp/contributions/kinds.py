"""What can be offered: a list of kinds, each with the questions that its form asks."""

# ruff: noqa: E501  # each question stands on one line, as in a table
from __future__ import annotations

from dataclasses import dataclass

from webapp.languages import N_


@dataclass(frozen=True)
class Question:
    """One question of a form: its name, how it is asked, a word of help, the control, and how long an answer may be."""

    name: str
    label: str
    help: str = ""
    control: str = "area"
    required: bool = False
    most: int = 4000


@dataclass(frozen=True)
class Offered:
    """A kind of contribution.

    ``about`` says what it speaks of: ``message``, ``any`` record, or ``perhaps`` one. ``evidence`` says that its form
    asks how one knows; ``named`` that a name is needed; ``shown`` that it is itself shown once accepted; ``listed``
    that it is offered on the page of contributions; ``thanked`` that the record names its contributor among those it
    owes thanks to.
    """

    name: str
    label: str
    sentence: str
    questions: tuple[Question, ...]
    about: str = "message"
    evidence: bool = True
    named: bool = False
    photo: bool = False
    shown: bool = False
    listed: bool = True
    thanked: bool = True


# What was typed for a question of this name is the heart of the contribution: it names it in lists.
KINDS: dict[str, Offered] = {
    each.name: each
    for each in (
        Offered(
            "message", N_("A new message"), N_("A sentence that the archive does not have."),
            (
                Question("phrase", N_("The exact words, without quotation marks"), control="voice", required=True, most=1000),
                Question("lang", N_("Language of the phrase"), control="lang", required=True, most=12),
                Question("date", N_("When was it sent?"), N_("As you would write it: “early June 1944”, “5 June 1944?”."), "typed", most=200),
                Question("where", N_("Who sent it?"), N_("Station, newspaper, person."), "line", most=300),
                Question("meant", N_("What did it mean, if you know?")),
            ), about="perhaps",
        ),
        Offered(
            "variant", N_("A variant"), N_("The same message in other words."),
            (
                Question("phrase", N_("The other wording, without quotation marks"), control="voice", required=True, most=1000),
                Question("remark", N_("What should be known about it")),
            ),
        ),
        Offered(
            "interpretation", N_("An interpretation"), N_("What a message meant, or what somebody says it meant."),
            (
                Question("statement", N_("What did the phrase signify?"), required=True),
                Question("whom", N_("For whom was it?"), N_("Network, group, person."), "line", most=300),
            ),
        ),
        Offered(
            "date", N_("A date"), N_("When a message was read."),
            (
                Question("date", N_("When was it read?"), N_("As you would write it: “early June 1944”, “5 June 1944?”."), "typed", required=True, most=200),
                Question("where", N_("By which station?"), control="line", most=300),
            ),
        ),
        Offered(
            "reference", N_("A missing reference"), N_("A book, a paper or a page that bears witness to a message."),
            (
                Question("title", N_("Title"), control="line", required=True, most=500),
                Question("author", N_("Author"), control="line", most=300),
                Question("year", N_("Year"), control="typed", most=80),
                Question("url", N_("Address on the web, if it has one"), control="typed", most=1000),
                Question("locator", N_("Where in it?"), N_("Page, minute, folio."), "typed", most=300),
            ),
        ),
        Offered(
            "correction", N_("A correction"), N_("Something is wrong on a page of the archive."),
            (
                Question("wrong", N_("What is wrong?"), N_("Copy the words as they stand there.")),
                Question("right", N_("What should it say instead?"), required=True),
            ), about="any",
        ),
        Offered(
            "recollection", N_("A recollection"), N_("What you or your family remember; a photograph or a scan may come with it."),
            (
                Question("text", N_("What do you remember?"), required=True, most=20_000),
                Question("shows", N_("If you send a picture: what does it show, and who made it?"), most=1000),
            ),
            about="perhaps", evidence=False, photo=True, shown=True,
        ),
        Offered(
            "reply", N_("An answer"), N_("An answer to an essay, a message or another reader."),
            (Question("text", N_("Your answer"), required=True, most=10_000),),
            about="any", evidence=False, named=True, shown=True, listed=False, thanked=False,
        ),
    )
}  # fmt: skip

EVIDENCE = Question("evidence", N_("How do you know?"), N_("A memory, a paper, a book, what somebody told you: say which."), required=True)  # fmt: skip
# Languages that a form of the public offers beside those that the archive has; a curator can choose from more.
PHRASE_LANGUAGES = ("fr", "en", "it", "de", "es", "nl", "pl", "da", "no", "cs", "el", "pt", "ru", "ja")
OTHER_LANGUAGE = "und"  # ISO 639: undetermined; whoever looks it through says which
