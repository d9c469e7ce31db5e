"""Every setting, in one frozen class. Only this file reads the environment. docs/settings.md is held against it by a test."""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import Misconfigured


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="WARMLINE_", env_file=".env", frozen=True, extra="ignore")

    # Where it runs
    data: Path = Field(Path("data"), description="Folder of everything Warmline writes.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; the demo shop uses the next one.")
    public_url: str = Field("", description="Address under which browsers reach this server; empty: http://localhost:PORT.")
    database_url: str = Field("", description="Empty: SQLite in the data folder. Or postgresql+psycopg://…")
    secret_key: str = Field(
        "", description="Signs what leaves the server and comes back. `warmline init` writes it; refused when missing or default."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much to log.")
    log_json: bool = Field(False, description="Log as JSON lines instead of readable text.")
    trusted_proxies: str = Field("", description="Comma-separated addresses or networks whose X-Forwarded-For is believed.")
    demo: bool = Field(False, description="Set up and serve the demo company and its shop.")

    # Model that writes answers
    llm_base_url: str = Field("", description="OpenAI-compatible address, such as http://localhost:11434/v1; empty: the embedded answerer.")
    llm_api_key: str = Field("", description="Key for that server.")
    llm_model: str = Field("", description="Model name on that server; empty: the first it lists.")
    llm_deadline_s: float = Field(30, gt=0, le=45, description="Wall-clock limit of one model call.")
    llm_first_token_s: float = Field(10, gt=0, description="Limit until the model's first token.")
    llm_max_output_chars: int = Field(6000, gt=0, description="An answer longer than this is cut off and not used.")
    llm_rewrites: bool = Field(True, description="The model also rewords follow-ups for the search, in at most 4 s.")
    llm_tokens_per_day: int = Field(2_000_000, ge=0, description="Model budget of a workspace per day, in tokens; 0: no limit.")
    llm_tokens_per_conversation: int = Field(100_000, ge=0, description="Model budget of one conversation, in tokens; 0: no limit.")

    # Embeddings
    embedder: str = Field("minilm", description="minilm, sentence-transformers:NAME_OR_FOLDER, or openai:MODEL.")
    embeddings_base_url: str = Field("", description="OpenAI-compatible address for embeddings; empty: the model's address.")
    embeddings_api_key: str = Field("", description="Key for that server; empty: the model's key.")
    reranker: str = Field("", description="Second look at the first passages: maxsim, or a cross-encoder's NAME_OR_FOLDER; empty: none.")
    reranker_budget_ms: int = Field(300, ge=0, le=5000, description="Wall-clock limit of a second look; past it the order stays.")

    # Turns and handoff
    turn_deadline_s: float = Field(45, gt=0, description="A turn that takes longer ends in a handoff.")
    turn_lease_s: float = Field(20, gt=0, description="A turn whose worker is silent this long is taken over.")
    turn_attempts: int = Field(3, ge=1, le=10, description="Attempts at a turn before a person is asked.")
    turn_workers: int = Field(4, ge=1, le=64, description="Turns worked on at once.")
    presence_lease_s: float = Field(45, gt=0, description="An agent whose stream is silent this long is gone.")
    agent_capacity: int = Field(4, ge=1, le=100, description="Conversations an agent holds at once before routing passes on.")

    # Streams
    stream_ping_s: float = Field(15, gt=0, description="Seconds between heartbeats on a stream.")
    stream_max_age_s: float = Field(1800, gt=0, description="Streams are asked to reconnect after about this long.")
    streams_per_session: int = Field(6, ge=1, description="Open streams per visitor or person.")
    recheck_s: float = Field(5, gt=0, description="A revoked session's streams end within this time.")

    # Limits
    body_limit_kb: int = Field(64, ge=1, description="Largest request body, imports apart.")
    login_per_account: int = Field(5, ge=1, description="Sign-in attempts per account in 15 minutes.")
    login_per_address: int = Field(20, ge=1, description="Sign-in attempts per address in 15 minutes.")
    visitor_messages_per_minute: int = Field(20, ge=1, description="Messages per visitor a minute; as many verdicts on answers.")
    visitor_messages_per_day: int = Field(200, ge=1, description="Messages per visitor a day; as many verdicts on answers.")
    address_messages_per_minute: int = Field(60, ge=1, description="Visitor messages per address a minute; as many verdicts on answers.")
    address_visitors_per_minute: int = Field(30, ge=1, description="New visitors per address a minute.")
    imports_per_minute: int = Field(10, ge=1, description="Uploads per person a minute.")

    # People and sign-in
    session_days: int = Field(30, ge=1, le=365, description="A session ends after this many days, used or not.")
    session_idle_hours: int = Field(168, ge=1, description="A session unused for this long ends.")
    setup_per_address: int = Field(10, ge=1, description="Tries of the one-time set-up link per address in 15 minutes.")

    # Bodies
    content_limit_kb: int = Field(1024, ge=64, description="Largest request body that carries an article.")

    # Outgoing calls
    fetch_deadline_s: float = Field(15, gt=0, description="Wall-clock limit of one outgoing call, redirects included.")
    fetch_limit_kb: int = Field(5120, ge=1, description="Largest answer that an outgoing call reads.")
    fetch_allow_private: bool = Field(False, description="Let outgoing calls reach private addresses; for tests and closed networks.")
    fetch_inside: str = Field(
        "", description="Comma-separated origins in your own network that outgoing calls may reach, such as http://orders.internal:8000."
    )

    @property
    def origin(self) -> str:
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def sqlite_path(self) -> Path:
        return self.data / "warmline.db"


def load_settings(**overrides: object) -> Settings:
    """Reads the environment and `.env`; raises Misconfigured with one line per wrong value."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = [f"WARMLINE_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise Misconfigured("; ".join(lines)) from error
