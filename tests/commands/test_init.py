"""From an empty folder: refusal without secrets, init, import, ask, serve, and the one-time link."""

import json
import subprocess
import sys
from pathlib import Path

import httpx2 as httpx
import pytest
from live import PASSWORD, ROOT, Person, Server


@pytest.fixture
def server(tmp_path: Path):
    server = Server(tmp_path / "data", log_level="warning")
    yield server
    server.stop()


def test_without_secrets_nothing_starts_and_the_command_is_named(server: Server) -> None:
    for value in ("", "changeme", "secret" * 10):
        server.env["WARMLINE_SECRET_KEY"] = value
        done = server.run("serve", check=False)
        assert done.returncode == 2
        assert "warmline init" in done.stderr
        assert "Traceback" not in done.stderr
    assert not (server.data / "warmline.db").exists()


def test_init_import_ask_serve(server: Server, tmp_path: Path) -> None:
    key = server.init("https://shop.example")
    again = server.run("init", "--workspace", "T", "--name", "A", "--email", "a@b.co", check=False)
    assert again.returncode == 2
    assert "set up already" in again.stderr
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "returns.md").write_text(
        "# Returns\n\nYou can return anything within 30 days of delivery. The refund takes five working days.\n"
    )
    (docs / "empty.html").write_text("<html><body></body></html>")
    done = server.run("import", str(docs), check=False)
    assert done.returncode == 1, "one file could not be read"
    assert "empty.html: failed" in done.stdout
    assert "now reads Help" in done.stdout
    second = server.run("import", str(docs), check=False)
    assert "1 unchanged" in second.stdout
    answer = json.loads(server.run("ask", "--json", "Within how many days can I return something?").stdout.splitlines()[-1])
    assert set(answer) == {"action", "text", "citations", "confidence", "sentiment", "reason"}
    assert answer["action"] == "answer"
    assert "30 days" in answer["text"]
    assert answer["reason"] is None
    assert 0.5 < answer["confidence"] <= 1
    assert isinstance(answer["sentiment"], float)
    assert -0.5 < answer["sentiment"] < 0.5, "asked calmly"
    citation = answer["citations"][0]
    assert citation["title"] == "Returns"
    assert isinstance(citation["passage"], int)
    assert "30 days" in citation["quote"]
    assert citation["url"].startswith("/help/returns?quote=")
    angry = json.loads(server.run("ask", "--json", "This is outrageous, I will sue you! When do I get my refund?").stdout.splitlines()[-1])
    assert -1 <= angry["sentiment"] < -0.5
    server.start()
    widget = httpx.get(f"{server.url}/widget", params={"inbox": key})
    assert "frame-ancestors https://shop.example" in widget.headers["content-security-policy"]
    ada = Person(server)
    assert ada.person["role"] == "admin"
    assert ada.ok(ada.http.get(f"/v1/articles/{citation['article']}"))["title"] == "Returns"
    asked = {"question": "Within how many days can I return something?", "inbox": key}
    over_http = ada.ok(ada.http.post("/v1/answers", json=asked))
    assert over_http.pop("decision")["passages"][0]["passage"] == citation["passage"]
    assert over_http == answer


def test_an_empty_database_prints_a_link_that_works_once(server: Server) -> None:
    server.env["WARMLINE_SECRET_KEY"] = "x9" * 8 + "Kq7-longEnoughToBeASecret-31415926"
    server.start()
    link = next(word for word in server.log.read_text().split() if "/console/setup?token=" in word)
    token = link.split("token=")[1]
    body = {"token": token, "workspace": "T", "name": "Ada", "email": "ada@example.com", "password": PASSWORD, "origins": []}
    assert httpx.post(f"{server.url}/v1/setup", json={**body, "token": "wrong"}).status_code == 403
    assert httpx.post(f"{server.url}/v1/setup", json=body).status_code == 201
    assert httpx.post(f"{server.url}/v1/setup", json=body).status_code in (403, 409)
    assert Person(server).person["role"] == "admin"


def test_help_is_there_at_once_and_wrong_settings_end_in_one_line(server: Server) -> None:
    assert "serve" in server.run("--help").stdout
    server.env["WARMLINE_PORT"] = "seventy"
    done = server.run("serve", check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("warmline: WARMLINE_PORT")


def test_a_server_without_a_model_loads_no_client_of_models() -> None:
    """It would take as long to start as all the rest together."""
    code = "import sys, api.app, api.commands.serve; print(*{'openai', 'langchain', 'langchain_openai', 'sklearn', 'torch'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
