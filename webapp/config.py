"""The settings of the archive: one list, read from the environment, checked once.

Every setting is a line of ``SETTINGS``; the help for keepers and ``carottes settings`` are made from it.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class BadSetting(ValueError):
    """A setting holds a value that the archive cannot work with; the message says which and what to do."""


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        number = int(value)
        if not least <= number <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return number

    return read


def _yes_no(value: str) -> bool:
    words = {
        "1": True,
        "yes": True,
        "true": True,
        "on": True,
        "0": False,
        "no": False,
        "false": False,
        "off": False,
    }
    if value.strip().lower() not in words:
        raise ValueError("yes or no")
    return words[value.strip().lower()]


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return value

    return read


def _base_url(value: str) -> str:
    if value and not value.startswith(("http://", "https://")):
        raise ValueError("an address that begins with http:// or https://")
    return value.rstrip("/")


def _web_address(value: str) -> str:
    if value and not value.startswith(("http://", "https://")):
        raise ValueError("an address that begins with http:// or https://")
    return value


@dataclass(frozen=True)
class Setting:
    """One setting: its name without ``CAROTTES_``, how its text is read, its default, and a sentence each way."""

    name: str
    read: Callable[[str], Any]
    default: Any
    help_en: str
    help_fr: str

    @property
    def variable(self) -> str:
        return f"CAROTTES_{self.name}"


SETTINGS = [
    Setting("DATA", Path, Path("carottes-data"), "Folder of the database, the index, the media and the secret key.",
            "Dossier de la base, de l’index, des médias et de la clé secrète."),
    Setting("DATABASE", str, "", "Address of the database; empty means SQLite in the data folder.",
            "Adresse de la base ; vide : SQLite dans le dossier des données."),
    Setting("HOST", str, "127.0.0.1", "Address that the server listens on.", "Adresse d’écoute du serveur."),
    Setting("PORT", _whole(1, 65535), 8000, "Port that the server listens on.", "Port d’écoute du serveur."),
    Setting("THREADS", _whole(1, 64), 8, "Threads of each web worker.", "Fils d’exécution de chaque processus web."),
    Setting("WORKERS", _whole(1, 32), 1, "Web workers (processes).", "Processus web."),
    Setting("URL", _base_url, "", "Public address of the archive, used in permanent links; empty: as requested.",
            "Adresse publique de l’archive, pour les liens permanents ; vide : celle de la requête."),
    Setting("HUB", _web_address, "", "WebSub hub that is told when a feed changes; it needs the public address; empty: none.",
            "Concentrateur WebSub prévenu quand un flux change ; il exige l’adresse publique ; vide : aucun."),
    Setting("LANGUAGE", _one_of("fr", "en"), "fr", "Language shown when the reader's browser asks for neither.",
            "Langue montrée quand le navigateur n’en demande aucune des deux."),
    Setting("PROXIES", _whole(0, 4), 0, "Trusted proxies in front of the server.", "Mandataires de confiance devant le serveur."),
    Setting("HTTPS", _yes_no, False, "The archive is reached over HTTPS only (secure cookies, HSTS).",
            "L’archive n’est servie qu’en HTTPS (cookies sûrs, HSTS)."),
    Setting("SECRET_KEY", str, "", "Secret that signs sessions; empty: made once and kept in the data folder.",
            "Secret qui signe les sessions ; vide : créé une fois et gardé dans le dossier des données."),
    Setting("MAIL", str, "console", "Where mail goes: console, or smtp://user:password@host:port.",
            "Où part le courrier : console, ou smtp://utilisateur:motdepasse@hôte:port."),
    Setting("MAIL_FROM", str, "carottes@localhost", "Sender of the archive's mail.", "Expéditeur du courrier de l’archive."),
    Setting("LOG", _one_of("quiet", "json"), "quiet", "Log of requests: quiet, or one line of JSON each, without anything personal.",
            "Journal des requêtes : quiet (aucun), ou une ligne JSON pour chacune, sans rien de personnel."),
    Setting("LIMITS", _yes_no, True, "Rate limits are applied.", "Les limites de débit sont appliquées."),
]  # fmt: skip


def read_settings(
    given: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """All settings by name: what is given first, then the environment, then the default.

    Raises ``BadSetting`` with one sentence that names the variable, its value and what it takes.
    """
    environment = os.environ if environment is None else environment
    values = {setting.name: _value(setting, given or {}, environment) for setting in SETTINGS}
    if values["HUB"] and not values["URL"]:
        raise BadSetting("CAROTTES_HUB cannot be used without CAROTTES_URL: a hub must know where the feeds are.")
    return values


def _value(setting: Setting, given: Mapping[str, Any], environment: Mapping[str, str]) -> Any:
    if setting.name in given:
        return given[setting.name]
    text = environment.get(setting.variable)
    if text is None:
        return setting.default
    try:
        return setting.read(text)
    except ValueError as error:
        raise BadSetting(f"{setting.variable}={text!r} cannot be used: it takes {error}.") from None


def database_address(settings: Mapping[str, Any]) -> str:
    """The SQLAlchemy address of the database, by default a SQLite file in the data folder."""
    return settings["DATABASE"] or f"sqlite:///{Path(settings['DATA']).resolve() / 'carottes.db'}"


def secret_key(settings: Mapping[str, Any]) -> str:
    """The signing secret: the one that is set, else one made once and kept where only the owner reads it."""
    if settings["SECRET_KEY"]:
        return settings["SECRET_KEY"]
    path = Path(settings["DATA"]) / "secret-key"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        except FileExistsError:  # another process was quicker; its key is as good
            pass
    return path.read_text()


def derived_key(secret: str, purpose: str) -> str:
    """A key of its own for each purpose, so that none gives another away."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}:{secret}".encode()).digest()).decode()


PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """The folder ``migrations`` or ``seed_data``: inside an installed wheel, else beside the package."""
    inside = PACKAGE / f"_{name}"
    return inside if inside.exists() else PACKAGE.parent / name
