"""Tables: what is guessed, what may be corrected, and what arrays come of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from trainer.data.forms.table import FORM
from trainer.errors import TrainerError

ROWS = 40


@pytest.fixture
def frame() -> pd.DataFrame:
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "id": range(ROWS),
            "size": random.normal(10, 2, ROWS).round(3),
            "rooms": random.integers(1, 6, ROWS),
            "town": random.choice(["Ulm", "Bonn", "Köln"], ROWS),
            "note": [f"house number {row}" for row in range(ROWS)],
            "kind": random.choice(["flat", "house"], ROWS),
        }
    )


def written(frame: pd.DataFrame, folder: Path, name: str = "houses.csv", **given) -> Path:
    path = folder / name
    if name.endswith(".parquet"):
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False, **given)
    return path


def made(path: Path, **options):
    return FORM.make(path, FORM.completed(path, options))


def test_types_and_target_are_guessed(frame, tmp_path):
    guessed = FORM.guess(written(frame, tmp_path), {})
    assert guessed["target"] == "kind" and guessed["predict"] == "classes"
    assert guessed["numbers"] == ("size", "rooms")  # the id counts the rows
    assert guessed["categories"] == ("town",)  # the note differs in every row


@pytest.mark.parametrize(
    ("name", "given"), [("h.csv", {"sep": ";"}), ("h.tsv", {"sep": "\t"}), ("h.parquet", {})]
)
def test_every_spelling_gives_the_same_arrays(frame, tmp_path, name, given):
    plain, other = made(written(frame, tmp_path)), made(written(frame, tmp_path, name, **given))
    assert np.array_equal(plain.x, other.x) and np.array_equal(plain.y, other.y)
    assert plain.labels == other.labels == ("flat", "house")


def test_numbers_come_first_and_each_category_is_a_feature(frame, tmp_path):
    found = made(written(frame, tmp_path))
    assert found.features == ("size", "rooms", "town=Bonn", "town=Köln", "town=Ulm")
    np.testing.assert_allclose(found.x[:, :2], frame[["size", "rooms"]], rtol=1e-6)
    assert np.array_equal(found.x[:, 2:], pd.get_dummies(frame["town"]).to_numpy(np.float32))
    assert [found.labels[label] for label in found.y] == list(frame["kind"])


def test_the_target_is_taken_out_of_the_features_and_its_task_guessed_anew(frame, tmp_path):
    path = written(frame, tmp_path)
    assert FORM.completed(path, {"target": "size"})["predict"] == "values"
    found = made(path, target="size")
    assert found.task == "regression" and found.labels == ("size",)
    assert "size" not in found.features
    np.testing.assert_allclose(found.y, frame["size"], rtol=1e-6)
    assert made(path, target="rooms").labels == ("1", "2", "3", "4", "5")


def test_another_target_drops_what_it_makes_impossible(frame, tmp_path):
    path = written(frame, tmp_path)
    given = FORM.changed(path, {"numbers": ("size", "rooms"), "missing": "zero"}, "target", "size")
    assert given == {"target": "size", "missing": "zero"}
    assert FORM.completed(path, given)["numbers"] == ("rooms",)


@pytest.mark.parametrize("choice", ["mean", "median", "zero", "drop the row"])
def test_missing_numbers(frame, tmp_path, choice):
    frame.loc[3:5, "size"] = np.nan
    found = made(written(frame, tmp_path), missing=choice)
    assert len(found.x) == (ROWS - 3 if choice == "drop the row" else ROWS)
    assert np.isnan(found.x).any() == (choice in ("mean", "median"))
    assert found.missing == (choice if choice in ("mean", "median") else "")
    if choice == "zero":
        assert not found.x[3:6, 0].any()
    assert any("3 rows with a missing number" in note for note in found.notes) == (choice == "drop the row")


def test_rows_without_a_target_are_left_out_and_said(frame, tmp_path):
    frame.loc[:4, "kind"] = None
    found = made(written(frame, tmp_path))
    assert len(found.x) == ROWS - 5
    assert found.notes[0] == "5 rows have no kind that can be used and are left out."


def test_cells_that_are_no_numbers_count_as_missing(frame, tmp_path):
    cells = frame["size"].astype(str)
    cells[:3] = ["n/a", "12 m", "inf"]
    found = made(written(frame.assign(size=cells), tmp_path))
    assert np.isnan(found.x[:3, 0]).all() and not np.isnan(found.x[3:, 0]).any()


def test_whole_numbers_with_gaps_stay_class_names(tmp_path):
    frame = pd.DataFrame({"a": np.arange(9.0), "y": [1, 2, np.nan] * 3})
    assert made(written(frame, tmp_path)).labels == ("1", "2")


def test_columns_of_one_name_are_told_apart(tmp_path):
    path = tmp_path / "twice.parquet"
    pd.DataFrame(np.arange(24.0).reshape(8, 3), columns=["a", "b", "c"]).to_parquet(path)
    path = tmp_path / "twice.csv"
    path.write_text("a,a ,y\n" + "\n".join(f"{n},{n + 1},{n % 2}" for n in range(8)))
    assert made(path).features == ("a", "a (2)")


def test_decimal_commas_are_read_where_semicolons_part_the_cells(frame, tmp_path):
    plain = made(written(frame, tmp_path))
    other = made(written(frame, tmp_path, "comma.csv", sep=";", decimal=","))
    assert np.array_equal(plain.x, other.x) and plain.features == other.features


def test_a_question_mark_is_a_gap(frame, tmp_path):
    cells = frame["size"].astype(str)
    cells[::3] = "?"  # too many to be a slip in a column of numbers
    found = made(written(frame.assign(size=cells), tmp_path))
    assert found.features[0] == "size" and np.isnan(found.x[::3, 0]).all()


def test_a_number_that_float32_does_not_hold_counts_as_missing(frame, tmp_path):
    sizes = frame["size"].copy()
    sizes[0], sizes[1] = 1e39, -1e300
    found = made(written(frame.assign(size=sizes), tmp_path))
    assert np.isnan(found.x[:2, 0]).all() and np.isfinite(found.x[2:]).all()
    assert "2 cells of size are no numbers and count as missing." in found.notes


def test_a_first_row_of_numbers_is_said_to_be_taken_as_names(frame, tmp_path):
    table = frame[["size", "rooms"]].assign(kind=frame["rooms"] % 2)
    path = tmp_path / "bare.csv"
    table.to_csv(path, index=False, header=False)
    assert made(path).notes[0].startswith(f"The first row was taken as names: {table.iloc[0, 0]}, ")
    assert not any("taken as names" in note for note in made(written(table, tmp_path)).notes)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "cannot be read as a table"),
        (b"only\n1\n2\n", "needs a row of names"),
        (b"a,b\n", "has 0 rows"),
        (b'a,b\n1,"2\n', "quote that is not closed"),
        (b"a,b\n1,2\n3,4,5,6\n", "more cells than the first"),
        (b"\xff\xfe\x00a", "is not text in UTF-8"),
        (b"a,b\n" + b"1,0\n" * 3, "need at least 4"),
        (b"a,b\n" + b"1,0\n" * 9, "Every example is of the same class"),
        (b"a,b\n" + b"x,y\n" * 9, "of the same class|no number"),
        (b"a,b\n1,u\n2,v\n3,w\n4,x\n", "Each of the 4 classes has a single example"),
    ],
)
def test_a_table_that_nothing_can_be_learnt_from_is_refused(tmp_path, content, said):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(TrainerError, match=said):
        made(path)


def test_hostile_cells_are_text_and_nothing_more(tmp_path):
    path = tmp_path / "hostile.csv"
    cells = [
        "=cmd|' /C calc'!A0",
        "<img src=x onerror=alert(1)>",
        "__import__('os').abort()",
        "'; DROP TABLE x",
    ]
    frame = pd.DataFrame({"n": range(12), "c": cells * 3})
    frame.to_csv(path, index=False)
    assert set(made(path).labels) == set(cells)


def test_what_is_no_parquet_is_refused(tmp_path):
    path = tmp_path / "bad.parquet"
    path.write_bytes(b"PAR1" + b"\0" * 40 + b"PAR1")
    with pytest.raises(TrainerError, match="no Parquet file"):
        made(path)


@pytest.mark.parametrize(
    ("variable", "said"), [("EXAMPLES", "40 examples"), ("FEATURES", "6 numbers an example")]
)
@pytest.mark.parametrize("name", ["big.csv", "big.parquet"])
def test_more_than_the_limit_is_refused_with_how_to_set_it(
    frame, tmp_path, monkeypatch, variable, said, name
):
    monkeypatch.setenv(f"LAYERLOOM_DATA_{variable}", "5")
    with pytest.raises(TrainerError, match=f"{said}, and the limit is 5.*LAYERLOOM_DATA_{variable}"):
        made(written(frame, tmp_path, name))


def test_an_option_that_is_not_there_is_answered_with_the_nearest(frame, tmp_path):
    path = written(frame, tmp_path)
    with pytest.raises(TrainerError, match="Did you mean 'target'"):
        FORM.completed(path, {"targt": "kind"})
    with pytest.raises(TrainerError, match="Did you mean 'rooms'"):
        FORM.completed(path, {"target": "room"})


def test_a_corrected_type_counts_and_leaves_the_other_list(frame, tmp_path):
    path = written(frame, tmp_path)
    assert made(path).features[:2] == ("size", "rooms")
    options = FORM.changed(path, {}, "categories", ("town", "rooms"))
    assert options["numbers"] == ("size",)
    found = FORM.make(path, FORM.completed(path, options))
    assert [name for name in found.features if name.startswith("rooms=")] == [
        f"rooms={number}" for number in sorted(frame["rooms"].unique())
    ]
    back = FORM.changed(path, options, "numbers", ("size", "rooms"))
    assert back["categories"] == ("town",)
    assert np.array_equal(FORM.make(path, FORM.completed(path, back)).x, made(path).x, equal_nan=True)
    assert made(path, categories="rooms").features[0] == "size"  # on the command line one list is enough


def test_a_column_in_both_lists_is_refused(frame, tmp_path):
    with pytest.raises(TrainerError, match="rooms is listed as a number and as a category"):
        made(written(frame, tmp_path), numbers="size, rooms", categories="rooms")


def test_what_is_not_learned_from_is_named(frame, tmp_path):
    frame["size"] = frame["size"].astype(object)
    frame.loc[[3, 4], "size"] = "unknown"
    notes = made(written(frame, tmp_path)).notes
    assert notes == (
        "Columns that are not learned from: id, note. Add them to numbers or categories to use them.",
        "2 cells of size are no numbers and count as missing.",
    )


def test_values_far_from_0_and_numbers_that_float32_cannot_tell_apart_are_remarked_on(tmp_path):
    n = np.arange(60)
    path = tmp_path / "far.csv"
    rows = [f"{1_700_000_000 + k},{k % 7},{250_000 + 10_000 * (k % 5)}" for k in n]
    path.write_text("\n".join(["time,size,price", *rows]))
    coarse, far = FORM.make(path, FORM.completed(path, {"predict": "values"})).notes
    assert coarse.startswith("Float32, in which networks compute, holds time only in steps of 128")
    assert coarse.endswith("Subtract 1.7e+09 from it in the file.")
    assert far.endswith("Subtract 2.7e+05 from price in the file, then divide it by 1.414e+04.")
    assert FORM.make(path, FORM.completed(path, {"target": "size", "numbers": ("price",)})).notes == (
        "Columns that are not learned from: time. Add them to numbers or categories to use them.",
    )
