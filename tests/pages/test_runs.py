"""The Runs page: runs are found again, written about, compared and deleted."""

from __future__ import annotations

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from builder import edits
from builder.service import service
from builder.templates import template
from tests.pages.words import component, labelled, says
from tests.trainer.runs import ended
from trainer import index, policy, queue, shelf, store


def table(app: AppTest) -> list[dict]:
    """The rows of the table."""
    return component(app, "run_table")["runs"]


def choose(app: AppTest, *ids: str) -> AppTest:
    """The page after these runs were chosen in the table, which only a browser can do."""
    app.session_state["visit"].settings["runs:chosen"] = list(ids)
    app = app.run()
    assert not app.exception
    return app


def test_it_says_how_to_begin_while_there_is_nothing(visit):
    assert "Nothing was trained yet" in says(visit("runs"))


def test_it_lists_runs_with_their_figures_newest_first(visit):
    ended("First", losses=[0.5, 0.25, float("nan")], tags=["mine"], note="Why?")
    ended("Second", state="failed")
    second, first = table(visit("runs"))
    assert [second["name"], second["state"], first["name"]] == ["Second", "failed", "First"]
    assert first["loss"] == {"last": None, "best": 0.25}
    assert first["score"] == {"name": "accuracy", "last": 0.3, "best": 0.3}
    assert first["data"] == "Handwritten digits"
    for word in ("first", "mine", "why?", "digits", "handwritten"):
        assert word in first["text"]


def test_a_chosen_run_says_what_went_wrong_and_what_it_was(visit):
    run_id = ended(state="failed", message="The loss is NaN.", layers=[{"parameters": 13754}])
    words = says(choose(visit("runs"), run_id))
    assert "The loss is NaN." in words and "failed" in words and "13,754 parameters" in words


def test_a_run_is_renamed_tagged_and_written_about(visit):
    run_id = ended()
    ended("Other", tags=["known"])
    app = choose(visit("runs"), run_id)
    app = labelled(app.text_input, "Name").set_value("Wide CNN").run()
    assert labelled(app.multiselect, "Tags").options == ["known"]
    app = labelled(app.multiselect, "Tags").set_value(["known"]).run()
    app = labelled(app.text_area, "Note").set_value("It works.").run()
    run = store.read(run_id)
    assert (run.name, run.tags, run.note) == ("Wide CNN", ["known"], "It works.")
    app = labelled(app.text_input, "Name").set_value("  ").run()
    assert "1 to 100 letters" in says(app)
    assert labelled(app.text_input, "Name").value == "Wide CNN"


def test_several_runs_are_tagged_deleted_and_brought_back(visit):
    ids = [ended(name, tags=[name.lower()]) for name in ("One", "Two", "Three")]
    app = choose(visit("runs"), *ids, *(ended(str(number)) for number in range(6)))
    assert labelled(app.button, "Compare").disabled
    assert "At most 8" in labelled(app.button, "Compare").help
    app = choose(app, *ids[:2])
    assert "2 runs are chosen" in says(app) and not labelled(app.button, "Compare").disabled
    app = labelled(app.multiselect, "Tag them all").set_value(["one"]).run()
    assert [store.read(run_id).tags for run_id in ids] == [["one"], ["two", "one"], ["three"]]
    before = index.entries()
    app = labelled(app.button, "Delete").click().run()
    assert {row["name"] for row in table(app)} == {"Three", *"012345"}
    assert "Deleted, and kept for a day: " in says(app)
    app = labelled(app.button, "Undo the deletion").click().run()
    assert index.entries() == before and len(table(app)) == 9
    assert "2 runs are chosen" in says(app)


def test_the_last_run_can_be_brought_back_and_deleted_for_good(visit):
    run_id = ended()
    app = labelled(choose(visit("runs"), run_id).button, "Delete").click().run()
    assert "Nothing was trained yet" in says(app)
    app = labelled(app.button, "Delete 1 for good").click().run()
    assert not store.folder(run_id).exists() and "Deleted, and kept" not in says(app)


def test_a_run_that_has_not_ended_is_stopped_before_it_is_deleted(visit):
    run_id = store.create("", "{}", "{}", name="Waiting", data="digits")
    app = choose(visit("runs"), run_id)
    assert labelled(app.button, "Delete").disabled
    assert "has not ended. Stop it first" in labelled(app.button, "Delete").help
    assert not labelled(app.button, "Stop").disabled


def test_a_run_that_was_deleted_elsewhere_is_not_chosen_any_more(visit):
    run_id, other = ended("Gone"), ended("Here")
    app = choose(visit("runs"), run_id, other)
    shelf.delete([run_id])
    assert labelled(app.run().text_input, "Name").value == "Here"


def test_a_hostile_name_stays_text(visit):
    run_id = ended("![x](http://evil.invalid)", note="![x](http://evil.invalid)")
    app = choose(visit("runs"), run_id)
    app = labelled(app.button, "Delete").click().run()
    assert not any("](http" in each.value for each in (*app.markdown, *app.caption))


# --- the comparison


def compared(visit, *ids: str) -> AppTest:
    app = visit("runs")
    app.query_params["runs"] = "-".join(ids)
    app = app.run()
    assert not app.exception
    return app


@pytest.fixture
def pair() -> tuple[str, str]:
    """Two runs that differ in a setting and in their networks."""
    first = template("iris_mlp")
    second = edits.set_param(first, "fc1", "out_features", 48)
    runs = ended("First"), ended("Second", settings={"lr": 0.5})
    for run_id, document in zip(runs, (first, second), strict=True):
        (store.folder(run_id) / "document.loom.json").write_text(document.to_json())
    return runs


def test_runs_in_the_address_are_compared_in_their_order(visit, pair):
    app = compared(visit, pair[1], pair[0])
    charts = component(app, "live_charts")
    assert [run["name"] for run in charts["runs"]] == ["Second", "First"] and charts["view"] == "compare"
    words = says(app)
    assert "#### Second against First" in words
    assert "| lr | 0.5 | **0.01** |" in words and "| epochs" not in words
    assert "1 changed" in words and "fc1: out_features 48 → " in words


def test_the_comparison_is_left_for_the_list(visit, pair):
    app = labelled(compared(visit, *pair).button, "All runs").click().run()
    assert len(table(app)) == 2 and "runs" not in app.query_params
    assert len(table(app.run())) == 2  # and it does not come back


def test_runs_that_are_gone_are_left_out_of_a_comparison(visit, pair):
    words = says(compared(visit, *pair, "0123456789abcdef"))
    assert "Not here any more: 1 of the runs" in words and "First against Second" in words
    assert "There is nothing to compare" in says(compared(visit, pair[0], "0123456789abcdef"))


def test_an_address_that_names_no_run_shows_the_list(visit):
    ended()
    app = visit("runs")
    for address in ("../../etc/passwd", "x" * 5000, "-", "0123456789abcdeF"):
        app.query_params["runs"] = address
        assert len(table(app.run())) == 1


def test_a_network_that_cannot_be_read_is_said(visit, pair):
    (store.folder(pair[0]) / "document.loom.json").write_text("{}")
    assert "The network of the first run cannot be read" in says(compared(visit, *pair))


# --- the queue


def test_how_many_runs_compute_at_once_is_chosen_and_kept(visit):
    store.create("", "{}", "{}", name="First", state="done", data="digits")
    app = labelled(visit("runs").number_input, "Runs at once on the processor").set_value(7).run()
    assert policy.limit("cpu") == 7
    assert labelled(app.number_input, "Runs at once on the processor").value == 7
    app = labelled(app.toggle, "Resume lost runs").set_value(False).run()
    assert not app.exception and not policy.resumes_lost()


def test_a_limit_of_the_environment_can_only_be_read(visit, monkeypatch):
    monkeypatch.setenv("LAYERLOOM_RUNS_CPU", "3")
    store.create("", "{}", "{}", name="First", state="done", data="digits")
    widget = labelled(visit("runs").number_input, "Runs at once on the processor")
    assert (widget.value, widget.disabled) == (3, True)


def test_the_limits_of_all_devices_are_there_before_the_first_run(visit, monkeypatch):
    monkeypatch.setattr(type(service()), "devices", lambda self: ["cpu", "cuda"])
    app = visit("runs")
    assert "Nothing was trained yet" in says(app)
    for device in ("the processor", "the graphics card"):
        assert labelled(app.number_input, f"Runs at once on {device}").value >= 1


def test_a_run_that_waits_says_at_which_place(visit):
    app, me = visit("runs"), psutil.Process()
    ids = [ended(f"Run {number}", state="queued") for number in range(3)]
    for run_id in ids:
        store.update(run_id, pid=me.pid, born=me.create_time())
        queue.enter(run_id, "cpu")
    places = {row["name"]: row["place"] for row in table(choose(app, ids[1]))}
    assert places == {"Run 0": 1, "Run 1": 2, "Run 2": 3}
    assert "number 2 in the queue" in says(app)
    queue.leave(ids[0])
    assert "number 1 in the queue" in says(app.run())
