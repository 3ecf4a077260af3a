"""What a balancer hears from /health."""

from flask import Flask
from flask.testing import FlaskClient


def test_a_healthy_archive_says_so_with_its_schema_and_index(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json["status"] == "ok"
    assert answer.json["index"]["waiting"] == 0
    assert answer.cache_control.no_store


def test_a_database_of_another_schema_is_not_ready(app: Flask, client: FlaskClient) -> None:
    with app.extensions["database"].writing() as own:
        own.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'other'")
    answer = client.get("/health")
    assert answer.status_code == 503
    assert "carottes migrate" in answer.json["status"]


def test_a_node_goes_on_while_the_next_release_widens_the_schema(app: Flask, client: FlaskClient) -> None:
    assert client.get("/health").status_code == 200
    with app.extensions["database"].writing() as own:
        own.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'next'")
    answer = client.get("/health")
    assert (answer.status_code, answer.json["schema"]) == (200, "next")


def test_a_node_stops_when_the_schema_is_taken_back(app: Flask, client: FlaskClient) -> None:
    assert client.get("/health").status_code == 200
    with app.extensions["database"].writing() as own:
        own.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert client.get("/health").status_code == 503
