"""Persons, keys and sessions on both databases."""

import pytest

from core.database import Database
from core.errors import Forbidden, Invalid, NotFound
from core.ids import new_id
from core.scope import Actor, Scope, system_scope
from people import api_keys, person, session
from people.passwords import check_password, hash_password
from people.roles import PERMISSIONS, ROLES, permissions_of
from tests.conftest import NOW, OTHER_WORKSPACE, WORKSPACE

HERE = system_scope(WORKSPACE, "test")
ELSEWHERE = system_scope(OTHER_WORKSPACE, "test")


def new(name: str, role: str = "agent") -> person.NewPerson:
    return person.NewPerson(new_id("prs"), name, f"{name}@example.com", role, f"hash of {name}")


def test_a_person_belongs_to_one_workspace(database: Database) -> None:
    ann = database.write_now(person.create_person, HERE, new("ann"), NOW)
    assert database.read_now(person.list_people, HERE) == [ann]
    assert database.read_now(person.list_people, ELSEWHERE) == []
    with pytest.raises(NotFound):
        database.read_now(person.read_person, ELSEWHERE, ann.id)
    with pytest.raises(NotFound):
        database.write_now(person.change_person, ELSEWHERE, ann.id, role="admin")
    assert database.read_now(person.read_person, HERE, ann.id).role == "agent"


def test_an_address_is_used_once_over_all_workspaces(database: Database) -> None:
    database.write_now(person.create_person, HERE, new("ann"), NOW)
    taken = person.NewPerson(new_id("prs"), "Other", "ANN@example.com ", "agent", "h")
    for scope in (HERE, ELSEWHERE):
        with pytest.raises(person.EmailTaken):
            database.write_now(person.create_person, scope, taken, NOW)


@pytest.mark.parametrize("email", ["", "ann", "ann@", "@x.example", "a b@x.example", "a@b@c.example", "a" * 320 + "@x.example"])
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(Invalid):
        person.normal_email(email)


def test_the_last_admin_stays(database: Database) -> None:
    ada = database.write_now(person.create_person, HERE, new("ada", "admin"), NOW)
    for change in ({"active": False}, {"role": "agent"}):
        with pytest.raises(person.LastAdmin):
            database.write_now(person.change_person, HERE, ada.id, **change)
    assert database.read_now(person.read_person, HERE, ada.id) == ada
    database.write_now(person.create_person, HERE, new("eve", "admin"), NOW)
    assert database.write_now(person.deactivate, HERE, ada.id).active is False


def test_sessions(database: Database) -> None:
    ann = database.write_now(person.create_person, HERE, new("ann"), NOW)
    credentials = database.read_now(session.find_credentials, " ANN@example.com")
    assert credentials == session.Credentials(WORKSPACE, ann.id, "hash of ann")
    for name in ("one", "two"):
        opening = session.Opening(new_id("ses"), session.hash_token(name), NOW, NOW + 1000)
        scope = database.write_now(session.sign_in, credentials, opening)
    assert scope.actor == Actor("person", ann.id, "ann", role="agent")
    one, two = session.hash_token("one"), session.hash_token("two")
    assert database.read_now(session.find_session, one, NOW, 500)[0] == scope
    assert database.read_now(session.find_session, one, NOW + 600, 500) is None
    assert database.read_now(session.find_session, one, NOW + 1000, 5000) is None
    assert database.write_now(session.change_password, scope, ann.id, "new", keep=two) == 1
    assert database.read_now(session.find_session, one, NOW, 500) is None
    assert database.read_now(session.find_session, two, NOW, 500) is not None
    with pytest.raises(session.SignInRefused):
        database.write_now(session.sign_in, credentials, session.Opening("ses_x", "x", NOW, NOW + 1000))
    database.write_now(person.deactivate, HERE, ann.id)
    assert database.read_now(session.find_session, two, NOW, 500) is None
    assert database.read_now(session.find_credentials, "ann@example.com") is None


def test_a_key_does_what_its_scopes_say_and_no_more(database: Database) -> None:
    admin = Scope(WORKSPACE, Actor("person", "prs_a", role="admin"))
    agent = Scope(WORKSPACE, Actor("person", "prs_b", role="agent"))

    def key(name: str, *scopes: str) -> api_keys.NewApiKey:
        return api_keys.NewApiKey(new_id("key"), name, frozenset(scopes), "wlk_abc", session.hash_token(name))

    made = database.write_now(api_keys.create_api_key, admin, key("reads", "read_content"), NOW)
    found = database.read_now(api_keys.find_api_key, session.hash_token("reads"))
    assert permissions_of(found.actor) == {"read_content"}
    with pytest.raises(Forbidden):
        database.write_now(api_keys.create_api_key, agent, key("grows", "administer"), NOW)
    for scopes in ((), ("nonsense",)):
        with pytest.raises(Invalid):
            database.write_now(api_keys.create_api_key, admin, key("bad", *scopes), NOW)
    with pytest.raises(NotFound):
        database.write_now(api_keys.revoke_api_key, ELSEWHERE, made.id, NOW)
    database.write_now(api_keys.revoke_api_key, admin, made.id, NOW)
    assert database.read_now(api_keys.find_api_key, session.hash_token("reads")) is None


def test_roles_name_known_permissions() -> None:
    assert all(permissions <= PERMISSIONS.keys() for permissions in ROLES.values())
    assert set().union(*ROLES.values()) == set(PERMISSIONS)
    assert permissions_of(Actor("visitor", "con_1", role="admin", scopes=frozenset(PERMISSIONS))) == frozenset()
    assert permissions_of(Actor("person", "prs_1", role="root")) == frozenset()
    assert permissions_of(Actor("api_key", "key_1", scopes=frozenset({"root"}))) == frozenset()


def test_passwords() -> None:
    from argon2 import PasswordHasher

    stored = hash_password("a long enough password")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password(stored, "a long enough password").right
    assert not check_password(stored, "a long enough passwore").right
    assert not check_password(None, "a long enough password").right
    assert not check_password("damaged", "a long enough password").right
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("a long enough password")
    verdict = check_password(old, "a long enough password")
    assert verdict.right
    assert verdict.new_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    for password in ("short", "x" * 201):
        with pytest.raises(Invalid):
            hash_password(password)
