"""What the canvas reports, done to a visit: without a browser, and without a checker."""

import pytest

import gestures
from builder import block_edits, edits
from builder.answers import Answer
from builder.checks import check
from builder.custom_edits import ENTRY
from builder.document import Block, Document, Graph, Node
from builder.drawing import scene
from builder.fixes import Fix
from visit import Visit

STEP = Block(
    Graph(
        (
            Node("x", "Input"),
            Node("a", "ReLU", ("x",)),
            Node("b", "GELU", ("a",)),
            Node("out", "Output", ("b",)),
        )
    )
)
OUTER = Block(Graph((Node("x", "Input"), Node("in1", "Step", ("x",)), Node("out", "Output", ("in1",)))))
DOCUMENT = Document(
    "Network",
    Graph(
        (
            Node("image", "Input", (), {"shape": (8,)}),
            Node("one", "Outer", ("image",)),
            Node("two", "Step", ("one",)),
            Node("add", "Add", ("two", "one")),
            Node("answer", "Output", ("add",)),
        )
    ),
    {"Step": STEP, "Outer": OUTER},
)


@pytest.fixture
def visit(tmp_path, monkeypatch) -> Visit:
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    monkeypatch.setattr(Visit, "answer", lambda self: None)
    visit = Visit()
    visit.start(DOCUMENT)
    return visit


def does(visit: Visit, act: str, **fields) -> None:
    gestures.handle(visit, {"type": act, **fields})


def test_a_frame_is_opened_and_closed_and_what_was_selected_in_it_gives_way_to_it(visit):
    does(visit, "toggle", id="one")
    does(visit, "toggle", id="one/in1")
    does(visit, "select", id="one/in1/a")
    assert set(visit.frames) == {"one", "one/in1"}
    assert (visit.node().id, visit.way) == ("a", ("one", "in1"))
    does(visit, "toggle", id="one")
    assert visit.selected == "one"
    assert visit.document == DOCUMENT  # a view, no edit


def test_an_inner_layer_is_edited_in_its_block_for_all_its_uses(visit):
    does(visit, "toggle", id="two")
    does(visit, "remove", ids=["two/b"])
    assert [n.id for n in visit.document.blocks["Step"].graph.nodes] == ["x", "a", "out"]
    assert visit.selected == "two/a"
    does(visit, "add", kind="Tanh")
    assert visit.document.blocks["Step"].graph["tanh1"].inputs == ("a",)
    assert visit.selected == "two/tanh1"
    does(visit, "undo")
    does(visit, "undo")
    assert visit.document == DOCUMENT


def test_frames_follow_a_new_name_and_are_forgotten_with_their_block(visit):
    does(visit, "toggle", id="one")
    does(visit, "toggle", id="one/in1")
    visit.rename((), "one", "first")
    visit.rename(("first",), "in1", "inner")
    assert set(visit.frames) == {"first", "first/inner"}
    does(visit, "remove", ids=["first"])
    assert visit.frames == ()
    does(visit, "undo")
    assert visit.frames == ()


def test_inside_an_opened_block_frames_are_those_of_that_use(visit):
    does(visit, "toggle", id="one/in1")
    assert visit.frames == ("one/in1",)
    does(visit, "open", id="one")
    assert (visit.path, visit.frames) == (("one",), ("in1",))
    does(visit, "select", id="in1/a")
    assert visit.node().id == "a"


def test_a_problem_in_a_frame_is_shown_there_and_in_a_closed_block_by_going_in(visit):
    does(visit, "toggle", id="two")
    visit.show_problem("two[0]/a")
    assert (visit.path, visit.selected) == ((), "two/a")
    visit.show_problem("one/in1/a")
    assert (visit.path, visit.selected) == (("one", "in1"), "a")
    visit.show_problem("add")
    assert (visit.path, visit.selected) == ((), "add")


def test_a_repair_is_made_where_the_problem_stands(visit):
    visit.repair(Fix("Remove b", "remove", ("b",)), "two[0]/b")
    assert "b" not in visit.document.blocks["Step"].graph
    visit.repair(Fix("Remove add", "remove", ("add",)), "add")
    assert "add" not in visit.document.main


def test_a_wire_is_laid_in_the_graph_where_both_ends_stand(visit):
    does(visit, "connect", source="image", target="add", slot=-1)
    assert visit.document.main["add"].inputs == ("two", "one", "image")
    does(visit, "connect", source="two/x", target="two/b", slot=0)
    assert visit.document.blocks["Step"].graph["b"].inputs == ("x",)
    before = visit.document
    does(visit, "connect", source="image", target="two/b", slot=0)
    assert visit.document == before
    assert "does not cross its edge" in visit.messages[-1]


def test_what_a_wire_may_be_led_to_is_said_until_something_else_is_done(visit):
    does(visit, "wire", id="two", port="", side="out")
    assert gestures.hand(visit)["wiring"]["allowed"] == ["add", "answer"]
    does(visit, "wire", id="two/b", port="", side="in")
    said = gestures.hand(visit)["wiring"]
    assert (said["allowed"], said["slots"]) == (["two/a", "two/x"], [["x", "a"]])
    does(visit, "select", id="two")
    assert "wiring" not in gestures.hand(visit)


def test_the_next_layer_goes_on_the_wire_that_was_chosen_for_it(visit):
    does(visit, "insert", target="add", slot=1)
    assert gestures.hand(visit)["inserting"] == ("add", 1)
    does(visit, "add", kind="Dropout")
    assert visit.document.main["add"].inputs == ("two", "dropout1")
    assert visit.selected == "dropout1"
    assert "inserting" not in gestures.hand(visit)
    does(visit, "insert", target="add", slot=0)
    does(visit, "add", kind=ENTRY)
    assert visit.document.main["add"].inputs == ("halve1", "dropout1")
    does(visit, "undo")
    does(visit, "disconnect", target="add", slot=1)
    assert visit.document.main["add"].inputs == ("two",)


def test_several_are_removed_with_one_edit_and_copied_text_comes_back(visit):
    does(visit, "select_several", ids=["two", "add", "gone", 7])
    assert visit.chosen == ("two", "add")
    does(visit, "remove", ids=["two", "add"])
    assert [n.id for n in visit.document.main.nodes] == ["image", "one", "answer"]
    does(visit, "undo")
    does(visit, "copy", ids=["two", "add"], cut=True)
    number, text = gestures.hand(visit)["copied"]
    assert number == 1
    assert "two" not in visit.document.main and "add" not in visit.document.main
    does(visit, "undo")
    assert visit.document == DOCUMENT
    assert "copied" not in gestures.hand(visit)
    does(visit, "select", id="one")
    does(visit, "paste", text=text, own=False)
    assert visit.document.main["step1"].inputs == ("one",)
    assert (visit.selected, visit.chosen) == ("step1", ("step1", "add1"))
    does(visit, "paste", text="", own=True)  # a browser without a clipboard
    assert "step2" in visit.document.main


def test_a_clipboard_without_text_pastes_nothing_and_not_what_was_copied_before(visit):
    does(visit, "copy", ids=["two"], cut=False)
    for text, said in (("", "holds no network"), ("no layers", "holds no layers")):
        does(visit, "paste", text=text, own=False)
        assert f"The clipboard {said}" in visit.messages[-1]
    assert visit.document == DOCUMENT


def test_where_nothing_was_copied_and_no_clipboard_is_seen_the_key_is_named(visit):
    does(visit, "paste", text="", own=True)
    assert visit.messages == ["The browser does not show what its clipboard holds. Press Ctrl+V instead."]


def test_the_first_of_several_selected_is_the_one_that_the_form_shows(visit):
    does(visit, "select_several", ids=["add", "one"])
    assert (visit.selected, visit.chosen) == ("add", ("add", "one"))
    does(visit, "select_several", ids=["gone", "two"])
    assert (visit.selected, visit.chosen) == ("two", ())


def test_several_are_duplicated_and_moved_in_one_step_each_and_stay_selected(visit):
    does(visit, "duplicate", ids=["two/a", "two/b", "add", "gone"])
    assert [n.id for n in visit.document.blocks["Step"].graph.nodes] == [
        "x",
        "a",
        "b",
        "relu1",
        "gelu1",
        "out",
    ]
    assert (visit.selected, visit.chosen) == ("two/relu1", ("two/relu1", "two/gelu1"))
    does(visit, "move", ids=["two/relu1", "two/gelu1"], by=-1)
    assert [n.id for n in visit.document.blocks["Step"].graph.nodes] == [
        "x",
        "a",
        "relu1",
        "gelu1",
        "b",
        "out",
    ]
    assert visit.chosen == ("two/relu1", "two/gelu1")
    does(visit, "undo")
    does(visit, "undo")
    assert visit.document == DOCUMENT


def test_with_several_removed_what_stood_before_them_is_selected(visit):
    does(visit, "select_several", ids=["two", "add"])
    does(visit, "remove", ids=["two", "add"])
    assert (visit.selected, visit.chosen) == ("one", ())


def test_a_step_back_leaves_what_stood_before_the_layer_that_goes_selected(visit):
    does(visit, "select", id="add")
    does(visit, "add", kind="Tanh")
    does(visit, "undo")
    assert visit.selected == "add"
    does(visit, "select", id="add")
    visit.rename((), "add", "sum")
    does(visit, "undo")
    assert visit.selected == "add"
    does(visit, "redo")
    assert visit.selected == "sum"


def test_a_step_back_in_a_frame_stays_in_it(visit):
    does(visit, "toggle", id="two")
    does(visit, "select", id="two/b")
    does(visit, "add", kind="Tanh")
    assert visit.selected == "two/tanh1"
    does(visit, "undo")
    assert visit.selected == "two/b"


def test_a_block_is_made_of_what_is_selected(visit):
    does(visit, "block", ids=["two", "add"], name="Tail")
    assert [n.id for n in visit.document.main.nodes] == ["image", "one", "tail1", "answer"]
    assert visit.selected == "tail1"


def test_what_is_not_there_any_more_changes_nothing(visit):
    for kind in ("select", "open", "toggle"):
        does(visit, kind, id="gone/deep")
    for kind in ("remove", "duplicate", "select_several"):
        does(visit, kind, ids=["gone/deep", 7])
    does(visit, "move", ids=["gone"], by=1)
    does(visit, "block", ids=["gone"], name="Tail")
    does(visit, "copy", ids=[], cut=False)
    does(visit, "unheard of")
    assert visit.document == DOCUMENT


def test_typed_words_add_the_layer_that_was_chosen_among_what_they_may_mean(visit):
    does(visit, "phrase", text="drop 0.3", kind="Dropout1d")
    assert (visit.node().kind, visit.node().params) == ("Dropout1d", {"p": 0.3})
    does(visit, "phrase", text="fc 3", kind="")
    assert (visit.node().kind, visit.node().params) == ("Linear", {"out_features": 3})
    before = visit.document
    does(visit, "phrase", text="qwertz", kind="")
    assert visit.document == before
    assert "conv 32 k5" in visit.messages[-1]


# --- another kind in a layer's place, the form, the pictures


def test_what_may_stand_in_a_layers_place_is_told_until_something_else_is_done(visit):
    does(visit, "kinds", id="one/in1/a")
    said = gestures.hand(visit)["kinds"]
    assert (said["id"], said["kind"], said["fellows"]) == ("one/in1/a", "ReLU", 1)
    assert "GELU" in [name for name, _ in said["kinds"]]
    does(visit, "select", id="one")
    assert "kinds" not in gestures.hand(visit)


def test_what_closed_blocks_hold_is_told_while_a_layer_is_looked_for(visit):
    does(visit, "toggle", id="two")
    assert "closed" not in gestures.hand(visit)
    does(visit, "closed")
    said = gestures.hand(visit)["closed"]
    assert ["one/in1/a", "ReLU", "Activation"] in said["layers"]
    assert not said["cut"] and not any(path.startswith("two/") for path, *_ in said["layers"])
    does(visit, "select", id="one")
    assert "closed" not in gestures.hand(visit)


def test_a_layer_inside_closed_blocks_is_reached_by_opening_them(visit):
    does(visit, "reach", id="one/in1/a")
    assert (visit.selected, set(visit.frames)) == ("one/in1/a", {"one", "one/in1"})
    assert "one/in1/a" in [box.id for box in scene(visit.shown, opened=visit.frames).boxes]
    does(visit, "reach", id="one/gone")
    assert visit.selected == "one/in1/a"
    assert visit.document == DOCUMENT  # a view, no edit


def test_inside_an_entered_block_layers_are_reached_from_there(visit):
    does(visit, "open", id="one")
    does(visit, "closed")
    assert [path for path, *_ in gestures.hand(visit)["closed"]["layers"]] == [
        f"in1/{n}" for n in ("x", "a", "b", "out")
    ]
    does(visit, "reach", id="in1/b")
    assert (visit.path, visit.selected, visit.frames) == (("one",), "in1/b", ("in1",))


def test_a_layer_in_a_block_is_replaced_or_all_of_its_kind(visit):
    does(visit, "replace", id="two/a", kind="GELU", all=False)
    assert [visit.document.blocks["Step"].graph[node].kind for node in "ab"] == ["GELU", "GELU"]
    does(visit, "replace", id="two/a", kind="Tanh", all=True)
    assert [visit.document.blocks["Step"].graph[node].kind for node in "ab"] == ["Tanh", "Tanh"]


def test_a_kind_that_is_none_is_refused_with_a_sentence(visit):
    does(visit, "replace", id="two/a", kind="Qwertz", all=False)
    does(visit, "replace", id="gone", kind="Tanh", all=True)
    assert (visit.document, visit.messages) == (DOCUMENT, ["There is no layer named 'Qwertz'."])


def test_to_edit_a_layer_is_to_select_it_with_its_form(visit):
    visit.settings["beside"] = "Code"
    does(visit, "edit", id="two/a")
    assert (visit.selected, visit.settings["beside"]) == ("two/a", "Layer")


def test_pictures_are_switched_on_and_off(visit):
    for wanted in (True, False):
        does(visit, "pictures")
        assert visit.pictures is wanted
    assert visit.document == DOCUMENT


# --- what is said of a block's layers


def test_a_use_that_waits_says_what_is_wrong_with_the_layers_of_its_block(visit, monkeypatch):
    monkeypatch.setattr(Visit, "answer", lambda self: Answer(check(self.document), {}))
    visit.apply_whole(block_edits.inside, "Step", edits.add_after, "a", "Conv2d", None, {"out_channels": 4})
    assert visit.answer().report.waits["two"] == "one/in1/conv1"  # the Step that comes first
    (problem,) = visit.answer_at(("two",)).report.problems
    assert (problem.node, problem.severity) == ("conv1", "error")
    assert not visit.answer_at(("two",)).report.specs
    assert visit.answer_at(("one", "in1")).report.specs


def test_a_node_is_found_by_the_names_it_had(visit):
    visit.rename((), "two", "three")
    visit.rename((), "three", "four")
    visit.rename(("one", "in1"), "a", "first")
    assert visit.now_called((), "two") == visit.now_called((), "three") == "four"
    assert visit.once_called((), "four") == ["two", "three"]
    assert visit.now_called(("four",), "a") == "first"  # the same block
    assert visit.now_called((), "a") == "a"
    visit.rename((), "one", "two")  # another has the name now
    assert visit.now_called((), "two") == "two"
    assert visit.once_called((), "four") == ["three"]
    does(visit, "remove", ids=["four"])
    assert visit.now_called((), "three") == "four"
    visit.start(DOCUMENT)
    assert visit.once_called((), "one") == []
