"""What ties the demo shop to its inbox: an identity key, an order source, and office hours, made through the domain's verbs. The shop's
half of the secrets lies in a file of its own, as it would on the shop's server."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection

from api.connections import SECRET_PREFIX
from bot.tools.order_source import OrderSource, keep_source
from chat.inboxes import Inbox, change_inbox
from core.clock import now_ms
from core.database import Database
from core.ids import new_id, new_secret
from core.scope import Scope
from core.secret import require_secret
from core.settings import Settings
from people import identity
from people.sealed import seal

FILE = "demo-shop.json"
ORDERS_PATH = "/api/orders"
HOURS = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


@dataclass(frozen=True)
class ShopSecrets:
    """key_id, identity: to sign who is signed in. orders: what Warmline says when it asks for orders."""

    key_id: str
    identity: str
    orders: str


def connect_shop(database: Database, settings: Settings, scope: Scope, store: Inbox, shop: str) -> ShopSecrets:
    """Once; later starts only tell where the shop is now. Without its file the shop gets new secrets."""
    path = settings.data / FILE
    known = read_secrets(path)
    secrets = known or ShopSecrets(new_id("idk"), new_secret(SECRET_PREFIX), new_secret("shop"))
    server = require_secret(settings)
    source = OrderSource(store.id, f"{shop}{ORDERS_PATH}", seal(server, secrets.orders))
    key = None if known else identity.NewIdentityKey(secrets.key_id, store.id, "HS256", seal(server, secrets.identity))
    if known is None:
        _write(path, secrets)
    database.write_now(_connect, scope, store, source, key, now_ms())
    return secrets


def _connect(connection: Connection, scope: Scope, store: Inbox, source: OrderSource, key: identity.NewIdentityKey | None, at: int) -> None:
    keep_source(connection, scope, source, at)
    if key is None:
        return
    for old in identity.list_keys(connection, scope, store.id):
        identity.remove_key(connection, scope, store.id, old.id)
    identity.add_key(connection, scope, key, at)
    if not store.hours:
        change_inbox(connection, scope, store.id, {"hours": HOURS, "timezone": "Europe/Berlin", "slot_minutes": 30})


def read_secrets(path: Path) -> ShopSecrets | None:
    try:
        return ShopSecrets(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _write(path: Path, secrets: ShopSecrets) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(secrets), file)
