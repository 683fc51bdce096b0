"""The examination on simulated cars with faults: what is injected is found, and nothing else."""

import pytest

from benchmarks.examination.__main__ import main
from benchmarks.examination.examining import DAYS_A_MONTH, Town, cars_of, examined
from benchmarks.examination.report import document, lines
from benchmarks.examination.scoring import score


def test_a_few_cars_in_short() -> None:
    town = Town(seed=105, vehicles=5, months=1.5, faults="bms-reset=0.4,isolation-loss=0.5")
    outcomes = [
        examined(
            car, None, judged=car.number == 0, first_day=town.first_day, past_day=town.past_day
        )
        for car in cars_of(town)
    ]
    marks = score(town, outcomes, days_a_month=DAYS_A_MONTH)
    told = document(marks)

    assert marks.faults
    assert marks.false == []
    assert all(each.days_late is not None for each in marks.faults)
    assert told["vehicles"] == 5
    assert len(marks.late) + len(marks.early) + marks.few_charges >= 1
    assert any("false findings" in line for line in lines(marks))


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_fresh_cities(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "501", "--vehicles", "60", "--months", "6", "--teachers", "8"]) == 0
    told = capsys.readouterr().out
    missed = [line for line in told.splitlines() if line.startswith("missed: ")]

    assert not [line for line in missed if "reset" in line or "swapped" in line or "clone" in line]
