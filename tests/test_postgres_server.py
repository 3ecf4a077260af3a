"""The tests' own PostgreSQL server."""

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests import postgres

pytestmark = pytest.mark.postgres


def test_a_server_starts_keeps_accents_and_stops():
    with postgres.fresh_server() as at, postgres.empty_database(at) as address:
        engine = create_engine(address)
        with engine.begin() as connection:
            assert connection.scalar(text("SELECT upper('maïs')")) == "MAÏS"
        engine.dispose()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address.replace("+psycopg", ""), connect_timeout=1)
