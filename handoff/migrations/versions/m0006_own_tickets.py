"""What users do to their own tickets, what was tried before one, and the group that hears suggestions and complaints."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_requests",
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("ticket_id", sa.String(length=26), nullable=False),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_requests_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ticket_requests")),
    )
    with op.batch_alter_table("ticket_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_requests_ticket_id"), ["ticket_id"], unique=False)
    op.create_table(
        "ticket_links",
        sa.Column("ticket_id", sa.String(length=26), nullable=False),
        sa.Column("earlier_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_links_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["earlier_id"], ["tickets.id"], name=op.f("fk_ticket_links_earlier_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "earlier_id", name=op.f("pk_ticket_links")),
    )
    with op.batch_alter_table("ticket_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_links_earlier_id"), ["earlier_id"], unique=False)
    # Plain additions: a batch would make the table anew, and on SQLite dropping the old one deletes its notes.
    op.add_column("tickets", sa.Column("tried", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("groups", sa.Column("hears_manifestations", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("groups", "hears_manifestations")
    op.drop_column("tickets", "tried")
    op.drop_table("ticket_links")
    op.drop_table("ticket_requests")
