"""Whether answers were useful, and where an unfinished script stands."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "article_feedback",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("episode_id", sa.String(length=26), nullable=False),
        sa.Column("article_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("useful", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["episode_id"], ["episodes.id"], name=op.f("fk_article_feedback_episode_id_episodes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_feedback")),
        sa.UniqueConstraint("episode_id", "article_id", "version", name=op.f("uq_article_feedback_episode_id")),
    )
    with op.batch_alter_table("article_feedback", schema=None) as batch_op:
        batch_op.create_index("ix_article_feedback_article_id", ["article_id", "version"], unique=False)
    op.add_column("conversations", sa.Column("script", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("conversations", "script")
    op.drop_table("article_feedback")
