"""Known outages with their followers, and the timers of silence."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outages",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("service_id", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", sa.String(length=26), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_back", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declared_by", sa.String(length=26), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=26), nullable=True),
        sa.Column("end_text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_outages_service_id_services")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_outages_ticket_id_tickets")),
        sa.ForeignKeyConstraint(["declared_by"], ["agents.id"], name=op.f("fk_outages_declared_by_agents")),
        sa.ForeignKeyConstraint(["ended_by"], ["agents.id"], name=op.f("fk_outages_ended_by_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outages")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_outages_ticket_id")),
    )
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_outages_open", "outages", ["service_id"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index("ix_outages_since", "outages", ["since"])
    op.create_table(
        "outage_followers",
        sa.Column("outage_id", sa.String(length=26), nullable=False),
        sa.Column("conversation_id", sa.String(length=26), nullable=False),
        sa.Column("user_id", sa.String(length=26), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["outage_id"], ["outages.id"], name=op.f("fk_outage_followers_outage_id_outages"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_outage_followers_conversation_id_conversations")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_outage_followers_user_id_users")),
        sa.PrimaryKeyConstraint("outage_id", "conversation_id", name=op.f("pk_outage_followers")),
    )
    op.create_index("ix_outage_followers_untold", "outage_followers", ["told_at", "outage_id"])
    op.create_index(op.f("ix_outage_followers_user_id"), "outage_followers", ["user_id"])
    op.create_table(
        "open_questions",
        sa.Column("conversation_id", sa.String(length=26), nullable=False),
        sa.Column("episode_id", sa.String(length=26), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=5), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_open_questions_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["episode_id"], ["episodes.id"], name=op.f("fk_open_questions_episode_id_episodes")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_open_questions")),
    )
    op.create_index("ix_open_questions_due_at", "open_questions", ["due_at"])


def downgrade() -> None:
    op.drop_table("open_questions")
    op.drop_table("outage_followers")
    op.drop_table("outages")
