"""Two servers on one Postgres: the customer's stream hangs on one, the agent's on the other, and both see the same log."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from live import Customer, Person, Server, stream
from sqlalchemy import create_engine, text


@pytest.fixture(scope="module")
def pair(postgres_url: str, tmp_path_factory: pytest.TempPathFactory):
    tmp_path = tmp_path_factory.mktemp("pair")
    with create_engine(postgres_url).begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    (tmp_path / "returns.md").write_text("# Returns\n\nOur return policy: you can return anything within 30 days of delivery.\n")
    first = Server(tmp_path / "first", database_url=postgres_url, log_level="warning", secret_key="x9Kq7-longEnoughToBeASecret-31415926")
    key = first.init()
    first.run("import", str(tmp_path / "returns.md"))
    second = Server(
        tmp_path / "second", **{k.removeprefix("WARMLINE_").lower(): first.env[k] for k in ("WARMLINE_DATABASE_URL", "WARMLINE_SECRET_KEY")}
    )
    first.start()
    second.start()
    yield first, second, key
    first.stop()
    second.stop()


@pytest.mark.timeout(180)
def test_customer_and_agent_on_different_servers(pair) -> None:
    first, second, key = pair
    customer, agent = Customer(first, key), Person(second)
    conversation = customer.open()
    asked = customer.says(conversation, "What is your return policy?")
    reply = customer.until(conversation, "message.added", asked["seq"], author="bot")
    assert "30 days" in reply["text"]
    frames = stream(agent.http, "/v1/agents/me/events", 0, 60)
    assert next(frames)["event"] == "presence"
    customer.says(conversation, "Let me talk to a person please")
    handoff = next(frame for frame in frames if frame["event"] == "handoff.requested")
    assert handoff["data"]["brief"]["tried"][0]["sources"][0]["title"] == "Returns"
    agent.ok(agent.http.put(f"/v1/conversations/{conversation}/assignment", json={}))
    whole = next(frame for frame in frames if frame["event"] == "snapshot")["data"]["conversation"]
    assert whole["mode"] == "human"
    joined = customer.until(conversation, "conversation.assigned", asked["seq"])
    assert joined["agent"] == {"name": "Ada Admin"}
    sent = agent.says(conversation, "Hello, this is Ada.", after_seq=whole["seq"])
    heard = customer.until(conversation, "message.added", sent["seq"] - 1, author="agent")
    assert heard["text"] == "Hello, this is Ada."
    written = customer.says(conversation, "Thank you!")
    seen = next(f for f in frames if f["event"] == "message.added" and f["data"]["author"]["kind"] == "customer")
    assert (seen["data"]["seq"], seen["data"]["text"]) == (written["seq"], "Thank you!")
    frames.close()


AGENTS, CHATS = 8, 100


@pytest.mark.timeout(180)
def test_of_eight_agents_on_two_servers_exactly_one_gets_each_chat(pair) -> None:
    """R15: every chat is raced for by all at once; who loses is told who won, and nobody is left waiting."""
    first, second, key = pair
    admin = Person(first)
    team = [admin.colleague(f"Agent{number}") for number in range(AGENTS)]
    racers = [Person(second, f"agent{number}@example.com") if number % 2 else one for number, one in enumerate(team)]
    names = [f"Agent{number}" for number in range(AGENTS)]
    with ThreadPoolExecutor(4) as pool:
        parts = pool.map(lambda number: waiting_chats((first, second)[number % 2], key, CHATS // 4), range(4))
        chats = [chat for part in parts for chat in part]
    assert len(chats) == CHATS

    start = threading.Barrier(AGENTS, timeout=60)

    def race(me: int) -> list[tuple[int, str]]:
        heard = []
        for chat in chats:
            start.wait()
            answer = racers[me].http.put(f"/v1/conversations/{chat}/assignment", json={})
            heard.append((answer.status_code, answer.json().get("agent", {}).get("name", "") if answer.status_code == 409 else names[me]))
        return heard

    with ThreadPoolExecutor(AGENTS) as pool:
        outcomes = list(pool.map(race, range(AGENTS)))
    for number, chat in enumerate(chats):
        heard = [outcome[number] for outcome in outcomes]
        assert sorted(status for status, _ in heard) == [200] + [409] * (AGENTS - 1), heard
        winner = next(name for status, name in heard if status == 200)
        assert {name for _, name in heard} == {winner}
        state = admin.reads(chat)
        assert (state["mode"], state["agent"]["name"]) == ("human", winner)
    assert admin.ok(admin.http.get("/v1/queue"))["conversations"] == []


def waiting_chats(server: Server, key: str, count: int) -> list[str]:
    customer = Customer(server, key)
    opened = [customer.open() for _ in range(count)]
    for chat in opened:
        customer.ok(customer.http.post(f"/v1/conversations/{chat}/handoff", json={}))
    return opened
