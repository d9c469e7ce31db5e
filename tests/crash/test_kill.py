"""kill -9 at random points, on a real server: nothing acknowledged is lost, doubled or out of order, every message is covered once."""

import shutil
from pathlib import Path

import pytest
from crash.conftest import TENTH
from crash.harness import torment
from crash.mutants import MUTANTS
from live import Server


def fresh(set_up_folder: tuple[Path, str], tmp_path: Path, *entry: str, **settings: str) -> tuple[Server, str]:
    source, key = set_up_folder
    shutil.copytree(source, tmp_path / "data")
    # Its conversations ask the same again and again, which would hand over; the turns are what is tried here.
    return Server(tmp_path / "data", entry or ("-m", "api.cli"), **{**TENTH, **settings}), key


@pytest.mark.timeout(420)
def test_nothing_acknowledged_is_lost_over_20_kills(set_up_folder, tmp_path, capsys) -> None:
    server, key = fresh(set_up_folder, tmp_path)
    server.start()
    outcome = torment(server, key, conversations=8, messages=125, kills=20, seed=7)
    with capsys.disabled():
        print(f"\n{outcome}")
    assert outcome.violations == {}
    assert outcome.counts["messages"] == 1000


SMALL = {"conversations": 4, "messages": 20, "kills": 3, "seed": 11, "settle_s": 15}


@pytest.mark.torture
def test_nothing_acknowledged_is_lost_over_200_kills(set_up_folder, tmp_path, capsys) -> None:
    server, key = fresh(set_up_folder, tmp_path)
    server.start()
    outcome = torment(server, key, conversations=20, messages=500, kills=200, seed=8, settle_s=300)
    with capsys.disabled():
        print(f"\n{outcome}")
    assert outcome.violations == {}
    assert outcome.counts["messages"] == 10_000


@pytest.mark.timeout(180)
def test_a_small_storm_without_a_planted_bug_finds_nothing(set_up_folder, tmp_path, capsys) -> None:
    """What the planted bugs are compared with: the same size, the same time."""
    server, key = fresh(set_up_folder, tmp_path)
    server.start()
    outcome = torment(server, key, **SMALL)
    with capsys.disabled():
        print(f"\n{outcome}")
    assert outcome.violations == {}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_planted_bugs_are_caught(mutant, set_up_folder, tmp_path, capsys) -> None:
    server, key = fresh(set_up_folder, tmp_path, "-m", "crash.mutants", mutant)
    server.start()
    outcome = torment(server, key, **SMALL)
    with capsys.disabled():
        print(f"\n{mutant}: {outcome}")
    assert f"mutated {mutant}" in server.log.read_text()
    assert outcome.violations.keys() & MUTANTS[mutant], "caught by what it breaks, not by chance"
