"""A small company whose articles answer every question that the harness asks."""

from pathlib import Path

import pytest
from live import Server

from chat.tables import inbox
from core.database import Database
from core.sqlite import SqliteStore
from core.wakes import Wakes

ARTICLE = """# Orders and returns

## Return policy

Our return policy: you can return anything within 30 days of delivery for a full refund.

## Delivery time

Delivery takes 2 to 3 working days. How long delivery takes abroad depends on the country.

## Shipping to Norway

Yes, we ship to Norway. Shipping to Norway costs 12 euros and takes 5 to 8 days.

## Invoice

You get an invoice by e-mail with every order. You can also download an invoice in your account.

## Payment methods

Which payment methods we take: credit card, PayPal and bank transfer.

## Exchange for another size

Yes, you can exchange a jacket for another size. We send the other size as soon as the jacket is back.
"""
# One tenth of what ships, so that what a lease protects is tried often.
TENTH = {"turn_lease_s": "2", "presence_lease_s": "4.5", "recheck_s": "0.5", "turn_attempts": "10", "log_level": "warning"}


@pytest.fixture(scope="session")
def set_up_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Made once, copied for each test: (data folder, inbox key)."""
    folder = tmp_path_factory.mktemp("company")
    server = Server(folder / "data")
    key = server.init()
    (folder / "orders.md").write_text(ARTICLE)
    server.run("import", str(folder / "orders.md"))
    keep_the_bot_at_it(folder / "data")
    return folder / "data", key


def keep_the_bot_at_it(data: Path) -> None:
    """The same questions over and over would be handed over; what is tried here is the turns."""
    never = dict.fromkeys(("same_question", "negative_trend", "strongly_negative"), 2.0)
    never |= dict.fromkeys(("failed_steps", "clarifying_turns", "low_answers", "missing_answers"), 1e9) | {"confidence_floor": 0.0}
    database = Database(SqliteStore(data / "warmline.db", Wakes()))
    database.write_now(lambda connection: connection.execute(inbox.update().values(thresholds=never)))
    database.close()
