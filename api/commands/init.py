"""`warmline init`: secrets, workspace, first admin, first inbox, and the snippet to paste."""

from rich.console import Console

import api.schema  # noqa: F401  every table is known
from api.admin import new_inbox
from api.origins import exact_origin
from api.setup import AlreadySetUp, FirstStart, first_start
from core.clock import now_ms
from core.database import Database
from core.errors import Invalid
from core.ids import new_id
from core.migrate import migrate
from core.secret import make_secret
from core.settings import Settings, load_settings
from people.passwords import generate_password, hash_password
from people.person import NewPerson, normal_email


def init(*, workspace: str, name: str, email: str, password: str, inbox: str, origins: tuple[str, ...]) -> None:
    """Raises AlreadySetUp on a data folder with people in it, and changes nothing then."""
    settings = load_settings()
    shown = password or generate_password()
    try:
        sites = tuple(exact_origin(origin) for origin in origins)
    except ValueError as error:
        raise Invalid(str(error)) from error
    admin = NewPerson(new_id("prs"), name, normal_email(email), "admin", hash_password(shown))
    make_secret(settings)
    migrate(settings)
    database = Database.open(settings)
    first = new_inbox(name=inbox, origins=sites)
    try:
        database.write_now(first_start, FirstStart(new_id("wsp"), workspace, admin, first, new_id("aud")), now_ms())
    except AlreadySetUp as error:
        raise AlreadySetUp(f"{settings.data} is set up already; start it with: warmline serve") from error
    finally:
        database.close()
    _show(settings, email, "" if password else shown, first.key)


def snippet(settings: Settings, key: str) -> str:
    return f'<script async src="{settings.origin}/warmline.js" data-inbox="{key}"></script>'


def _show(settings: Settings, email: str, password: str, key: str) -> None:
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"Set up in {settings.data.resolve()}.")
    console.print(f"Sign in as {email}" + (f" with the password {password}  (shown only now)" if password else ""))
    console.print("\nPaste this before </body> on every page that is to have the chat:\n")
    console.print(snippet(settings, key), markup=False)
    console.print("\nNext:  warmline import PATH-TO-YOUR-ARTICLES\n       warmline serve")
