"""What the desk keeps for channels that run as processes of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel_events",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "key", name=op.f("pk_channel_events")),
    )
    with op.batch_alter_table("channel_events", schema=None) as batch_op:
        batch_op.create_index("ix_channel_events_sent_at", ["sent_at"], unique=False)
        batch_op.create_index("ix_channel_events_address", ["address", "sent_at"], unique=False)

    op.create_table(
        "channel_leases",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link_prefix", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_leases")),
    )
    op.create_table(
        "channel_accounts",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=26), nullable=False),
        sa.Column("own_conversation_id", sa.String(length=26), nullable=True),
        sa.Column("sent_seq", sa.Integer(), nullable=False),
        sa.Column("sent_parts", sa.Integer(), nullable=False),
        sa.Column("place_shown", sa.Integer(), nullable=True),
        sa.Column("place_ref", sa.String(length=64), nullable=True),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_channel_accounts_conversation_id_conversations")
        ),
        sa.ForeignKeyConstraint(
            ["own_conversation_id"],
            ["conversations.id"],
            name=op.f("fk_channel_accounts_own_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_accounts")),
        sa.UniqueConstraint("channel", "address", name=op.f("uq_channel_accounts_channel")),
    )
    with op.batch_alter_table("channel_accounts", schema=None) as batch_op:
        batch_op.create_index("ix_channel_accounts_conversation_id", ["conversation_id"], unique=False)

    op.create_table(
        "channel_buttons",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=26), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["channel_accounts.id"], name=op.f("fk_channel_buttons_account_id_channel_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_channel_buttons_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("account_id", "ref", name=op.f("pk_channel_buttons")),
    )


def downgrade() -> None:
    op.drop_table("channel_buttons")
    op.drop_table("channel_accounts")
    op.drop_table("channel_leases")
    op.drop_table("channel_events")
