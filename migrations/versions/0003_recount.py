"""How far open cases have been counted anew after a change of the calendar."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "recount",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("division", sa.String(length=6), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("notice", sa.String(length=80), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("moved", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recount")),
    )


def downgrade() -> None:
    op.drop_table("recount")
