"""Augmentation: what it may change and what not, the same for arrays and tensors."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from trainer.data.augmenting import augmented, fits
from trainer.loop import changed
from trainer.settings import Settings

PICTURES = np.random.default_rng(0).random((40, 3, 6, 5), np.float32)


@pytest.mark.parametrize(
    "settings", [{"flip": True}, {"crop": 2}, {"noise": 0.1}, {"flip": True, "crop": 3, "noise": 0.5}]
)
def test_a_run_sees_what_the_page_shows(settings):
    given = Settings(**settings, seed=5)
    shown = augmented(PICTURES, given, 7)
    trained = changed(torch.from_numpy(PICTURES), given, 7)
    assert trained.dtype == torch.float32
    assert np.array_equal(shown, trained.numpy())
    assert not np.array_equal(shown, PICTURES)


def test_it_follows_from_the_seed_and_the_step_alone():
    given = Settings(flip=True, crop=1, noise=0.1)
    assert np.array_equal(augmented(PICTURES, given, 3), augmented(PICTURES, given, 3))
    assert not np.array_equal(augmented(PICTURES, given, 3), augmented(PICTURES, given, 4))


def test_a_flipped_picture_is_itself_or_its_mirror_image():
    found = augmented(PICTURES, Settings(flip=True), 1)
    mirrored = [
        np.array_equal(after, before[..., ::-1]) for after, before in zip(found, PICTURES, strict=True)
    ]
    same = [np.array_equal(after, before) for after, before in zip(found, PICTURES, strict=True)]
    assert all(a != b for a, b in zip(mirrored, same, strict=True))
    assert 10 < sum(mirrored) < 30


def test_a_moved_picture_is_a_window_of_the_padded_one():
    most = 2
    found = augmented(PICTURES, Settings(crop=most), 1)
    for after, before in zip(found, PICTURES, strict=True):
        padded = np.pad(before, ((0, 0), (most, most), (most, most)))
        windows = [
            padded[:, row : row + 6, column : column + 5]
            for row in range(2 * most + 1)
            for column in range(2 * most + 1)
        ]
        assert any(np.array_equal(after, window) for window in windows)


def test_noise_has_the_standard_deviation_that_was_asked_for():
    x = np.zeros((500, 30), np.float32)
    found = augmented(x, Settings(noise=0.25), 1)
    assert abs(found.std() - 0.25) < 0.01 and abs(found.mean()) < 0.01


def test_tokens_stay_as_they_are():
    x = np.arange(12).reshape(3, 4)
    assert augmented(x, Settings(flip=True, crop=2, noise=1.0), 1) is x
    assert fits((4,), "int64") == ()


def test_without_augmentation_nothing_is_copied():
    x = torch.zeros(3, 1, 4, 4)
    assert changed(x, Settings(), 1) is x


def test_only_noise_is_for_what_is_no_picture():
    x = np.ones((3, 4), np.float32)
    assert augmented(x, Settings(flip=True, crop=2), 1) is x
    assert fits((4,), "float32") == ("noise",)
