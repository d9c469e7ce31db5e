"""`warmline erase`: nothing of the customer is left in the files, and what happened is told without them."""

from pathlib import Path

from cast import NOW, opened, says, shop, visitor
from conftest import import_all_tables
from live import Server
from sqlalchemy import select

from chat.contacts import visitor_by_token_hash
from chat.log import differences, read, read_workspace
from core.database import Database
from core.scope import system_scope
from core.settings import Settings
from core.tables import workspace
from people import audit
from people.session import hash_token


def test_a_contact_is_erased_by_the_id_of_a_conversation(tmp_path: Path) -> None:
    import_all_tables()
    server = Server(tmp_path / "data")
    server.init()
    database = Database.open(Settings(data=server.data, _env_file=None))
    main = database.read_now(lambda c: c.execute(select(workspace.c.id)).scalar_one())
    inbox = shop(database, main)
    ann, bob = visitor(database, inbox), visitor(database, inbox)
    cnv, other = opened(database, ann), opened(database, bob)
    says(database, ann, cnv, "my card is canary-4711", at=NOW)
    says(database, bob, other, "hello", at=NOW)

    asked = server.run("erase", cnv, check=False, input="n\n")
    assert asked.returncode != 0
    assert "canary" in str(database.read_now(read, main, cnv))

    assert "2 events" in server.run("erase", cnv, "--yes").stdout
    assert "canary" not in str(database.read_now(read_workspace, main, 0))
    assert database.read_now(differences, main) == []
    assert database.read_now(visitor_by_token_hash, hash_token(ann.actor.id), NOW) is None
    assert database.read_now(visitor_by_token_hash, hash_token(bob.actor.id), NOW) is not None
    assert [e.body.get("text") for e in database.read_now(read, main, other)][-1] == "hello"
    [entry] = [one for one in database.read_now(audit.list_entries, system_scope(main, "test")) if one.action == "contact.erased"]
    assert (entry.object, entry.detail) == (ann.actor.contact, {"events": 2})
    assert database.read_now(audit.verify, main) == []
    database.close()
    left = b"".join(path.read_bytes() for path in server.data.iterdir() if path.name.startswith("warmline.db"))
    assert b"canary" not in left

    unknown = server.run("erase", "con_nobody", "--yes", check=False)
    assert (unknown.returncode, "Not found" in unknown.stderr) == (2, True)
