"""On PostgreSQL, narrow rows for the search, and counts that are kept: the search is written anew by the first node."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What every search reads of a row lies in it, in bytes that are added up without being taken apart; the long columns lie
# aside. ``head`` is read by ``webapp.search.postgres_engine.packed``.
DOCUMENT = """
    CREATE TABLE search.document (
        number bigint NOT NULL DEFAULT nextval('search.number'),
        id varchar(12) PRIMARY KEY,
        type text NOT NULL,
        lang text NOT NULL,
        title text NOT NULL,
        revision integer NOT NULL,
        entered bigint NOT NULL,
        length integer NOT NULL,
        first_day integer NOT NULL,
        firsts integer[] NOT NULL,
        lasts integer[] NOT NULL,
        codes bytea NOT NULL,
        spans bytea NOT NULL,
        head bytea NOT NULL GENERATED ALWAYS AS (
            int8send(number) || int8send(entered) || int4send(first_day) || int4send(length)
            || int4send(length(codes) / 4) || int4send(length(spans) / 8) || int4send(CAST(type = 'message' AS integer))
        ) STORED,
        told text NOT NULL,
        stems text NOT NULL,
        lexemes tsvector NOT NULL
    )
"""
UP = (
    "DROP TABLE search.document",
    "DELETE FROM search.state",
    "ALTER TABLE search.state ADD COLUMN since bigint NOT NULL DEFAULT 0",
    DOCUMENT,
    """
    ALTER TABLE search.document
        ALTER COLUMN codes SET STORAGE PLAIN,
        ALTER COLUMN spans SET STORAGE PLAIN,
        ALTER COLUMN head SET STORAGE PLAIN,
        SET (toast_tuple_target = 128)
    """,
    "CREATE INDEX document_lexemes ON search.document USING gin (lexemes)",
    "CREATE UNIQUE INDEX document_number ON search.document (number)",
    "CREATE INDEX document_entered ON search.document (entered DESC, number)",
    "CREATE INDEX document_day ON search.document (first_day, number)",
    "CREATE INDEX document_short ON search.document (type, length, number)",
    "CREATE TABLE search.value (code serial UNIQUE, whole text PRIMARY KEY)",
    """
    CREATE TABLE search.change (
        version bigint NOT NULL,
        sign smallint NOT NULL,
        head bytea NOT NULL,
        codes bytea NOT NULL,
        lexemes tsvector NOT NULL
    )
    """,
    "CREATE INDEX change_version ON search.change (version)",
    "CREATE TABLE search.tally (asked text PRIMARY KEY, version bigint NOT NULL, counts jsonb NOT NULL)",
)

OLD_DOCUMENT = """
    CREATE TABLE search.document (
        number bigint NOT NULL DEFAULT nextval('search.number'),
        id varchar(12) PRIMARY KEY,
        type text NOT NULL,
        lang text NOT NULL,
        title text NOT NULL,
        revision integer NOT NULL,
        entered bigint NOT NULL,
        length integer NOT NULL,
        first_day integer NOT NULL,
        firsts integer[] NOT NULL,
        lasts integer[] NOT NULL,
        facets text[] NOT NULL,
        told text NOT NULL,
        stems text NOT NULL,
        lexemes tsvector NOT NULL
    )
"""
DOWN = (
    "DROP TABLE search.tally, search.change, search.value, search.document",
    "DELETE FROM search.state",
    "ALTER TABLE search.state DROP COLUMN since",
    OLD_DOCUMENT,
    "CREATE INDEX document_lexemes ON search.document USING gin (lexemes)",
    "CREATE INDEX document_entered ON search.document (entered DESC, number)",
    "CREATE INDEX document_day ON search.document (first_day, number)",
    "CREATE INDEX document_short ON search.document (type, length, number)",
)


def upgrade() -> None:
    _say(UP)


def downgrade() -> None:
    _say(DOWN)


def _say(statements: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in statements:
            op.execute(statement)
