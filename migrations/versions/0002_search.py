"""On PostgreSQL, the search: its tables lie in a schema of their own, beside the records and no part of them."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "CREATE SCHEMA search",
    "CREATE SEQUENCE search.number",
    """
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
    """,
    "CREATE INDEX document_lexemes ON search.document USING gin (lexemes)",
    "CREATE INDEX document_entered ON search.document (entered DESC, number)",
    "CREATE INDEX document_day ON search.document (first_day, number)",
    "CREATE INDEX document_short ON search.document (type, length, number)",
    """
    CREATE TABLE search.word (
        number bigserial UNIQUE,
        kind char(1) NOT NULL,
        word text NOT NULL,
        PRIMARY KEY (kind, word)
    )
    """,
    """
    CREATE TABLE search.state (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        format text NOT NULL,
        version bigint NOT NULL,
        built bigint NOT NULL
    )
    """,
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in TABLES:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SCHEMA search CASCADE")
