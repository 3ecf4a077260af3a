"""What a balancer hears from /health."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from webapp.database import Model, session


def test_a_healthy_archive_says_so_with_its_schema_and_index(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json["status"] == "ok"
    assert answer.json["index"]["waiting"] == 0
    assert answer.cache_control.no_store


def test_a_database_of_another_schema_is_not_ready(app: Flask, client: FlaskClient) -> None:
    with app.extensions["database"].writing() as own:
        own.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'other'")
        own.connection().exec_driver_sql("ALTER TABLE message RENAME COLUMN text TO words")
    answer = client.get("/health")
    assert answer.status_code == 503
    assert "of a newer release" in answer.json["status"]


def test_a_node_goes_on_while_the_next_release_widens_the_schema(app: Flask, client: FlaskClient) -> None:
    with app.extensions["database"].writing() as own:
        own.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'next'")
        own.connection().exec_driver_sql("ALTER TABLE message ADD COLUMN tone TEXT")
    answer = client.get("/health")
    assert (answer.status_code, answer.json["schema"]) == (200, "next")


def test_a_node_stops_when_the_next_release_asks_for_what_it_does_not_know(app: Flask, client: FlaskClient) -> None:
    with app.extensions["database"].writing() as own:
        own.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'next'")
        columns = ", ".join(column.name for column in Model.metadata.tables["web_link"].columns)
        own.connection().exec_driver_sql("DROP TABLE web_link")
        own.connection().exec_driver_sql(f"CREATE TABLE web_link ({columns}, tone TEXT NOT NULL)")
    assert client.get("/health").status_code == 503


def test_a_node_stops_when_the_schema_is_taken_back(app: Flask, client: FlaskClient) -> None:
    assert client.get("/health").status_code == 200
    with app.extensions["database"].writing() as own:
        own.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert client.get("/health").status_code == 503


def test_an_answer_stands_when_its_connection_dies_after_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(_: Session) -> None:
        raise OperationalError("ROLLBACK", {}, Exception("terminating connection due to administrator command"))

    with app.app_context():
        own = session()
        monkeypatch.setattr(Session, "close", die)
    monkeypatch.undo()
    with app.app_context():
        assert session() is not own
