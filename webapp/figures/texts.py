"""What every figure is called, and the rule by which it was made: one table, a line for each sentence."""

from __future__ import annotations

from typing import NamedTuple

from webapp.languages import N_
from webapp.languages import gettext as _


class Text(NamedTuple):
    """The title of a figure, and what was counted and how."""

    title: str
    rule: str


TEXTS: dict[str, Text] = {
    "nights-known": Text(
        N_("Nights of the war of which something is known"),
        N_(
            "Nights to which at least one message is dated, doubtful dates included, whatever the station. The messages of one night in the archive are never all that was read: sources count 210 to 354 for 5 June 1944 alone."
        ),
    ),
    "sources-per-claim": Text(
        N_("On how many sources does a claim rest?"),
        N_(
            "Claims by standing and by the number of different sources that bear witness to them. Many sources are no proof: a legend may have ten, each copied from the last."
        ),
    ),
    "purpose-counts": Text(
        N_("What the messages are said to have been for"),
        N_(
            "Claims by purpose: the whole bar is the archive, its dark part the BBC’s French service. The first rows, outlined, are the proofs: acknowledgement, proof of identity, private news, negotiation."
        ),
    ),
    "copy-chain": Text(
        N_("Who told it after whom"),
        N_(
            "Pages that say what the cooked carrots announced, in the order of their years, then those without a date. An arrow goes from a page to one that shares its wording; a common ancestor is always possible."
        ),
    ),
    "ladder-of-evidence": Text(
        N_("On which rung does it stand?"),
        N_(
            "Messages about food, by the kinds of sources that bear witness. Archives are papers of the time; books, press, museums and web pages count as later pages with particulars where what they say is documented or attested, else as repeated; idiom pages, novels and catalogues always as repeated."
        ),
    ),
    "food-share": Text(
        N_("How much of it was about food"),
        N_(
            "Share of the messages of a year whose theme is food. Only messages that were certainly broadcast in that year count; years with fewer than %(few)s of them are put together."
        ),
    ),
    "standing-counts": Text(
        N_("How sure is it?"),
        N_(
            "Claims by standing. The table says of how many messages the leading claim has that standing; a message that nobody explains is unknown and has no claim to count."
        ),
    ),
    "one-night-heard": Text(
        N_("One listener’s page, and what we know of it"),
        N_(
            "The lines that somebody noted from the radio on 17 August 1944. The addressee counts as known where another message opens with the same address and a claim says whose it is."
        ),
    ),
    "numbers-in-messages": Text(
        N_("Messages that carry a number"),
        N_(
            "Share of the phrases with figures, with a number in words from two up (“un” is an article too, and is not counted), with a percentage. Read by a rule, not by a person."
        ),
    ),
    "sentence-templates": Text(
        N_("Moulds"),
        N_(
            "Phrases of the BBC’s French service by the first of these forms that they fit, read by a rule, not by a person: “X est Y” is any subject of a few words followed by est, sont, était; “X a Y” needs an article or a number after a or ont."
        ),
    ),
    "language-counts": Text(
        N_("In which languages"),
        N_(
            "Messages by the language of their wording. The archive grew from French sources: these numbers say what was gathered, not what was sent."
        ),
    ),
    "messages-per-night": Text(
        N_("Messages per month, and per night in the summer of 1944"),
        N_(
            "Messages of the BBC’s French service by the month in which they were read, then by the night, from May to August 1944. Solid: a date without doubt; outlined: a date with a question mark, or “about” that time. The table has the ten fullest nights, then all months. A few busy dates are busy because sources like to quote them."
        ),
    ),
    "timeline": Text(
        N_("Two centuries of messages"),
        N_(
            "Messages by the year in which they were certainly broadcast; a message read in several years counts in each. Below the scale, dates that run over more than one year. A scale of square roots, so that single messages stay visible beside 1944."
        ),
    ),
    "twitter-2009": Text(
        N_("Two thousand tweets in six classes, August 2009"),
        N_(
            "The percentages as they were published, to two decimals. The whisker is the margin that a sample of this size leaves at 95 per cent; it is ours. The table adds the same classes in this archive, as a stranger would code its messages."
        ),
    ),
    "map": Text(
        N_("Map of grounds and places"),
        N_(
            "Places that some claim names. A ring lies around the town that a source names, and its number says how many messages are tied to it; only a cross is a point that a source gives. Regions are no points and stand in the table alone. Borders are today’s."
        ),
    ),
    "networks-map": Text(
        N_("Grounds and addressees"),
        N_(
            "Where the BBC’s French messages led, and the networks that the same claims name. A ring lies around the town that a source names, not on the ground; a cross is a point that a source gives; regions stand in the table alone. Borders are today’s."
        ),
    ),
    "surface-purpose": Text(
        N_("What it sounds like, and what it was for"),
        N_(
            "Columns: what a stranger would take the sentence for, after the six classes of a study of 2009; the coding is ours. Rows: what it is said to have been for. Each number is a search."
        ),
    ),
    "theme-purpose": Text(
        N_("Theme of the surface, hidden purpose"),
        N_("Columns: what the sentence speaks of. Rows: what it is said to have been for. Each number is a search."),
    ),
    "unknown-by-language": Text(
        N_("Messages that nobody explains, by language"),
        N_("The whole bar is the messages, its dark part those of which nobody claims to know the meaning."),
    ),
    "unknown-by-period": Text(
        N_("Messages that nobody explains, by period"),
        N_(
            "The whole bar is the messages, its dark part those of which nobody claims to know the meaning. A message counts in every period in which it may have been broadcast; undated messages count in none."
        ),
    ),
    "alerts-and-actions": Text(
        N_("Alert, then action"),
        N_("The arrow goes from the alert to the action that it announced."),
    ),
    "variants": Text(
        N_("Variants"),
        N_(
            "Wordings of one message that the same station is said to have read. The arrow goes from the one that the other is entered as a variant of."
        ),
    ),
    "echoes": Text(
        N_("Echoes"),
        N_(
            "Wordings that came back elsewhere: in a film, in another language, in another century. The arrow goes from the one to its echo."
        ),
    ),
    "replies": Text(
        N_("Replies"),
        N_("The arrow goes from what was said to what was answered."),
    ),
    "calendar": Text(
        N_("Calendar of %(year)s"),
        N_(
            "Every night of the year: the upper number is the day, the lower one how many messages. A night is dated by its evening; a full square is certain, a dashed circle is dated with a question mark, a framed square has both."
        ),
    ),
}


def title(name: str, **values: object) -> str:
    """What a figure is called, in the reader's language."""
    return _(TEXTS[name].title, **values)


def rule(name: str, **values: object) -> str:
    """The rule of a figure, in the reader's language."""
    return _(TEXTS[name].rule, **values)
