"""The command line, and what importing the trainer costs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.trainer.conftest import until
from tests.trainer.test_experiments import NETWORK
from trainer import store
from trainer.__main__ import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def file(tmp_path) -> str:
    path = tmp_path / "small.loom.json"
    path.write_text(NETWORK.to_json())
    return str(path)


def test_a_run_prints_one_json_object_with_its_metrics(file, capsys):
    words = ["run", file, "--data", "digits", "--epochs", "1", "--set", "lr=0.01", "--json"]
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["state"] == "done" and found["metrics"]["val_accuracy"] > 0.3
    figures = {"val_loss", "val_accuracy", "loss", "accuracy", "steps_per_second"}
    assert figures <= found["metrics"].keys()
    for command in (["runs"], ["show", found["run"]], ["stop", found["run"]]):
        assert main([*command, "--json"]) == 0
        json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_a_run_is_paused_given_another_rate_resumed_and_forked(start, capsys):
    run_id = start(epochs=3, checkpoint_every=0)

    def said(*words: str) -> dict:
        assert main([*words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    said("pause", run_id)
    until(lambda: store.read(run_id).state == "paused")
    said("step", run_id)
    until(lambda: store.read(run_id).step == 1)
    said("rate", run_id, "0.02")
    assert said("queue", "--limit", "cpu=3", "--resume-lost", "off")["limits"]["cpu"] == 3
    assert said("stop", run_id)["state"] == "stopped"
    assert main(["continue", run_id]) == 1
    assert "is stopped, so nothing can be asked of it. Resume or fork it." in capsys.readouterr().err
    fork = said("fork", run_id, "--set", "epochs=1")
    assert (fork["state"], fork["epochs"], fork["step"]) == ("done", 1, fork["steps"])
    assert said("resume", run_id)["state"] == "done"
    assert main(["fork", run_id, "--set", "seed=1"]) == 1 and main(["queue", "--limit", "cpu=many"]) == 1
    refusals = capsys.readouterr().err
    assert "seed cannot change" in refusals and "--limit takes DEVICE=RUNS" in refusals


@pytest.mark.slow
def test_a_comparison_lists_the_drawn_network_first(file, capsys):
    swap = ["--swap", "BatchNorm2d=GroupNorm", "--json"]
    assert main(["compare", file, "--data", "digits", "--epochs", "1", *swap]) == 0
    variants = json.loads(capsys.readouterr().out)["variants"]
    assert [each["name"] for each in variants] == ["BatchNorm2d", "GroupNorm"]
    assert all(each["metrics"]["val_loss"] for each in variants)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--data", "digit"], "Did you mean 'digits'"),
        (["--data", "iris"], "iris has 3 classes"),
        (["--data", "digits", "--set", "lrr=1"], "Did you mean 'lr'"),
        (["--data", "digits", "--set", "lr"], "NAME=VALUE"),
        (["--data", "digits", "--epochs", "many"], "epochs takes a whole number"),
    ],
)
def test_what_cannot_run_is_refused_with_a_sentence(file, capsys, words, said):
    assert main(["run", file, *words]) == 1
    assert said in capsys.readouterr().err


def test_a_file_that_is_no_document_is_refused_with_a_sentence(tmp_path, capsys):
    path = tmp_path / "bad.loom.json"
    path.write_text("{}")
    assert main(["run", str(path), "--data", "digits"]) == 1
    assert main(["run", str(tmp_path / "none"), "--data", "digits"]) == 1
    assert main(["show", "nothing"]) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_the_web_process_can_import_the_trainer_without_torch():
    modules = "settings data store launch metrics experiments control queue recovery checkpoint".split()
    program = (
        "import sys\n"
        + "".join(f"import trainer.{name}\n" for name in modules)
        + "print([name for name in ('torch', 'sklearn', 'streamlit') if name in sys.modules])"
    )
    command = [sys.executable, "-c", program]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_file_is_taken_in_and_trained_on(tmp_path, capsys):
    file = tmp_path / "things.csv"
    rows = [f"{n % 5},{n * 7 % 11},{'ab'[n % 5 > 2]}" for n in range(60)]
    file.write_text("\n".join(["left,right,kind", *rows]))
    assert main(["data", str(file), "--title", "My things", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["labels"] == ["a", "b"] and told["recipe"]["options"]["target"] == "kind"
    assert main(["data", "my_things", "--network"]) == 0
    network = tmp_path / "net.loom.json"
    network.write_text(capsys.readouterr().out)
    words = ["run", str(network), "--data", "my_things", "--epochs", "1", "--set", "threads=1", "--json"]
    assert main(words) == 0
    run = json.loads(capsys.readouterr().out)
    assert run["state"] == "done" and run["data"] == told["name"]
    assert main(["run", str(network), "--data", str(file), "--option", "target=left"]) == 1
    assert "has 5 classes" in capsys.readouterr().err


def test_data_sets_are_listed_and_deleted(tmp_path, capsys):
    file = tmp_path / "things.csv"
    file.write_text("a,b\n" + "\n".join(f"{n},{n % 2}" for n in range(9)))
    assert main(["data", str(file)]) == 0
    assert main(["data"]) == 0
    listed = capsys.readouterr().out
    assert "(your own)" in listed and "MNIST (to be downloaded)" in listed and "Up to 200 MB" in listed
    assert main(["data", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["limits"]["LAYERLOOM_DATA_EXAMPLES"] == 200_000 and len(told["data"]) == 17
    assert main(["data", "things", "--delete"]) == 0
    assert main(["data", "things"]) == 1
    assert "There is no data set 'things'" in capsys.readouterr().err
    assert main(["data", "iris", "--delete"]) == 1
    assert "belongs to the program" in capsys.readouterr().err


def test_a_folder_of_pictures_is_taken_in(tmp_path, capsys):
    from PIL import Image

    for kind, grey in (("dark", 10), ("light", 240)):
        (tmp_path / "pictures" / kind).mkdir(parents=True)
        for number in range(3):
            Image.new("L", (6, 5), grey).save(tmp_path / "pictures" / kind / f"{number}.png")
    assert main(["data", str(tmp_path / "pictures"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["labels"] == ["dark", "light"] and told["shape"] == [1, 5, 6] and told["title"] == "pictures"
