"""Files: uploads, and attachments of cases, which are written once."""

import sqlalchemy as sa
from alembic import op

from app.audit import triggers

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("division", sa.String(length=6), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_upload_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    for columns in (["person_id", "uploaded_at"], ["sha256"], ["uploaded_at"]):
        op.create_index(op.f(f"ix_upload_{'_'.join(columns)}"), "upload", columns)
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("division", sa.String(length=6), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("uploaded_by", sa.String(length=80), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("element", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_attachment_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    for columns in (["case_id", "id"], ["sha256"]):
        op.create_index(op.f(f"ix_attachment_{'_'.join(columns)}"), "attachment", columns)
    for statement in triggers.create(op.get_bind().dialect.name, "attachment"):
        op.execute(statement)


def downgrade() -> None:
    for statement in triggers.drop(op.get_bind().dialect.name, "attachment"):
        op.execute(statement)
    for columns in (["case_id", "id"], ["sha256"]):
        op.drop_index(op.f(f"ix_attachment_{'_'.join(columns)}"), "attachment")
    op.drop_table("attachment")
    for columns in (["person_id", "uploaded_at"], ["sha256"], ["uploaded_at"]):
        op.drop_index(op.f(f"ix_upload_{'_'.join(columns)}"), "upload")
    op.drop_table("upload")
