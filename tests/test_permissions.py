"""Who may go where: one table for the whole site. A route that is not in it fails the test."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.permissions import ROLES, Act

ANYBODY, ACCOUNT = "anybody", "anybody with an account"

# endpoint: who may. Add a line for every new route.
WHO: dict[str, str | Act] = {
    "desk.home": Act.DESK,
    "desk.heap": Act.DESK,
    "desk.browse": Act.DRAFT,
    "desk.new": Act.DRAFT,
    "desk.new_submit": Act.DRAFT,
    "desk.edit": Act.DRAFT,
    "desk.edit_submit": Act.DRAFT,
    "desk.date": Act.DRAFT,
    "desk.pick": Act.DRAFT,
    "desk.duplicates": Act.DRAFT,
    "desk.preview": Act.DRAFT,
    "desk.conflict": Act.DRAFT,
    "desk.conflict_settle": Act.DRAFT,
    "desk.review": Act.REVIEW,
    "desk.review_submit": Act.REVIEW,
    "desk.withdraw_ask": Act.PUBLISH,
    "desk.withdraw_submit": Act.PUBLISH,
    "desk.opened": Act.DRAFT,
    "desk.bring_back": Act.DRAFT,
    "desk.merge": Act.PUBLISH,
    "desk.merge_submit": Act.PUBLISH,
    "desk.merge_undo": Act.PUBLISH,
    "desk.terms_all": Act.PUBLISH,
    "desk.term_new": Act.PUBLISH,
    "desk.term_edit": Act.PUBLISH,
    "desk.term_new_submit": Act.PUBLISH,
    "desk.term_submit": Act.PUBLISH,
    "desk.send_file": Act.DRAFT,
    "desk.send_file_submit": Act.DRAFT,
    "desk.contribution_photo": Act.MODERATE,
    "desk.contributions": Act.MODERATE,
    "desk.contribution": Act.MODERATE,
    "desk.contribution_submit": Act.MODERATE,
    "history.show": ANYBODY,
    "media.show": ANYBODY,
    "media.show_json": ANYBODY,
    "media.file": ANYBODY,
    "media.original": ANYBODY,
    "sharing.medium_bib": ANYBODY,
    "sharing.medium_csl_json": ANYBODY,
    "sharing.medium_ris": ANYBODY,
    "imports.home": Act.IMPORT,
    "imports.upload": Act.IMPORT,
    "imports.show": Act.IMPORT,
    "imports.plan": Act.IMPORT,
    "imports.run": Act.IMPORT,
    "imports.undo_": Act.IMPORT,
    "imports.discard": Act.IMPORT,
    "imports.problems": Act.IMPORT,
    "imports.template_csv": Act.IMPORT,
    "imports.template_xlsx": Act.IMPORT,
    "imports.export_csv": Act.IMPORT,
    "imports.export_xlsx": Act.IMPORT,
    "media.show": ANYBODY,
    "media.show_json": ANYBODY,
    "media.file": ANYBODY,
    "media.original": ANYBODY,
    "sharing.medium_bib": ANYBODY,
    "sharing.medium_csl_json": ANYBODY,
    "sharing.medium_ris": ANYBODY,
    "contributions.choose": ANYBODY,
    "contributions.offer": ANYBODY,
    "contributions.offer_submit": ANYBODY,
    "contributions.find": ANYBODY,
    "contributions.follow": ANYBODY,
    "contributions.follow_submit": ANYBODY,
    "contributions.replies_feed": ANYBODY,
    "machines.fixity_record": Act.KEEP,
    "static": ANYBODY,
    "stylesheet": ANYBODY,
    "messages.browse": ANYBODY,
    "messages.browse_json": ANYBODY,
    "messages.show": ANYBODY,
    "messages.show_json": ANYBODY,
    "nights.listing": ANYBODY,
    "nights.listing_json": ANYBODY,
    "nights.show": ANYBODY,
    "nights.show_json": ANYBODY,
    "collections.listing": ANYBODY,
    "collections.listing_json": ANYBODY,
    "collections.mine": Act.COLLECT,
    "collections.unlisted": Act.FEATURE,
    "collections.show": ANYBODY,
    "collections.show_json": ANYBODY,
    "collections.gather": ANYBODY,
    "collections.gather_submit": ANYBODY,
    "collections.begin": ANYBODY,
    "collections.edit": ANYBODY,  # its owner, an editor, or whoever has its private link
    "collections.edit_submit": ANYBODY,
    "collections.adapt": ANYBODY,
    "collections.feature": Act.FEATURE,
    "essays.listing": ANYBODY,
    "essays.listing_json": ANYBODY,
    "essays.show": ANYBODY,
    "essays.show_json": ANYBODY,
    "figures.listing": ANYBODY,
    "figures.show": ANYBODY,
    "figures.picture": ANYBODY,
    "figures.table": ANYBODY,
    "figures.calendar_now": ANYBODY,
    "figures.calendar_show": ANYBODY,
    "figures.calendar_picture": ANYBODY,
    "figures.calendar_table": ANYBODY,
    "figures.timeline": ANYBODY,
    "figures.map_": ANYBODY,
    "figures.surface_and_secret": ANYBODY,
    "figures.crossed_picture": ANYBODY,
    "figures.crossed_table": ANYBODY,
    "figures.relations": ANYBODY,
    "figures.coverage": ANYBODY,
    "stations.listing": ANYBODY,
    "stations.listing_json": ANYBODY,
    "stations.show": ANYBODY,
    "stations.show_json": ANYBODY,
    "networks.listing": ANYBODY,
    "networks.listing_json": ANYBODY,
    "networks.show": ANYBODY,
    "networks.show_json": ANYBODY,
    "places.listing": ANYBODY,
    "places.listing_json": ANYBODY,
    "places.show": ANYBODY,
    "places.show_json": ANYBODY,
    "themes.listing": ANYBODY,
    "themes.listing_json": ANYBODY,
    "themes.show": ANYBODY,
    "themes.show_json": ANYBODY,
    "purposes.listing": ANYBODY,
    "purposes.listing_json": ANYBODY,
    "purposes.show": ANYBODY,
    "purposes.show_json": ANYBODY,
    "sources.listing": ANYBODY,
    "sources.listing_json": ANYBODY,
    "sources.show": ANYBODY,
    "sources.show_json": ANYBODY,
    "nights.today": ANYBODY,
    "nights.today_json": ANYBODY,
    "nights.on_this_day": ANYBODY,
    "nights.on_this_day_json": ANYBODY,
    "standings.listing": ANYBODY,
    "standings.listing_json": ANYBODY,
    "reading.home": ANYBODY,
    "reading.about": ANYBODY,
    "reading.help_index": ANYBODY,
    "reading.help_page": ANYBODY,
    "reading.permanent": ANYBODY,
    "security.login": ANYBODY,
    "security.logout": ACCOUNT,
    "security.verify": ACCOUNT,
    "security.forgot_password": ANYBODY,
    "security.reset_password": ANYBODY,
    "security.change_password": ACCOUNT,
    "security.change_email": ACCOUNT,
    "security.change_email_confirm": ANYBODY,
    "security.two_factor_token_validation": ANYBODY,
    "security.two_factor_setup": ACCOUNT,
    "security.two_factor_setup_validate": ACCOUNT,
    "security.two_factor_rescue": ANYBODY,
    "security.tf_select": ANYBODY,
    "security.mf_recovery": ANYBODY,
    "security.mf_recovery_codes": ACCOUNT,
    "security.wan_register": ACCOUNT,
    "security.wan_register_response": ACCOUNT,
    "security.wan_signin": ANYBODY,
    "security.wan_signin_response": ANYBODY,
    "security.wan_delete": ACCOUNT,
    "security.wan_verify": ACCOUNT,
    "security.wan_verify_response": ACCOUNT,
    "search.atom": ANYBODY,
    "search.describe": ANYBODY,
    "search.json_feed": ANYBODY,
    "search.keep": ANYBODY,
    "search.show": ANYBODY,
    "search.show_json": ANYBODY,
    "search.suggest": ANYBODY,
    "checks.health": ANYBODY,
    "people.enter": ANYBODY,
    "people.invitation": ANYBODY,
    "people.invitation_accept": ANYBODY,
    "people.account": ACCOUNT,
    "people.account_change": ACCOUNT,
    "people.begin": ACCOUNT,
    "people.end_session": ACCOUNT,
    "people.second_step": ACCOUNT,
    "people.second_step_change": ACCOUNT,
    "keeping.people": Act.ACCOUNTS,
    "keeping.invite": Act.ACCOUNTS,
    "keeping.invite_submit": Act.ACCOUNTS,
    "keeping.person": Act.ACCOUNTS,
    "keeping.change_role": Act.ACCOUNTS,
    "keeping.shut_out": Act.ACCOUNTS,
    "keeping.let_in": Act.ACCOUNTS,
    "keeping.sign_out": Act.ACCOUNTS,
    "keeping.second_step_off": Act.ACCOUNTS,
    "keeping.new_link": Act.ACCOUNTS,
    "keeping.log": Act.KEEP,
    "embeds.essay": ANYBODY,
    "embeds.essay_picture": ANYBODY,
    "embeds.message": ANYBODY,
    "embeds.message_picture": ANYBODY,
    "embeds.night": ANYBODY,
    "embeds.night_picture": ANYBODY,
    "embeds.oembed": ANYBODY,
    "sharing.cite_night": ANYBODY,
    "sharing.cite_record": ANYBODY,
    "sharing.collection_bib": ANYBODY,
    "sharing.collection_csl_json": ANYBODY,
    "sharing.collection_ris": ANYBODY,
    "sharing.essay_bib": ANYBODY,
    "sharing.essay_csl_json": ANYBODY,
    "sharing.essay_ris": ANYBODY,
    "sharing.medium_bib": ANYBODY,
    "sharing.medium_csl_json": ANYBODY,
    "sharing.medium_ris": ANYBODY,
    "sharing.message_bib": ANYBODY,
    "sharing.message_csl_json": ANYBODY,
    "sharing.message_ris": ANYBODY,
    "sharing.network_bib": ANYBODY,
    "sharing.network_csl_json": ANYBODY,
    "sharing.network_ris": ANYBODY,
    "sharing.night_bib": ANYBODY,
    "sharing.night_csl_json": ANYBODY,
    "sharing.night_qr_png": ANYBODY,
    "sharing.night_qr_svg": ANYBODY,
    "sharing.night_ris": ANYBODY,
    "sharing.place_bib": ANYBODY,
    "sharing.place_csl_json": ANYBODY,
    "sharing.place_ris": ANYBODY,
    "sharing.qr_png": ANYBODY,
    "sharing.qr_svg": ANYBODY,
    "sharing.record_bib": ANYBODY,
    "sharing.record_csl_json": ANYBODY,
    "sharing.record_ris": ANYBODY,
    "sharing.source_bib": ANYBODY,
    "sharing.source_csl_json": ANYBODY,
    "sharing.source_ris": ANYBODY,
    "sharing.station_bib": ANYBODY,
    "sharing.station_csl_json": ANYBODY,
    "sharing.station_ris": ANYBODY,
    "sharing.version_bib": ANYBODY,
    "sharing.version_csl_json": ANYBODY,
    "sharing.version_ris": ANYBODY,
    "versions.ark": ANYBODY,
    "versions.permanent": ANYBODY,
    "versions.show": ANYBODY,
    "versions.show_json": ANYBODY,
    "versions.timegate": ANYBODY,
    "versions.timemap": ANYBODY,
}


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """Every endpoint with a method it answers to and an address to try it at."""
    found = []
    for rule in app.url_map.iter_rules():
        values = {name: converter.to_url(SAMPLE.get(type(converter).__name__, "x"))
                  for name, converter in rule._converters.items()}  # fmt: skip
        address = app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods or {"GET"})))
        found += [(rule.endpoint, method, address) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found


SAMPLE = {"KindConverter": "messages", "IntegerConverter": 1, "UnicodeConverter": "x", "PathConverter": "x"}


def test_every_route_is_in_the_table(app: Flask) -> None:
    unlisted = {rule.endpoint for rule in app.url_map.iter_rules()} - set(WHO)
    assert not unlisted, f"say in WHO who may use these: {sorted(unlisted)}"
    assert not set(WHO) - {rule.endpoint for rule in app.url_map.iter_rules()}


def test_a_stranger_enters_no_guarded_room(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    for endpoint, method, address in routes(app):
        if WHO[endpoint] != ANYBODY:
            answer = client.open(address, method=method)
            let_in = answer.status_code < 300 or answer.status_code in (404, 409, 422, 500)
            assert not let_in, f"{method} {address} answered {answer.status_code} to a stranger"


@pytest.mark.parametrize("role", list(ROLES))
def test_a_person_enters_only_the_rooms_of_their_role(
    app: Flask, sign_in: Callable[..., FlaskClient], role: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    person = sign_in(role)
    for endpoint, method, address in routes(app):
        act = WHO[endpoint]
        if isinstance(act, Act):
            answer = person.open(address, method=method)
            refused = answer.status_code == 403
            assert refused == (act not in ROLES[role]), f"{role}: {method} {address} answered {answer.status_code}"
