"""guidance and procedures of an inbox"""

import sqlalchemy as sa
from alembic import op

from core.tables import json_type

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("guidance", sa.String(4000), server_default="", nullable=False))
        batch_op.add_column(sa.Column("procedures", json_type, server_default="[]", nullable=False))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
