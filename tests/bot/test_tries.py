"""Wrong guesses about whose an order is are counted, whatever runs at once, on both databases."""

from bot_house import House
from shop_api import ShopApi, connect

from core.fetch import Rules


async def test_many_guesses_at_one_moment_are_counted_one_by_one(house: House) -> None:
    """All are looked up before the first is answered, and no more are answered for that; nor is any of it shown before it is counted."""
    house.rules = Rules(deadline_s=8, allow_private=True)
    async with ShopApi(hold=13).serving() as api:
        connect(house, api)
        wrong = [house.customer(f"Where is my order HL-{20_000 + number}? jonas.weber@example.com") for number in range(12)]
        house.customer("Where is my order HL-10482? jonas.weber@example.com")
        await house.work(house.turns(turn_workers=13))
    assert len(api.asked) == 13
    assert [len([talk for talk in wrong if part(talk)]) for part in (lambda talk: talk.replies, lambda talk: talk.handoffs)] == [10, 2]
