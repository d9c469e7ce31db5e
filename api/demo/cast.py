"""The people of the demo company, and the file with their generated passwords."""

import os
from dataclasses import dataclass
from pathlib import Path

from core.ids import new_id
from people.passwords import generate_password, hash_password
from people.person import NewPerson

CAST = (
    ("Lea Novak", "lea@holmandlark.example", "agent"),
    ("Sam Okafor", "sam@holmandlark.example", "agent"),
    ("Mara Lindt", "mara@holmandlark.example", "editor"),
    ("Theo Brandt", "theo@holmandlark.example", "reviewer"),
    ("Ada Ruiz", "ada@holmandlark.example", "admin"),
)
SIGN_INS = "demo-sign-ins.txt"


@dataclass(frozen=True)
class SignIn:
    name: str
    email: str
    role: str
    password: str


def hire() -> tuple[list[NewPerson], list[SignIn]]:
    """New passwords each time; half a second, for the hashes."""
    people, sign_ins = [], []
    for name, email, role in CAST:
        password = generate_password()
        people.append(NewPerson(new_id("prs"), name, email, role, hash_password(password)))
        sign_ins.append(SignIn(name, email, role, password))
    return people, sign_ins


def write_sign_ins(data: Path, sign_ins: list[SignIn], console: str) -> Path:
    """Replaces an older file: passwords that were never committed to the database are of no use."""
    data.mkdir(parents=True, exist_ok=True)
    lines = ["Sign-ins of the Warmline demo. Made on this machine; nobody else has them.", f"Console: {console}", ""]
    lines += [f"{one.role:<9} {one.name:<12} {one.email:<28} {one.password}" for one in sign_ins]
    path, draft = data / SIGN_INS, data / f".{SIGN_INS}.new"
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return path
