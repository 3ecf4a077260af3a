"""The site under gunicorn, a production WSGI server: one worker with threads by default."""

from __future__ import annotations

import socket
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from webapp import create_app, leading, search
from webapp.figures import freezing
from webapp.machines import fixity, websub
from webapp.people import mail


class Busy(Exception):
    """The port is in use already; ``str()`` of it says what to do."""


def ensure_free(host: str, port: int) -> None:
    """Raise ``Busy`` when something else listens on this port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Busy(
                f"Port {port} on {host} cannot be used ({error.strerror}). "
                f"Stop what uses it, or choose another: CAROTTES_PORT={port + 1} make serve"
            ) from None


class Server(BaseApplication):
    """gunicorn with the archive's settings. The application is made in each worker, after the fork."""

    def __init__(self, app: Flask) -> None:
        self.settings = app.config
        super().__init__()

    def load_config(self) -> None:
        """Read by gunicorn before it starts."""
        values = {
            "bind": f"{self.settings['HOST']}:{self.settings['PORT']}",
            "workers": self.settings["WORKERS"],
            "threads": self.settings["THREADS"],
            "worker_class": "gthread",
            "graceful_timeout": 10,
            "timeout": 60,
            "keepalive": 5,
            "limit_request_line": 8190,
            "loglevel": "warning",
            "proc_name": "carottes",
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application of one worker, with its indexer and its mail at work; of all workers, one looks after the
        weekly check, the keeping of figures and the hub."""
        app = create_app()
        search.start(app)
        mail.start(app)
        leading.start(app, [*mail.jobs(app), *fixity.jobs(app), *freezing.jobs(app), *websub.jobs(app)])
        return app
