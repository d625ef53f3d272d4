"""What a run says is what its network computes of the prepared input: PyTorch is the oracle."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
import torch

from builder import custom_edits
from builder.document import Document, Graph, Node
from builder.templates import template
from tests.trainer.answering.trained import drawn, kept, trained
from tests.trainer.digits import SOURCE, new_training
from trainer import checkpoint, store
from trainer.__main__ import main
from trainer.answering.process import SHOWN, answer, form
from trainer.answering.sources import NoWeightsYetError
from trainer.data import find, own
from trainer.errors import TrainerError
from trainer.settings import Settings

EXAMPLE = 3
GAPS = "size,colour,weight\n" + "\n".join(
    f"{n},{'red green blue'.split()[n % 3]},{n % 7 or ''}" for n in range(40)
)


def output(run_id: str) -> torch.Tensor:
    """What the run's network gives for the example as a run is given it, (numbers)."""
    run = store.read(run_id)
    settings = Settings.from_values(run.settings)
    split = find(run.data).load(settings.seed, settings.validation, settings.scaling)
    with torch.inference_mode():
        return drawn(store.source(run_id))(split.validation_x[EXAMPLE : EXAMPLE + 1])[0]


def numbers(found: dict, name: str) -> list[float]:
    rows = found.get("classes") or found["values"]
    return [row[name] for row in sorted(rows, key=lambda row: row.get("number", 0))]


SETS = ("digits", "shapes", "iris", "breast_cancer", "moons", "contains_letter", "temporal_order")


@pytest.mark.parametrize("data", SETS)
def test_an_example_of_classes_is_answered_with_the_softmax(data):
    run = trained(data, threads=1)
    found = answer(run, {"example": EXAMPLE})
    assert numbers(found, "chance") == pytest.approx(output(run).softmax(0).tolist(), abs=1e-6)
    assert found["best"] == output(run).argmax() and found["step"] == 7


@pytest.mark.parametrize("data", ["diabetes", "sine_waves"])
def test_values_are_answered_in_the_scale_of_the_data(data):
    run = trained(data)
    found = answer(run, {"example": EXAMPLE})
    assert numbers(found, "value") == pytest.approx(output(run).tolist(), rel=1e-5, abs=1e-6)
    assert found["example"]["values"] == find(data).load().validation_y[EXAMPLE].tolist()


def test_each_loss_has_its_own_likelihoods():
    yes, scores = (trained("iris", loss=loss) for loss in ("BCEWithLogitsLoss", "MultiMarginLoss"))
    assert numbers(answer(yes, {"example": EXAMPLE}), "chance") == pytest.approx(
        output(yes).sigmoid().tolist()
    )
    assert numbers(answer(scores, {"example": EXAMPLE}), "score") == pytest.approx(
        output(scores).tolist(), rel=1e-5
    )


def test_one_number_says_yes_or_no():
    run = trained("moons", single("moons"), loss="BCEWithLogitsLoss")
    yes = output(run).sigmoid().item()
    found = answer(run, {"example": EXAMPLE})
    assert numbers(found, "chance") == pytest.approx([1 - yes, yes])
    assert found["best"] == int(yes > 0.5)


def single(data: str) -> Document:
    nodes = (
        Node("x", "Input", (), {"shape": find(data).shape}),
        Node("fc", "Linear", ("x",), {"out_features": 1}),
    )
    return dataclasses.replace(Document(), main=Graph((*nodes, Node("y", "Output", ("fc",)))))


@pytest.mark.parametrize("scaling", ["none", "standardize", "0 to 1"])
@pytest.mark.parametrize("data", ["iris", "sine_waves"])
def test_the_scaling_of_the_run_is_the_scaling_of_its_answers(data, scaling):
    run = trained(data, scaling=scaling, seed=3, validation=0.4)
    found = answer(run, {"example": EXAMPLE})
    name = "chance" if "classes" in found else "value"
    expected = output(run).softmax(0) if name == "chance" else output(run)
    assert numbers(found, name) == pytest.approx(expected.tolist(), rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("data", ["iris", "moons", "contains_letter", "temporal_order", "sine_waves"])
def test_an_example_given_by_hand_is_answered_as_the_example_is(data):
    run = trained(data)
    first = answer(run, {"example": EXAMPLE})
    again = answer(run, first["example"]["given"])
    name = next(name for name in ("chance", "value") if name in (first.get("classes") or first["values"])[0])
    assert numbers(again, name) == pytest.approx(numbers(first, name), abs=1e-4)
    assert "example" not in again and not again["warnings"]


def test_a_table_of_ones_own_has_gaps_filled_and_categories_spread():
    run = trained(kept(GAPS, target="colour"))
    assert form(run)["columns"][1]["name"] == "weight"
    # An empty field is the mean of the training part, as it was in training.
    settings = Settings.from_values(store.read(run).settings)
    data_set = find(store.read(run).data)
    x, y = data_set.arrays()
    train, _ = data_set.parts(y, settings.seed, settings.validation)
    middle = float(np.nanmean(x[train][:, 1]))
    assert numbers(answer(run, {"row": [5, ""]}), "chance") == pytest.approx(
        numbers(answer(run, {"row": "5, " + repr(middle)}), "chance"), abs=1e-5
    )
    spread = trained(kept(GAPS, target="weight"))
    assert [column["values"] for column in form(spread)["columns"]] == [(), ("blue", "green", "red")]
    assert answer(spread, {"row": [5, "red"]}) != answer(spread, {"row": [5, "blue"]})
    assert "never saw" in answer(spread, {"row": [5, "pink"]})["warnings"][0]


def test_of_many_classes_the_likeliest_come_first():
    lines = "\n".join(f"{'abcdefghij'[n % 10] * (1 + n % 3)}\tclass {n % 20}" for n in range(80))
    found = answer(trained(kept(lines, "many.txt")), {"text": "aab"})
    shares = [row["chance"] for row in found["classes"]]
    assert len(shares) == SHOWN and shares == sorted(shares, reverse=True)
    assert found["others"] == 20 - SHOWN and found["classes"][0]["number"] == found["best"]


# --- where the weights come from


def test_a_run_that_trains_answers_with_its_last_checkpoint():
    run = trained("digits", state="running")
    store.update(run, created=9e9)  # begun just now, as far as anybody can tell
    with pytest.raises(NoWeightsYetError, match="has no weights yet: it writes them every"):
        answer(run, {"example": EXAMPLE})
    (store.folder(run) / "network.py").write_text(SOURCE)
    training = new_training(Settings())
    training.step = 40
    checkpoint.Checkpoints(store.folder(run), 0).save(training.state())
    with torch.inference_mode():
        expected = training.network.eval()(find("digits").load().validation_x[EXAMPLE : EXAMPLE + 1]).softmax(
            1
        )[0]
    found = answer(run, {"example": EXAMPLE})
    assert found["step"] == 40 and numbers(found, "chance") == pytest.approx(expected.tolist(), abs=1e-6)


def test_a_run_that_failed_without_weights_says_so():
    run = trained("digits", state="failed")
    with pytest.raises(TrainerError, match="is failed and has no weights. Resume it"):
        answer(run, {"example": EXAMPLE})


def test_data_that_were_deleted_are_missed():
    name = kept(GAPS, target="colour")
    run = trained(name)
    own.delete(name)
    with pytest.raises(TrainerError, match="was deleted"):
        form(run)


def test_layers_written_in_python_run_only_where_they_are_trusted():
    document = custom_edits.add_custom(template("digits_cnn"), "flatten")
    run = trained("digits", document, SOURCE)
    for trusted in ((), False, ["0" * 64]):
        with pytest.raises(TrainerError, match="Halve, which is Python code"):
            answer(run, {"example": EXAMPLE}, trusted)
    for trusted in (True, [document.custom["Halve"].digest]):
        assert answer(run, {"example": EXAMPLE}, trusted)["best"] == output(run).argmax()


# --- the command line


def test_the_command_line_answers_too(capsys):
    run = trained("iris")
    assert main(["try", run, "--row", "5.1,3.5,1.4,20", "--json"]) == 0
    assert (
        json.loads(capsys.readouterr().out)["classes"] == answer(run, {"row": [5.1, 3.5, 1.4, 20]})["classes"]
    )
    assert main(["try", run, "--row", "5.1,3.5,1.4,20"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 4 and said[-1].startswith(
        "petal width is 20. The network was trained with 0.1 to 2.5"
    )
    assert main(["try", run, "--text", "banana"]) == 1
    assert "is given as 'row' or 'example'" in capsys.readouterr().err
