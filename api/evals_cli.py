"""`warmline evals …`. Heavy imports happen inside the commands."""

from pathlib import Path
from typing import Annotated

import typer

evals = typer.Typer(no_args_is_help=True, help="Measure retrieval, answers and judgements on data sets; compare and guard runs.")


@evals.command("run")
def run(
    suite: Annotated[str, typer.Argument(help="retrieval, answers, confidence (over articles), or one over labelled lines such as mood.")],
    out: Annotated[Path | None, typer.Option(help="One JSON line per question or item is written here; needed without --save.")] = None,
    save: Annotated[str, typer.Option(help="Keep the run under this name, to compare it later.")] = "",
    corpus: Annotated[Path | None, typer.Option(help="Articles, one JSON object a line; .gz too.", exists=True)] = None,
    queries: Annotated[Path | None, typer.Option(help="Questions, one JSON object a line; .gz too.", exists=True)] = None,
    items: Annotated[Path | None, typer.Option(help="Labelled lines, one JSON object a line; .gz too.", exists=True)] = None,
    train: Annotated[Path | None, typer.Option(help="Labelled lines to learn from, for suites that learn.", exists=True)] = None,
    limit: Annotated[int, typer.Option(help="Only the first N questions or items; 0: all.")] = 0,
) -> None:
    """Run a suite over files, never over live data, and print its figures with intervals."""
    from api.commands.evals import run as run_files

    run_files(suite, out, (corpus, queries, items, train), save, limit)


@evals.command("calibrate")
def evals_calibrate(
    corpus: Annotated[Path, typer.Option(help="Articles, one JSON object a line; .gz too.", exists=True)],
    queries: Annotated[Path, typer.Option(help="Questions with relevant_ids or answerable, one JSON object a line; .gz too.", exists=True)],
    keep: Annotated[bool, typer.Option("--keep", help="Let the workspace here answer by what was fitted, if it is better.")] = False,
    limit: Annotated[int, typer.Option(help="Only the first N questions; 0: all.")] = 0,
) -> None:
    """Fit a confidence of your own on labelled questions, and print how it does against the one that came with Warmline."""
    from api.commands.evals import calibrate

    calibrate(corpus, queries, keep, limit)


@evals.command("compare")
def compare(
    before: Annotated[str, typer.Argument(help="A saved run: its name, or its folder.")],
    after: Annotated[str, typer.Argument(help="The run to hold against it.")],
    lines: Annotated[int, typer.Option(help="Show at most this many changed questions or items; 0: all.")] = 20,
) -> None:
    """Show only what changed between two runs of a suite: figures with paired intervals, settings, single answers."""
    from api.commands.evals import compare as run_compare

    run_compare(before, after, lines)


@evals.command("gate")
def gate(
    baseline: Annotated[str, typer.Option(help="A saved run: its name, or its folder.")],
    run: Annotated[str, typer.Option(help="The run that must not lose against it.")],
    max_loss: Annotated[float, typer.Option(help="A loss of so much is borne.", min=0)] = 0.0,
    figure: Annotated[list[str] | None, typer.Option(help="Only this figure; may be given several times. Default: all.")] = None,
) -> None:
    """End with status 1 when a figure is certainly worse: its paired 95 % interval lies wholly below the loss that is borne."""
    from api.commands.evals import gate as run_gate

    run_gate(baseline, run, max_loss, tuple(figure or ()))


@evals.command("import")
def import_set(
    file: Annotated[
        Path, typer.Argument(help="CSV with a header, or JSON lines (.gz too): questions with the article expected.", exists=True)
    ],
    name: Annotated[str, typer.Option(help="Name of the data set; default: the file's.")] = "",
    items: Annotated[bool, typer.Option("--items", help="Labelled lines for suites such as mood, instead of questions.")] = False,
) -> None:
    """Bring a data set of your own for runs on the quality page; nothing is kept of one with a mistake, and each wrong line is named."""
    from api.commands.evals import import_set as run_import

    run_import(file, name, items)


@evals.command("freeze")
def freeze(
    message: Annotated[
        str, typer.Argument(help="Id of a message of the bot (msg_…), of its handoff (evt_…), or of what the customer wrote.")
    ],
    out: Annotated[Path | None, typer.Option(help="Write the case to this file instead of keeping it.")] = None,
) -> None:
    """Make a test of a message: a case that holds all its turn was made from, and replays offline to the same answer."""
    from api.commands.frozen import freeze as run_freeze

    run_freeze(message, out)


@evals.command("replay")
def replay(
    files: Annotated[list[Path] | None, typer.Argument(help="Files that `freeze --out` wrote.", exists=True)] = None,
    every: Annotated[bool, typer.Option("--all", help="Every case that is kept here.")] = False,
    accept: Annotated[bool, typer.Option("--accept", help="From now on expect what they come to now.")] = False,
) -> None:
    """Make frozen turns again, from their cases alone; end with status 1 when one comes to something else."""
    from api.commands.frozen import replay as run_replay

    run_replay(tuple(files or ()), every, accept)
