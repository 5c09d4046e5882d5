"""Calendars, contracts, the ledger of clock events, and the clocks, alerts and notices that derive from it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("calendar_versions", "contract_versions", "clock_events", "sla_alerts")


def upgrade() -> None:
    op.create_table(
        "calendars",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendars")),
    )
    op.create_table(
        "contracts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
    )
    op.create_table(
        "calendar_versions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("calendar_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendars.id"], name=op.f("fk_calendar_versions_calendar_id_calendars")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_versions")),
        sa.UniqueConstraint("calendar_id", "number", name=op.f("uq_calendar_versions_calendar_id")),
    )
    op.create_table(
        "contract_versions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("contract_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contracts.id"], name=op.f("fk_contract_versions_contract_id_contracts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_versions")),
        sa.UniqueConstraint("contract_id", "number", name=op.f("uq_contract_versions_contract_id")),
    )
    op.create_table(
        "clock_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("ticket_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("contract_version_id", sa.Integer(), nullable=True),
        sa.Column("calendar_id", sa.String(length=64), nullable=True),
        sa.Column("targets", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendars.id"], name=op.f("fk_clock_events_calendar_id_calendars")),
        sa.ForeignKeyConstraint(
            ["contract_version_id"],
            ["contract_versions.id"],
            name=op.f("fk_clock_events_contract_version_id_contract_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_clock_events_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_events")),
    )
    op.create_index("ix_clock_events_ticket_id", "clock_events", ["ticket_id", "id"], unique=False)
    op.create_table(
        "sla_alerts",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("ticket_id", sa.String(length=26), nullable=False),
        sa.Column("clock", sa.String(length=8), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("contract_version_id", sa.Integer(), nullable=False),
        sa.Column("crossed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_version_id"],
            ["contract_versions.id"],
            name=op.f("fk_sla_alerts_contract_version_id_contract_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_sla_alerts_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_alerts")),
        sa.UniqueConstraint("ticket_id", "clock", "percent", name=op.f("uq_sla_alerts_ticket_id")),
    )
    op.create_index("ix_sla_alerts_crossed_at", "sla_alerts", ["crossed_at"], unique=False)
    op.create_table(
        "ticket_clocks",
        sa.Column("ticket_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("calendar_id", sa.String(length=64), nullable=False),
        sa.Column("contract_version_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("target_seconds", sa.Double(), nullable=False),
        sa.Column("elapsed_seconds", sa.Double(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("foremost", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendars.id"], name=op.f("fk_ticket_clocks_calendar_id_calendars")),
        sa.ForeignKeyConstraint(
            ["contract_version_id"],
            ["contract_versions.id"],
            name=op.f("fk_ticket_clocks_contract_version_id_contract_versions"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_clocks_ticket_id_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ticket_id", "kind", name=op.f("pk_ticket_clocks")),
    )
    op.create_index("ix_ticket_clocks_calendar", "ticket_clocks", ["calendar_id", "state"], unique=False)
    op.create_index("ix_ticket_clocks_due", "ticket_clocks", ["foremost", "due_at"], unique=False)
    op.create_index("ix_ticket_clocks_next_at", "ticket_clocks", ["next_at"], unique=False)
    op.create_table(
        "sla_notices",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("alert_id", sa.String(length=26), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=8), nullable=False),
        sa.Column("group_id", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=26), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.String(length=26), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_sla_notices_agent_id_agents")),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["sla_alerts.id"], name=op.f("fk_sla_notices_alert_id_sla_alerts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_sla_notices_group_id_groups")),
        sa.ForeignKeyConstraint(["seen_by"], ["agents.id"], name=op.f("fk_sla_notices_seen_by_agents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_notices")),
        sa.UniqueConstraint("alert_id", "step", name=op.f("uq_sla_notices_alert_id")),
    )
    op.create_index("ix_sla_notices_agent", "sla_notices", ["seen_at", "agent_id"], unique=False)
    op.create_index("ix_sla_notices_group", "sla_notices", ["seen_at", "group_id"], unique=False)
    op.add_column("groups", sa.Column("lead", sa.String(length=64), nullable=True))
    op.add_column("groups", sa.Column("escalates_to", sa.String(length=64), nullable=True))
    op.add_column("groups", sa.Column("calendar_id", sa.String(length=64), nullable=True))
    op.add_column("services", sa.Column("contract_id", sa.String(length=64), nullable=True))
    for table in _APPEND_ONLY:
        _guard(table)


def downgrade() -> None:
    for table in _APPEND_ONLY:
        _unguard(table)
    op.drop_column("services", "contract_id")
    op.drop_column("groups", "calendar_id")
    op.drop_column("groups", "escalates_to")
    op.drop_column("groups", "lead")
    op.drop_index("ix_sla_notices_group", table_name="sla_notices")
    op.drop_index("ix_sla_notices_agent", table_name="sla_notices")
    op.drop_table("sla_notices")
    op.drop_index("ix_ticket_clocks_next_at", table_name="ticket_clocks")
    op.drop_index("ix_ticket_clocks_due", table_name="ticket_clocks")
    op.drop_index("ix_ticket_clocks_calendar", table_name="ticket_clocks")
    op.drop_table("ticket_clocks")
    op.drop_index("ix_sla_alerts_crossed_at", table_name="sla_alerts")
    op.drop_table("sla_alerts")
    op.drop_index("ix_clock_events_ticket_id", table_name="clock_events")
    op.drop_table("clock_events")
    op.drop_table("contract_versions")
    op.drop_table("calendar_versions")
    op.drop_table("contracts")
    op.drop_table("calendars")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _guard(table: str) -> None:
    """What was once written is never changed, whoever asks; erasing by the retention rules stays possible."""
    name = f"{table}_append_only"
    if _is_sqlite():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        return
    raising = f"BEGIN RAISE EXCEPTION '{table} is append-only'; END"
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {raising} $$")
    op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _unguard(table: str) -> None:
    name = f"{table}_append_only"
    op.execute(f"DROP TRIGGER {name}" + ("" if _is_sqlite() else f" ON {table}"))
    if not _is_sqlite():
        op.execute(f"DROP FUNCTION {name}()")
