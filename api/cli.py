"""The command line. Heavy imports happen inside the commands: `warmline --help` is there at once."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from api.evals_cli import evals
from core.errors import WarmlineError

app = typer.Typer(name="warmline", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
agents = typer.Typer(no_args_is_help=True, help="People who work here.")
app.add_typer(evals, name="evals")
app.add_typer(agents, name="agents")


@app.command()
def serve(demo: Annotated[bool, typer.Option("--demo", help="Set up and serve the demo company and its shop.")] = False) -> None:
    """Migrate and serve."""
    from api.commands.serve import serve as run

    run(demo)


@app.command()
def init(
    workspace: Annotated[str, typer.Option(prompt="Name of your company", help="Name of your company.")],
    name: Annotated[str, typer.Option(prompt="Your name", help="The first admin's name.")],
    email: Annotated[str, typer.Option(prompt="Your e-mail address", help="The first admin's e-mail address.")],
    password: Annotated[str, typer.Option(help="The first admin's password; without it one is made and shown once.")] = "",
    inbox: Annotated[str, typer.Option(help="Name of the first inbox.")] = "Website",
    origin: Annotated[list[str] | None, typer.Option(help="A site that may embed the widget, such as https://shop.example.")] = None,
) -> None:
    """Make the secrets, the workspace, the first admin and the first inbox; show the snippet to paste."""
    from api.commands.init import init as run

    run(workspace=workspace, name=name, email=email, password=password, inbox=inbox, origins=tuple(origin or ()))


@app.command("import")
def import_path(
    path: Annotated[Path, typer.Argument(help="A folder or file of Markdown, HTML, text, CSV or JSON lines.", exists=True)],
    collection: Annotated[str, typer.Option(help="Collection to import into; made when missing.")] = "Help",
    draft: Annotated[bool, typer.Option("--draft", help="Import without publishing.")] = False,
) -> None:
    """Import articles and publish them."""
    from api.commands.content import import_path as run

    run(path, collection, publish=not draft)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What a customer would ask.")],
    inbox: Annotated[str, typer.Option(help="Key of the inbox whose collections are read; default: the first.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Ask what a customer would ask; no conversation is made."""
    from api.commands.content import ask as run

    run(question, inbox, json)


@app.command()
def backup(folder: Annotated[Path, typer.Argument(help="A new folder for the backup.")]) -> None:
    """Write a consistent copy of everything while the server runs."""
    from api.commands.keep import backup as run

    run(folder)


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="A backup folder.", exists=True)],
    verify: Annotated[bool, typer.Option("--verify", help="Only check the backup.")] = False,
) -> None:
    """Put a backup in place of an empty data folder."""
    from api.commands.keep import restore as run

    run(folder, verify)


@app.command()
def erase(
    contact: Annotated[str, typer.Argument(help="Id of the contact (con_…), or of one of their conversations (cnv_…).")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase what a contact wrote and was written to them."""
    from api.commands.erase import erase as run

    if not yes:
        typer.confirm(f"Erase everything of {contact}? It cannot be undone", abort=True)
    run(contact)


@agents.command("add")
def agents_add(
    name: Annotated[str, typer.Option(prompt=True)],
    email: Annotated[str, typer.Option(prompt=True)],
    role: Annotated[str, typer.Option(help="agent, editor, reviewer or admin.")] = "agent",
) -> None:
    """Add a person; the password is made and shown once."""
    from api.commands.people import add

    add(name, email, role)


@agents.command("list")
def agents_list() -> None:
    """Who works here."""
    from api.commands.people import show

    show()


@agents.command("password")
def agents_password(email: Annotated[str, typer.Argument()]) -> None:
    """Give a person a new password, shown once; ends their sessions."""
    from api.commands.people import new_password

    new_password(email)


def main() -> None:
    try:
        app()
    except WarmlineError as error:
        typer.echo(f"warmline: {error.detail}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        # One line for the user; the trace for whoever asks for it.
        from core.settings import load_settings

        if load_settings().log_level == "debug":
            raise
        typer.echo(f"warmline: {type(error).__name__}: {error}\n(WARMLINE_LOG_LEVEL=debug shows where)", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
