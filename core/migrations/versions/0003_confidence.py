"""what is said of answers, fits of the confidence, the risk dial"""

import sqlalchemy as sa
from alembic import op

from core.tables import json_type

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "confidence_fit",
        sa.Column("workspace", sa.String(40), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("model", sa.String(80), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("heads", json_type, nullable=False),
        sa.Column("scored", json_type, nullable=False),
        sa.Column("figures", json_type, nullable=False),
        sa.Column("fitted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id", name="pk_confidence_fit"),
    )
    op.create_table(
        "risk_dial",
        sa.Column("workspace", sa.String(40), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("wrong_at_most", sa.Float()),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("set_by", sa.String(40), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "id", name="pk_risk_dial"),
    )
    judged = sa.text("kind = 'answer.judged'")
    op.create_index("ix_event_judged", "event", ["workspace", "position"], sqlite_where=judged, postgresql_where=judged)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
