"""Carottes: a searchable archive of coded messages. This is the only file that knows every part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import (
    appearance,
    checks,
    config,
    database,
    errors,
    filters,
    languages,
    limits,
    navigation,
    pausing,
    people,
    rendering,
)
from webapp.broadcasts import models as _broadcasts  # noqa: F401  # their tables belong to the schema
from webapp.broadcasts import of_messages as _of_messages  # noqa: F401  # dates on every slip
from webapp.broadcasts import periods as _periods  # noqa: F401  # lists of messages by date
from webapp.broadcasts import views as broadcasts_views
from webapp.collections import views as collections_views
from webapp.contributions import models as _contributions  # noqa: F401
from webapp.contributions import views as contributions_views
from webapp.desk import history_views
from webapp.desk import models as _desk  # noqa: F401
from webapp.desk import views as desk_views
from webapp.essays import models as _essays  # noqa: F401
from webapp.essays import views as essays_views
from webapp.figures import views as figures_views
from webapp.imports import models as _imports  # noqa: F401
from webapp.imports import views as imports_views
from webapp.listening import views as listening_views
from webapp.machines import feeds, metrics, negotiating, oai, signposting, sitemaps, tei
from webapp.machines import models as _machines  # noqa: F401
from webapp.machines import views as machines_views
from webapp.machines import vocabularies as skos
from webapp.machines.api import views as api_views
from webapp.media import actions as _media  # noqa: F401  # what a medium must have to be published
from webapp.media import views as media_views
from webapp.messages import actions as _rules  # noqa: F401  # what a message must have to be published
from webapp.messages import views as messages_views
from webapp.people import keeping as people_keeping
from webapp.people import views as people_views
from webapp.reading import authorities, source_views
from webapp.reading import views as reading_views
from webapp.search import views as search_views
from webapp.teaching import cartridge, embed_views, list_views, presenter_views, sharing_views, version_views
from webapp.teaching.worksheets import views as worksheets_views

ROOMS: list[Any] = [
    people_views,
    people_keeping,
    messages_views,
    broadcasts_views,
    essays_views,
    collections_views,
    media_views,
    contributions_views,
    search_views,
    figures_views,
    listening_views,
    reading_views,
    *authorities.ROOMS,
    source_views,
    sharing_views,
    list_views,
    version_views,
    embed_views,
    worksheets_views,
    presenter_views,
    cartridge,
    imports_views,
    machines_views,
    feeds,
    oai,
    sitemaps,
    skos,
    tei,
    signposting,
    negotiating,
    metrics,
    api_views,
    desk_views,
    history_views,
    checks,
]

__version__ = "0.1.0"


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """The archive as a WSGI application; ``settings`` override the environment. Raises ``config.BadSetting``."""
    values = config.read_settings(settings)
    app = Flask("webapp", static_url_path="/static")
    app.config.update(values)
    app.config.update(
        SECRET_KEY=config.secret_key(values),
        MAX_CONTENT_LENGTH=16 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=values["HTTPS"],
        SESSION_COOKIE_HTTPONLY=True,
    )
    app.config.update({name: value for name, value in (settings or {}).items() if name not in values})
    if values["PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, *[values["PROXIES"]] * 4)  # type: ignore[method-assign]
    database.init_app(app, config.database_address(values))
    languages.init_app(app)
    rendering.init_app(app)
    filters.init_app(app)
    appearance.init_app(app)
    navigation.init_app(app)
    errors.init_app(app)
    pausing.init_app(app)
    limits.init_app(app, config.database_address(values))
    people.init_app(app)
    # After people: Flask-Security brings its own JSON provider.
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    return app
