"""Tables of evals: imported data sets, runs over the live knowledge base with a line per item, and frozen cases."""

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Integer, LargeBinary, String, Table

from core.tables import json_type, metadata, ms, workspace_column

eval_set = Table(
    "eval_set",
    metadata,
    workspace_column(),
    Column("id", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    # questions (over articles) or items (labelled lines).
    Column("kind", String(10), nullable=False),
    Column("items", Integer, nullable=False),
    # Of the lines below, unpacked.
    Column("sha256", String(64), nullable=False),
    # JSON lines, gzipped.
    Column("content", LargeBinary, nullable=False),
    Column("author_name", String(200), nullable=False),
    ms("created_at"),
)

# Its state and progress are the job's, whose id it has.
eval_run = Table(
    "eval_run",
    metadata,
    workspace_column(),
    Column("id", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("suite", String(40), nullable=False),
    # The set may be removed; its name and checksum stay in `header`.
    Column("data_set", String(40), nullable=False),
    Column("inbox", String(40)),
    # As run.json of a kept run, without figures.
    Column("header", json_type),
    Column("figures", json_type),
    Column("author_name", String(200), nullable=False),
    ms("created_at"),
    ms("cancelled_at", nullable=True),
    ForeignKeyConstraint(["workspace", "id"], ["job.workspace", "job.id"], name="fk_eval_run_job"),
    Index("ix_eval_run_created", "workspace", "created_at"),
)

eval_line = Table(
    "eval_line",
    metadata,
    workspace_column(),
    Column("run", String(40), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("item", String(200), nullable=False),
    # What was asked and expected; what came of it; how.
    Column("asked", json_type, nullable=False),
    Column("line", json_type, nullable=False),
    Column("trace", json_type),
    # None: the item does not say what would be right.
    Column("is_right", Boolean),
    ForeignKeyConstraint(["workspace", "run"], ["eval_run.workspace", "eval_run.id"], name="fk_eval_line_run"),
)

frozen_case = Table(
    "frozen_case",
    metadata,
    workspace_column(),
    Column("id", String(40), primary_key=True),
    # It holds what the customer wrote: erased with the conversation.
    Column("conversation", String(40), nullable=False),
    Column("message", String(40), nullable=False),
    Column("question", String(500), nullable=False),
    Column("as_posted", Boolean, nullable=False),
    # The case as JSON, packed with zlib.
    Column("content", LargeBinary, nullable=False),
    Column("author_name", String(200), nullable=False),
    ms("created_at"),
    # The last replay: {at, differences}.
    Column("replay", json_type),
    Index("ix_frozen_case_conversation", "workspace", "conversation"),
)
