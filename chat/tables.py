"""Tables of chat. `event` is only ever added to; `conversation` is its fold. Nothing cascades to or from `event`."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKeyConstraint, Index, Integer, String, Table, UniqueConstraint, and_, literal

from core.tables import json_type, metadata, ms, workspace_column

inbox = Table(
    "inbox",
    metadata,
    workspace_column(),
    Column("id", String(40), primary_key=True),
    Column("key", String(60), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("channel", String(20), nullable=False, default="widget"),
    # Exact origins (scheme://host[:port]) whose pages may embed the widget.
    Column("origins", json_type, nullable=False),
    # Ids of the collections that its bot reads.
    Column("collections", json_type, nullable=False),
    Column("language", String(12), nullable=False, default="en"),
    Column("assistant", String(80), nullable=False),
    Column("greeting", String(500), nullable=False),
    Column("prompts", json_type, nullable=False),
    # Overrides of handoff.decide.Thresholds by name.
    Column("thresholds", json_type, nullable=False),
    # {"mon": [["09:00", "17:00"]], …}, on the clock of the timezone; a day that is left out is closed.
    Column("hours", json_type, nullable=False, server_default="{}"),
    Column("timezone", String(60), nullable=False, server_default="UTC"),
    # Length of an appointment; 0: none are offered.
    Column("slot_minutes", Integer, nullable=False, server_default="0"),
    # The company's own words to the model, and steps that come before an answer.
    Column("guidance", String(4000), nullable=False, server_default=""),
    Column("procedures", json_type, nullable=False, server_default="[]"),
    ms("created_at"),
)

contact = Table(
    "contact",
    metadata,
    workspace_column(),
    Column("id", String(40), primary_key=True),
    Column("name", String(200), nullable=False, default=""),
    Column("language", String(12), nullable=False, default=""),
    ms("created_at"),
    ms("erased_at", nullable=True),
)

contact_identity = Table(
    "contact_identity",
    metadata,
    workspace_column(),
    Column("channel", String(20), primary_key=True),
    Column("external_id", String(200), primary_key=True),
    Column("contact", String(40), nullable=False, index=True),
    Column("verified_how", String(40), nullable=False),
    ms("verified_at", nullable=True),
    ForeignKeyConstraint(["workspace", "contact"], ["contact.workspace", "contact.id"]),
)

visitor = Table(
    "visitor",
    metadata,
    workspace_column(),
    # sha256 of the bearer token, which itself is never stored.
    Column("token_hash", String(64), primary_key=True, unique=True),
    Column("contact", String(40), nullable=False),
    Column("inbox", String(40), nullable=False),
    ms("created_at"),
    # Signed in on the company's site, until then.
    Column("signed_sub", String(120)),
    Column("signed_email", String(260)),
    ms("signed_until", nullable=True),
    ForeignKeyConstraint(["workspace", "contact"], ["contact.workspace", "contact.id"]),
    ForeignKeyConstraint(["workspace", "inbox"], ["inbox.workspace", "inbox.id"]),
)

# The columns after `contact` are chat.state.Conversation, field by field: the row IS the fold.
conversation = Table(
    "conversation",
    metadata,
    workspace_column(),
    Column("id", String(40), primary_key=True),
    Column("inbox", String(40), nullable=False),
    Column("contact", String(40), nullable=False),
    Column("status", String(10), nullable=False),
    Column("mode", String(10), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("episode", Integer, nullable=False),
    Column("last_customer_seq", BigInteger, nullable=False),
    Column("covered_seq", BigInteger, nullable=False),
    # The seq of the newest event before which handoff signals no longer count: opening, reopening or return to the bot.
    Column("signals_from", BigInteger, nullable=False),
    Column("agent", String(40)),
    Column("agent_name", String(200)),
    Column("offered_to", String(40)),
    Column("reason", String(40)),
    Column("handoff_seq", BigInteger),
    Column("last_author", String(10), nullable=False),
    Column("last_text", String(300), nullable=False),
    ms("last_at"),
    ms("opened_at"),
    ms("waiting_since", nullable=True),
    Column("sentiment", json_type),
    ForeignKeyConstraint(["workspace", "inbox"], ["inbox.workspace", "inbox.id"]),
    ForeignKeyConstraint(["workspace", "contact"], ["contact.workspace", "contact.id"]),
    Index("ix_conversation_list", "workspace", "last_at"),
    Index("ix_conversation_mode", "workspace", "mode", "status"),
    Index("ix_conversation_contact", "workspace", "contact"),
)

# A turn of the bot is owed. Written out as values, never as parameters: only so does the database see that the index below serves it.
owed = and_(
    conversation.c.mode == literal("bot", literal_execute=True),
    conversation.c.status == literal("open", literal_execute=True),
    conversation.c.last_customer_seq > conversation.c.covered_seq,
)
Index("ix_conversation_owed", conversation.c.last_at, sqlite_where=owed, postgresql_where=owed)

episode = Table(
    "episode",
    metadata,
    workspace_column(),
    Column("conversation", String(40), primary_key=True),
    Column("number", Integer, primary_key=True),
    ms("opened_at"),
    Column("opened_seq", BigInteger, nullable=False),
    ms("resolved_at", nullable=True),
    Column("resolved_by", String(10)),
    Column("handoffs", Integer, nullable=False, default=0),
    Column("handoff_reason", String(40)),
    ForeignKeyConstraint(["workspace", "conversation"], ["conversation.workspace", "conversation.id"]),
)

event = Table(
    "event",
    metadata,
    workspace_column(),
    Column("conversation", String(40), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    # Commit order over the workspace; null only inside the appending transaction.
    Column("position", BigInteger),
    Column("id", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("episode", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("author_kind", String(10), nullable=False),
    Column("author_id", String(80), nullable=False),
    Column("author_name", String(200), nullable=False),
    Column("body", json_type, nullable=False),
    Column("covers", BigInteger),
    ms("at"),
    Column("erased", Boolean, nullable=False, default=False),
    ForeignKeyConstraint(["workspace", "conversation"], ["conversation.workspace", "conversation.id"]),
    UniqueConstraint("workspace", "position", name="uq_event_position"),
    UniqueConstraint("workspace", "id", name="uq_event_id"),
    # One reply, handoff or resolution per stretch of customer messages, whatever two workers believe.
    Index("uq_event_covers", "workspace", "conversation", "covers", unique=True),
)
# Few of many: what is learned from is found without reading the log.
judged = event.c.kind == literal("answer.judged", literal_execute=True)
Index("ix_event_judged", event.c.workspace, event.c.position, sqlite_where=judged, postgresql_where=judged)
