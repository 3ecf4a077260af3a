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
