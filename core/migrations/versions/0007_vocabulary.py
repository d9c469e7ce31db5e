"""a workspace's own words"""

import sqlalchemy as sa
from alembic import op

from core.tables import json_type

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vocabulary",
        sa.Column("workspace", sa.String(40), nullable=False),
        sa.Column("groups", json_type, nullable=False),
        sa.PrimaryKeyConstraint("workspace", name="pk_vocabulary"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
