"""`backup` and `restore` as they are typed."""

import json
from pathlib import Path

import pytest

from battery_passport.cli.main import EXIT_DONE, EXIT_UNUSABLE, main
from tests.factories.installation import run
from tests.factories.made_up_cars import enrol, opened, send

pytestmark = pytest.mark.integration


def test_the_two_verbs_bring_an_installation_back(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(home) as installation:
        send(installation, enrol(installation, "car-1"), range(3))
        run(installation, "passport-issue", battery="car-1")
        installation.pipeline.settle()
        installation.anchoring.anchor_now()
    passphrase = tmp_path / "passphrase.txt"
    passphrase.write_text("correct horse battery staple\n")
    backup, newest = str(tmp_path / "backup.tar"), str(tmp_path / "newest.checkpoint")
    secret = ["--passphrase-file", str(passphrase)]

    assert main(["backup", "-o", backup]) == EXIT_UNUSABLE
    assert main(["backup", "-o", backup, "--checkpoint", newest, *secret]) == EXIT_DONE
    assert "encrypted" in capsys.readouterr().out
    assert main(["backup", "-o", backup, *secret]) == EXIT_UNUSABLE
    assert main(["restore", backup, *secret]) == EXIT_UNUSABLE
    assert "home-not-empty" in capsys.readouterr().err

    monkeypatch.setenv("BATTERY_PASSPORT_HOME", str(tmp_path / "restored"))
    assert main(["restore", backup]) == EXIT_UNUSABLE
    assert "passphrase-missing" in capsys.readouterr().err
    command = ["restore", backup, *secret, "--published-checkpoint", newest]
    assert main(command) == EXIT_DONE
    told = capsys.readouterr().out
    assert "INTACT" in told
    assert "The log goes on as" in told
    assert main(["audit"]) == EXIT_DONE

    monkeypatch.setenv("BATTERY_PASSPORT_HOME", str(tmp_path / "again"))
    capsys.readouterr()
    assert main(["restore", backup, *secret, "--json"]) == EXIT_DONE
    assert json.loads(capsys.readouterr().out)["log"]["new"] is True


def test_keys_in_clear_are_warned_of(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(home):
        pass
    assert main(["backup", "-o", str(tmp_path / "b.tar"), "--insecure-keys"]) == EXIT_DONE
    assert "WARNING" in capsys.readouterr().out
