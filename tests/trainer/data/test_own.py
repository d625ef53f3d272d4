"""A person's own sets on disk: kept once, found again as exactly what was trained on; and a look at one."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import numpy as np
import pytest

from trainer.data import all_sets, find, own, title
from trainer.data.forms import form_of
from trainer.data.profile import SHOWN, balance, places, profile, trained_on
from trainer.errors import TrainerError
from trainer.settings import Settings

CSV = "a,b,kind\n" + "\n".join(f"{n},{'' if n == 3 else n % 7},{'xyz'[n % 3]}" for n in range(30))


def kept(text: str = CSV, name: str = "things.csv", title: str = "", **options):
    path = own.take_in(name, text.encode())
    return own.keep(path, form_of(path).completed(path, options), title)


def test_a_set_that_is_kept_is_found_again_as_it_was():
    first = kept(title="My things")
    again = find(first.name)
    assert again.title == "My things" and again.labels == ("x", "y", "z") and again.own
    for one, other in zip(first.prepared(), again.prepared(), strict=True):
        assert np.array_equal(one, other)
    assert find("my_things").name == first.name
    assert list(all_sets())[0] == first.name


def test_the_same_file_with_the_same_options_is_the_same_set_and_with_others_another():
    first, again, other = kept(), kept(), kept(target="a")
    assert first.name == again.name != other.name
    assert len(own.sets()) == 2


def test_the_recipe_says_how_it_was_made():
    recipe = own.recipe(kept(missing="median").name)
    assert recipe.form == "table" and recipe.file == "things.csv" and len(recipe.digest) == 64
    assert recipe.options["missing"] == "median" and recipe.options["target"] == "kind"


def test_a_file_that_the_disk_had_no_room_for_is_taken_in_whole_the_next_time(monkeypatch):
    whole = Path.write_bytes

    def half(path, content):
        whole(path, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(TrainerError, match="The disk is full, so things.csv was not kept"):
        kept()
    monkeypatch.undo()
    assert kept().examples == 30


def test_a_set_that_the_disk_has_no_room_for_leaves_nothing_behind(monkeypatch):
    def full(*given, **more):
        raise OSError("1000 requested and 0 written: No space left on device")  # as numpy says it

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(TrainerError, match="The disk is full, so things.csv was not kept"):
        kept()
    assert not list(own.folder().iterdir())


def test_gaps_are_filled_by_the_training_part():
    data = kept()
    assert data.missing == "mean"
    assert np.isnan(data.arrays()[0]).sum() == 1
    assert not any(np.isnan(part).any() for part in data.prepared())


def test_a_set_that_was_deleted_is_gone_and_its_name_stays_readable():
    name = kept().name
    own.delete(name)
    assert not own.sets() and title(name) == name
    with pytest.raises(TrainerError, match="There is no data set"):
        find(name)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "..\\..\\x.csv", "a/b/c.csv", ".csv.csv", "x" * 300 + ".csv"]
)
def test_a_files_name_leads_nowhere(name, tmp_path):
    path = own.take_in(name, CSV.encode())
    assert path.is_relative_to(tmp_path / "data" / "inbox") and path.suffix == ".csv"
    assert len(path.name) <= 100


@pytest.mark.parametrize("name", ["../runs", "..", "x", "x-zzzzzzzz", "x-00000000/../../x-00000000"])
def test_a_name_that_is_none_finds_and_deletes_nothing(name, tmp_path):
    (tmp_path / "runs").mkdir()
    own.delete(name)
    assert (tmp_path / "runs").exists() and own.find(name) is None


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": "layerloom-data/9"}', "\0"])
def test_a_description_that_is_damaged_is_left_out_of_the_list(content):
    data = kept()
    (own.folder() / data.name / "description.json").write_text(content)
    assert data.name not in own.sets()


def test_arrays_that_are_gone_are_said():
    data = kept()
    (own.folder() / data.name / "x.npy").unlink()
    with pytest.raises(TrainerError, match="Bring the file again"):
        find(data.name).arrays()


def test_a_file_over_the_limit_is_not_taken(monkeypatch):
    monkeypatch.setenv("LAYERLOOM_DATA_FILE_MB", "1")
    with pytest.raises(TrainerError, match="LAYERLOOM_DATA_FILE_MB"):
        own.take_in("large.csv", bytes(2_000_000))


def test_a_limit_that_is_no_number_is_said(monkeypatch):
    monkeypatch.setenv("LAYERLOOM_DATA_FILE_MB", "plenty")
    with pytest.raises(TrainerError, match="LAYERLOOM_DATA_FILE_MB is 'plenty'"):
        own.take_in("a.csv", b"")


def test_the_description_is_plain_json():
    data = kept()
    found = json.loads((own.folder() / data.name / "description.json").read_text())
    assert found["format"] == own.FORMAT and found["shape"] == [2]


# --- a look at it


def test_a_profile_counts_gaps_and_measures_ranges():
    found = profile(kept(), 0)
    first, second = found.ranges
    assert (first.name, first.low, first.high, first.missing) == ("a", 0, 29, 0)
    assert (second.low, second.high, second.missing) == (0, 6, 1)


def test_examples_take_each_class_in_turn():
    data = kept()
    found = profile(data, 0)
    rows = places(data, found)
    assert found.y[rows].tolist() == [0, 1, 2] * (SHOWN // 3)
    assert len(set(rows.tolist())) == len(rows)


def test_the_balance_counts_every_example_once():
    data = kept()
    names, train, held = balance(data, profile(data, 0), Settings(validation=0.3))
    assert names == ["x", "y", "z"]
    assert (train + held).tolist() == [10, 10, 10] and held.tolist() == [3, 3, 3]


@pytest.mark.parametrize("name", ["diabetes", "sine_waves"])
def test_values_are_counted_by_range(name):
    data = find(name)
    _, train, held = balance(data, profile(data, 0), Settings())
    assert (train + held).sum() == data.examples and held.sum() == round(0.2 * data.examples)


def test_what_is_trained_on_is_filled_and_scaled():
    data = kept()
    found = profile(data, 0)
    x = trained_on(data, found, Settings(), np.arange(30))
    np.testing.assert_allclose(x.mean(0), 0, atol=1e-5)
    assert np.array_equal(
        trained_on(data, found, Settings(scaling="none"), np.arange(3))[:, 0], found.x[:3, 0]
    )
