"""The budget of looking: kept, whatever a look costs; and the room on disk."""

import random

import pytest

from trainer import layout
from trainer.pace import ROOM, Pace, pace_of
from trainer.settings import Settings

STEP = 0.01  # seconds


def looks(pace: Pace, price, steps: int = 4000) -> list[tuple[int, float]]:
    """Step and cost of each look, where a step takes STEP and price(step) is what a look adds."""
    found, added = [], 0.0
    for step in range(1, steps + 1):
        if pace.grants(step, STEP + added):
            found.append((step, price(step)))
            pace.paid(found[-1][1])
        added = found[-1][1] if found and found[-1][0] == step else 0.0
    return found


@pytest.mark.parametrize("cost", [0.0001, 0.003, 0.02, 0.3])
@pytest.mark.parametrize("budget", [0.01, 0.05, 0.3])
def test_looking_takes_the_share_it_may_take(budget, cost):
    found = looks(Pace(budget), lambda step: cost)
    spent = sum(price for _, price in found[1:])  # the first warms up
    share = spent / (4000 * STEP + spent)
    assert share <= budget + cost / (4000 * STEP)
    if cost > budget * STEP:  # else it looks at every step, and may not more
        assert share > 0.8 * budget - 2 * cost / (4000 * STEP)


def test_it_adapts_when_looking_gets_dearer():
    found = [step for step, _ in looks(Pace(0.05), lambda step: 0.002 if step < 2000 else 0.02)]
    before = sum(step < 2000 for step in found)
    after = sum(step >= 2000 for step in found)
    assert before > 5 * after > 0


def test_costs_that_vary_still_average_to_the_budget():
    chance = random.Random(0)
    found = looks(Pace(0.05), lambda step: chance.uniform(0.001, 0.02))
    spent = sum(price for _, price in found)
    assert spent / (4000 * STEP + spent) <= 0.055


def test_a_pause_is_not_followed_by_a_burst():
    pace = Pace(0.05)
    looks(pace, lambda step: 0.01, 100)
    granted = []
    for step, seconds in ((101, 3600.0), *((step, STEP) for step in range(102, 110))):
        if pace.grants(step, seconds):
            granted.append(step)
            pace.paid(0.01)
    assert granted == [101]


def test_no_budget_is_no_look_and_the_first_step_is_looked_at_with_any():
    assert not looks(Pace(0), lambda step: 0.01)
    assert looks(Pace(0.001), lambda step: 0.01)[0][0] == 1
    assert not looks(pace_of(Settings(telemetry_every=0), 100), lambda step: 0.01)


def test_looks_are_so_far_apart_that_a_long_run_fits():
    pace = Pace(1e9, steps=100_000)
    pace.make_room(40_000)
    found = [step for step, _ in looks(pace, lambda step: 0.0)]
    apart = {two - one for one, two in zip(found, found[1:], strict=False)}
    assert len(apart) == 1 and 100_000 / apart.pop() * 40_000 <= ROOM


def test_a_look_takes_in_the_store_what_was_said():
    layer = {"name": "a", "kind": "BatchNorm2d", "norm": True, "channels": 100, "running": True}
    planned = layout.plan([{**layer, "affine": True, "bias": True}])
    wide, counted, channels = layout.sizes(planned)
    assert channels == layout.CHANNELS * len(layout.NORM)
    assert layout.size_in_bytes(planned) == 4 * wide + 2 * counted + 4 * channels
