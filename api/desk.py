"""What the bot's tools work with in this process."""

from dataclasses import replace
from functools import partial

from api.demo import shop_address
from api.house import House
from bot.build import build_chooser
from bot.tools.desk import Desk
from bot.tools.result import Means
from core.fetch import Rules, rules_from
from core.secret import require_secret
from core.settings import Settings


def open_desk(house: House) -> Desk:
    return Desk(
        Means(house.database, rules_of(house.settings), partial(require_secret, house.settings), house.clock), build_chooser(house.answerer)
    )


def rules_of(settings: Settings) -> Rules:
    """Of calls to a company's own systems. The demo's shop lies beside us, so that is one address inside that may be called."""
    rules = rules_from(settings)
    return replace(rules, inside=rules.inside | {shop_address(settings)}) if settings.demo else rules
