"""Splitting, filling and scaling: laws, and scikit-learn as the oracle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from trainer.data.preparing import filled, scaled, shuffled, stratified

LABELS = st.lists(st.integers(0, 4), min_size=4, max_size=80).map(np.array)
SHARES = st.floats(0.05, 0.9)
SEEDS = st.integers(0, 2**31 - 1)


@given(LABELS, SEEDS, SHARES)
def test_both_splits_are_whole_disjoint_and_follow_from_the_seed(y, seed, share):
    for split in (stratified, shuffled):
        train, held = split(y, seed, share)
        assert sorted([*train, *held]) == list(range(len(y)))
        again = split(y, seed, share)
        assert np.array_equal(train, again[0]) and np.array_equal(held, again[1])
        assert len(train)


@given(LABELS, SEEDS, SHARES)
def test_a_stratified_split_keeps_the_share_in_every_class(y, seed, share):
    train, held = stratified(y, seed, share)
    for label in np.unique(y):
        count, kept = (y == label).sum(), (y[held] == label).sum()
        assert abs(kept - share * count) <= 1
        assert (y[train] == label).any()
        assert kept or count == 1


def test_another_seed_splits_otherwise():
    y = np.zeros(50)
    assert not np.array_equal(stratified(y, 0, 0.5)[0], stratified(y, 1, 0.5)[0])
    assert not np.array_equal(shuffled(y, 0, 0.5)[0], shuffled(y, 1, 0.5)[0])


@pytest.mark.parametrize(("how", "oracle"), [("standardize", StandardScaler()), ("0 to 1", MinMaxScaler())])
def test_features_are_scaled_as_scikit_learn_does(how, oracle):
    x = np.random.default_rng(0).normal(3, [1, 5, 0.1], (40, 3)).astype(np.float32)
    train = np.arange(0, 40, 2)
    expected = oracle.fit(x[train]).transform(x)
    np.testing.assert_allclose(scaled(x, train, how), expected, atol=1e-5)


@pytest.mark.parametrize("task", ["standardize", "fill"])
def test_the_mean_of_many_time_stamps_is_not_lost_in_a_sum_of_float32(task):
    x = np.random.default_rng(0).normal(1.7e9, 50_000, (20_000, 2)).astype(np.float32)
    everything = np.arange(len(x))
    if task == "fill":
        gaps = np.concatenate([x, np.full((1, 2), np.nan, np.float32)])
        expected = x.mean(0, dtype=np.float64)
        np.testing.assert_allclose(filled(gaps, everything, "mean")[-1], expected, atol=128)
        return
    found = scaled(x, everything, task)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, StandardScaler().fit_transform(x.astype(np.float64)), atol=2e-3)


@pytest.mark.parametrize(("shape", "axes"), [((3, 5, 4), (0, 2, 3)), ((7, 2), (0, 1))])
def test_pictures_are_scaled_by_channel_and_series_by_column(shape, axes):
    x = np.random.default_rng(0).normal(2, 3, (30, *shape)).astype(np.float32)
    found = scaled(x, np.arange(30), "standardize")
    np.testing.assert_allclose(found.mean(axes), 0, atol=1e-4)
    np.testing.assert_allclose(found.std(axes), 1, atol=1e-4)


def test_a_feature_that_never_changes_becomes_nothing_but_zero():
    x = np.full((6, 2), 5, np.float32)
    assert not scaled(x, np.arange(6), "standardize").any()
    assert not scaled(x, np.arange(6), "0 to 1").any()


def test_tokens_are_not_scaled():
    x = np.arange(12).reshape(6, 2)
    assert scaled(x, np.arange(6), "standardize") is x


@pytest.mark.parametrize("how", ["mean", "median"])
def test_gaps_are_filled_as_scikit_learn_does_with_what_the_training_part_knows(how):
    x = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
    x[np.random.default_rng(1).random(x.shape) < 0.3] = np.nan
    train = np.arange(20)
    expected = SimpleImputer(strategy=how).fit(x[train]).transform(x)
    np.testing.assert_allclose(filled(x, train, how), expected, atol=1e-6)


def test_a_feature_of_which_nothing_is_known_becomes_zero():
    x = np.array([[np.nan], [np.nan], [4.0]], np.float32)
    assert filled(x, np.array([0, 1]), "mean").ravel().tolist() == [0, 0, 4]
