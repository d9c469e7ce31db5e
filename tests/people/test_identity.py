"""A token says who a customer is only if the inbox's own key signed it, for this inbox, for a time."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from core.errors import Invalid, NotFound
from people.capability import permit, permitted
from people.identity import IdentityRefused, public_material, read_token, secret_material
from people.sealed import SealBroken, seal, unseal

SERVER, SECRET, INBOX = "s" * 40, "wli_" + "k" * 43, "shop-key"
NOW = 1_767_225_600_000
SECONDS = NOW // 1000
ED = OKPKey.generate_key("Ed25519")
KEYS = [("idk_1", "HS256", secret_material(SERVER, SECRET)), ("idk_2", "EdDSA", public_material(ED.as_pem(private=False).decode()))]
GOOD: dict[str, Any] = {"sub": "cus_7", "aud": INBOX, "exp": SECONDS + 600, "email": "Jonas@Example.com", "name": "Jonas Weber"}


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def signed(claims: Any, header: dict[str, Any] | None = None, secret: bytes = SECRET.encode()) -> str:
    """By hand, as no library would let most of these be made."""
    body = f"{part(header or {'alg': 'HS256'})}.{part(claims)}"
    return f"{body}.{base64.urlsafe_b64encode(hmac.new(secret, body.encode(), hashlib.sha256).digest()).rstrip(b'=').decode()}"


def read(token: str) -> Any:
    return read_token(token, INBOX, KEYS, SERVER, NOW)


def test_a_good_token_of_either_algorithm() -> None:
    for token in (
        signed(GOOD),
        signed(GOOD, {"alg": "HS256", "kid": "idk_1"}),
        jwt.encode({"alg": "EdDSA"}, GOOD, ED, algorithms=["EdDSA"]),
    ):
        who = read(token)
        assert (who.sub, who.email, who.name, who.until) == ("cus_7", "jonas@example.com", "Jonas Weber", (SECONDS + 600) * 1000)


def test_a_clock_that_goes_a_little_wrong_is_forgiven() -> None:
    assert read(signed(GOOD | {"exp": SECONDS - 20})).sub == "cus_7"
    assert read(signed(GOOD | {"nbf": SECONDS + 20})).sub == "cus_7"


PEM = ED.as_pem(private=False)
RSA, EC = RSAKey.generate_key(2048), ECKey.generate_key("P-256")
FORGED = {
    "no token": "hello",
    "three empty parts": "..",
    "none": f"{part({'alg': 'none'})}.{part(GOOD)}.",
    "None": f"{part({'alg': 'None'})}.{part(GOOD)}.",
    "no algorithm": signed(GOOD, {"typ": "JWT"}),
    "algorithm that is a list": signed(GOOD, {"alg": ["HS256"]}),
    "another secret": signed(GOOD, secret=b"another secret of some length ...."),
    "empty secret": signed(GOOD, secret=b""),
    "public key as secret": signed(GOOD, secret=PEM),
    "public key as secret, its kid": signed(GOOD, {"alg": "HS256", "kid": "idk_2"}, secret=PEM),
    "secret under the other key's name": signed(GOOD, {"alg": "HS256", "kid": "idk_2"}),
    "EdDSA by another key": jwt.encode({"alg": "EdDSA"}, GOOD, OKPKey.generate_key("Ed25519"), algorithms=["EdDSA"]),
    "RS256": jwt.encode({"alg": "RS256"}, GOOD, RSA),
    "ES256": jwt.encode({"alg": "ES256"}, GOOD, EC),
    "HS512": jwt.encode({"alg": "HS512"}, GOOD, OctKey.import_key(SECRET), algorithms=["HS512"]),
    "key brought along": jwt.encode({"alg": "EdDSA", "jwk": (other := OKPKey.generate_key("Ed25519")).as_dict(private=False)}, GOOD, other, algorithms=["EdDSA"]),
    "kid of a path": signed(GOOD, {"alg": "HS256", "kid": "../../dev/null"}, secret=b""),
    "kid with a quote": signed(GOOD, {"alg": "HS256", "kid": "x' OR '1'='1"}),
    "unknown critical header": signed(GOOD, {"alg": "HS256", "crit": ["b64"], "b64": False}),
    "body changed": signed(GOOD).split(".")[0] + "." + part(GOOD | {"sub": "cus_8"}) + "." + signed(GOOD).split(".")[2],
    "another inbox": signed(GOOD | {"aud": "other-key"}),
    "no audience": signed({name: value for name, value in GOOD.items() if name != "aud"}),
    "several audiences": signed(GOOD | {"aud": [INBOX, "other"]}),
    "no end": signed({name: value for name, value in GOOD.items() if name != "exp"}),
    "end null": signed(GOOD | {"exp": None}),
    "end as text": signed(GOOD | {"exp": str(SECONDS + 60)}),
    "end true": signed(GOOD | {"exp": True}),
    "end not finite": signed(GOOD).split(".")[0] + "." + base64.urlsafe_b64encode(json.dumps(GOOD | {"exp": float("inf")}).encode()).decode() + ".x",
    "end beyond any number": signed(GOOD | {"exp": 10**400}),
    "end below any number": signed(GOOD | {"exp": -(10**400)}),
    "begin beyond any number": signed(GOOD | {"nbf": 10**400}),
    "over": signed(GOOD | {"exp": SECONDS - 31}),
    "good for a year": signed(GOOD | {"exp": SECONDS + 31_536_000}),
    "not yet": signed(GOOD | {"nbf": SECONDS + 3600}),
    "nobody": signed({name: value for name, value in GOOD.items() if name != "sub"}),
    "sub null": signed(GOOD | {"sub": None}),
    "sub a number": signed(GOOD | {"sub": 7}),
    "sub empty": signed(GOOD | {"sub": ""}),
    "sub spaces": signed(GOOD | {"sub": " cus_7"}),
    "sub of two lines": signed(GOOD | {"sub": "cus_7\ncus_8"}),
    "sub too long": signed(GOOD | {"sub": "x" * 121}),
    "email that is none": signed(GOOD | {"email": "jonas"}),
    "email as a list": signed(GOOD | {"email": ["jonas@example.com"]}),
    "a list": signed([GOOD]),
    "too long": signed(GOOD | {"name": "x" * 5000}),
    "not ASCII": "é.é.é",
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_no_forged_token_is_let_in(name: str) -> None:
    with pytest.raises(IdentityRefused):
        read(FORGED[name])


def test_without_a_key_nobody_is_let_in() -> None:
    with pytest.raises(IdentityRefused):
        read_token(signed(GOOD), INBOX, [], SERVER, NOW)


@pytest.mark.parametrize(
    "pem",
    [
        ED.as_pem(private=True).decode(),
        RSA.as_pem(private=False).decode(),
        "hello",
        "",
        OKPKey.generate_key("X25519").as_pem(private=False).decode(),
    ],
)
def test_only_an_ed25519_public_key_is_kept(pem: str) -> None:
    with pytest.raises(Invalid):
        public_material(pem)


def test_what_is_sealed_opens_with_the_same_secret_only() -> None:
    sealed = seal(SERVER, "shop-password")
    assert "shop-password" not in sealed
    assert unseal(SERVER, sealed) == "shop-password"
    assert seal(SERVER, "shop-password") != sealed
    for wrong, text in ((SERVER + "x", sealed), (SERVER, sealed[:-4] + "AAAA"), (SERVER, "nothing")):
        with pytest.raises(SealBroken):
            unseal(wrong, text)


def test_a_link_does_one_thing_until_its_time_is_over() -> None:
    token = permit(SERVER, "cancel", "wsp/apt_1", NOW + 1000)
    assert permitted(SERVER, "cancel", token, NOW) == "wsp/apt_1"
    assert permitted(SERVER, "cancel", token, NOW + 1000) == "wsp/apt_1"
    other = permit(SERVER, "calendar", "wsp/apt_1", NOW + 1000)
    for purpose, link, now in (
        ("cancel", token, NOW + 2001),
        ("calendar", token, NOW),
        ("cancel", other, NOW),
        ("cancel", token[:-3] + "abc", NOW),
        ("cancel", "x", NOW),
    ):
        with pytest.raises(NotFound):
            permitted(SERVER, purpose, link, now)
