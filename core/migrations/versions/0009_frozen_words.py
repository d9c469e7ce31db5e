"""what was kept for repeats of frozen cases held customers' words"""

from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM idempotency WHERE route LIKE 'POST /v1/frozen-cases%'")


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead")
