"""Statistics of sorted rows against PyTorch's and numpy's own."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer import layout
from trainer.ordered import histograms, ordered, quantiles, zeros

WANTED = [0.01, 0.15, 0.5, 0.85, 0.99]
NUMBERS = st.floats(-1e6, 1e6, width=32) | st.sampled_from([0.0, math.nan, math.inf, -math.inf])


@settings(max_examples=60, deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=60))
def test_quantiles_are_torchs_and_histograms_lose_nothing(numbers: list[float]):
    row = torch.tensor([numbers])
    finite = np.array([each for each in row[0].tolist() if math.isfinite(each)], np.float32)
    found = quantiles(ordered(row), WANTED)
    if len(finite) == len(numbers):
        np.testing.assert_allclose(
            found, torch.nanquantile(row, torch.tensor(WANTED), 1).T, rtol=1e-4, atol=1e-4
        )
    ends, counts = histograms(ordered(row))
    assert counts.sum().item() == len(finite)
    if len(finite):
        assert ends.tolist() == [[finite.min(), finite.max()]]
    else:
        assert ends.isnan().all()


def test_a_histogram_is_numpys():
    row = torch.randn(1, 2048, generator=torch.Generator().manual_seed(0))
    _, counts = histograms(ordered(row))
    oracle, _ = np.histogram(row.numpy(), layout.BINS)
    assert np.abs(counts[0].numpy() - oracle).sum() <= 4  # float32 moves one at an edge


def test_equal_numbers_are_in_the_middle():
    _, counts = histograms(ordered(torch.full((1, 100), 3.0)))
    assert counts[0, layout.BINS // 2] == 100


@pytest.mark.parametrize(("row", "share"), [([0, 1, math.nan, 0], 2 / 3), ([math.nan], math.nan)])
def test_what_is_no_number_is_left_out_of_shares(row, share):
    assert zeros(ordered(torch.tensor([row]))).item() == pytest.approx(share, nan_ok=True)
