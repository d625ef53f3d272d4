"""How the computer fares: with and without a card, and without the library that asks its driver."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from trainer import vitals
from trainer.vitals import Clock, Monitor

LEARNER = SimpleNamespace(current_rate=0.25)
GB = 1e9


def readings(device: str = "cpu", clock: Clock | None = None, during=lambda: None) -> dict[str, float]:
    monitor = Monitor(clock or Clock(), LEARNER, torch.device(device))
    during()
    return dict(zip(vitals.NAMES, np.frombuffer(monitor.read(), np.float64), strict=True))


@pytest.fixture
def card(monkeypatch):
    """A card that is busy for 73 % of the time, with 2 of its 8 GB taken, 1.5 by this process."""
    monkeypatch.setattr(torch.cuda, "utilization", lambda device: 73)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda device: int(1.5 * GB))
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (int(6 * GB), int(8 * GB)))


def test_a_card_is_read(card):
    found = readings("cuda")
    assert (found["gpu_use"], found["gpu_memory"], found["gpu_in_use"]) == (0.73, 1.5 * GB, 2 * GB)


def test_without_the_drivers_library_only_its_reading_is_missing(card, monkeypatch):
    def missing(device):
        raise ModuleNotFoundError("pynvml does not seem to be installed or it can't be imported.")

    monkeypatch.setattr(torch.cuda, "utilization", missing)
    found = readings("cuda")
    assert math.isnan(found["gpu_use"]) and found["gpu_memory"] == 1.5 * GB and found["lr"] == 0.25


def test_without_a_card_nothing_is_asked_of_one(card):
    assert all(math.isnan(value) for name, value in readings().items() if name.startswith("gpu"))


def test_work_of_this_process_is_seen_in_both_uses_of_the_processor():
    found = readings(during=lambda: sum(number * number for number in range(2_000_000)))
    assert found["cpu"] > 0 and 0 <= found["cpu_all"] <= 1 and found["memory"] > 1e7


def test_throughput_and_waiting_are_of_the_time_since_the_reading_before():
    clock = Clock()

    def work() -> None:
        clock.learned(640)
        with clock.waiting:
            sum(range(100_000))

    found = readings(clock=clock, during=work)
    assert found["examples_per_second"] > 0 and 0 < found["waiting"] <= 1


def test_every_reading_has_a_chart_of_its_scale():
    assert {each.scale for each in vitals.VITALS} == {"log", "linear", "share", "bytes"}
    assert len(set(vitals.NAMES)) == len(vitals.VITALS)
