"""The letters to contributors who left an address: there is an answer, on the page of the receipt."""

from __future__ import annotations

from flask import render_template, url_for

from webapp.contributions import receipts
from webapp.contributions.actions import erase_address
from webapp.contributions.models import Contribution
from webapp.languages import gettext as _
from webapp.navigation import absolute
from webapp.people.letters import speaking
from webapp.people.mail import send


def tell(contribution: Contribution) -> None:
    """Write to the contributor, in their language, that there is news; the letter does not say which."""
    if not contribution.address:
        return
    receipt = receipts.spaced(contribution.receipt)
    where = absolute(url_for("contributions.follow", receipt=receipt, lang=contribution.lang))
    with speaking(contribution.lang):
        body = render_template("contributions/letter.txt", where=where, receipt=receipt)
        send(contribution.address, _("Carottes: there is news of your contribution"), body)


def tell_and_forget(contribution: Contribution) -> None:
    """The same, and then the address has served its purpose."""
    tell(contribution)
    erase_address(contribution)
