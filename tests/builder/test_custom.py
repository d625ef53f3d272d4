"""Layers written in Python: read and never run until trusted, then run apart, with limits."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import torch

from builder import (
    Document,
    DocumentError,
    ProblemsError,
    build,
    check,
    custom,
    edits,
    flow,
    summary,
    to_python,
)
from builder.block_edits import explode, inside, make_block
from builder.custom import CustomError, from_source, process, trust
from builder.custom.check import REASONS, Checker
from builder.custom.written import DEEPEST, LARGEST
from builder.custom_edits import FIRST, add_custom, set_source
from builder.edits import EditError
from builder.templates import template

HALVE = from_source(FIRST)
SCALE = """\
class Scale(nn.Module):
    def __init__(self, features: int, by=2.0):
        super().__init__()
        self.by = by
        self.fc = nn.Linear(features, features)

    def forward(self, x):
        return F.relu(self.fc(x) * self.by)
"""


def around(source: str, params: dict | None = None, name: str = "", **data) -> Document:
    """Input -> the layer of that source -> Output."""
    name = name or source.partition("class ")[2].partition("(")[0]
    nodes = [
        {"id": "x", "kind": "Input", "params": {"shape": [4, 8], **data}},
        {"id": "own", "kind": name, "params": params or {}},
        {"id": "out", "kind": "Output"},
    ]
    raw = {"format": "layerloom/1", "main": {"nodes": nodes}, "blocks": {name: {"source": source}}}
    return Document.from_json(json.dumps(raw))


def forward(*lines: str, init: str = "pass", takes: str = "x") -> str:
    body = "".join(f"        {line}\n" for line in lines)
    start = f"    def __init__(self):\n        super().__init__()\n        {init}\n"
    return f"class Own(nn.Module):\n{start}    def forward(self, {takes}):\n{body}"


def complaint(document: Document) -> str:
    (problem,) = check(document, trust=True).problems
    assert problem.node == "own"
    return problem.message


# --- the format


def test_a_document_with_code_comes_back_equal():
    document = around(SCALE, {"features": 8})
    assert Document.from_json(document.to_json()) == document
    assert document.custom["Scale"].source == SCALE


def test_line_ends_and_ends_of_lines_are_tidied():
    assert from_source("\r\n" + SCALE.replace("\n", "  \r\n")).source == SCALE


def test_the_form_is_read_off_the_constructor_and_the_wires_off_forward():
    source = (
        "class Own(nn.Module):\n"
        "    def __init__(self, size, rate=0.5, *, deep: bool = False, name: str = 'a', sizes=[1, 2], "
        "most: int | None = None, act=nn.ReLU()):\n"
        "        super().__init__()\n"
        "    def forward(self, x, mask=None):\n"
        "        return x, mask\n"
    )
    kind = custom.kind(from_source(source))
    assert [(p.name, p.type, p.default, p.required, p.optional) for p in kind.params] == [
        ("size", "any", 1, True, False),
        ("rate", "float", 0.5, False, False),
        ("deep", "bool", False, False, False),
        ("name", "text", "a", False, False),
        ("sizes", "any", (1, 2), False, False),
        ("most", "int", None, False, True),
    ]
    assert (kind.inputs, kind.least, kind.ports) == (("x", "mask"), 1, ("x", "mask"))


BAD = {
    "class Own(nn.Module): pass": "has no forward",
    "x = 1\n" + SCALE: "Line 1: only imports may stand beside the class",
    "import os\n" + SCALE: "import os cannot stand",
    "from os import path\n" + SCALE: "from os import path cannot stand",
    "from torch import *\n" + SCALE: r"from torch import \* cannot stand",
    "from . import x\n" + SCALE: "cannot stand",
    "import torch.utils\n" + SCALE: "import torch.utils cannot stand",
    SCALE + SCALE.replace("Scale", "Other"): "one class and here is 2 classes",
    "": "one class and here is no class",
    SCALE.replace("nn.Module", "object"): "must derive from nn.Module alone",
    SCALE.replace("nn.Module", "nn.Module, metaclass=M"): "must derive from nn.Module alone",
    "import math as nn\n" + SCALE: "must derive from nn.Module alone",
    SCALE.replace("Scale", "torch"): "'torch' cannot name a layer's class",
    SCALE.replace("Scale", "F"): "the class has the name of an import",
    SCALE.replace("def forward", "async def forward"): "forward must be one plain method",
    SCALE.replace("return", "pass #"): "forward returns nothing",
    SCALE.replace("class", "clas"): "Line 1: this is not Python",
    SCALE.replace("2.0", "2.0 # \u202e"): r"a letter that cannot be seen \(U\+202E\)",
    SCALE.replace("2.0", "'\ud800'"): "a letter that cannot be seen",
    SCALE.replace("2.0", "\x00"): "a letter that cannot be seen",
    SCALE.replace("2.0", "9" * 5_000): "not Python",
    SCALE.replace("2.0", "-" * 10_000 + "1"): "nested too deeply",
    SCALE.replace("2.0", "1" + " + 1" * DEEPEST): "nested too deeply",
    SCALE.replace("2.0", "a" + ".b" * 5_000): "nested too deeply",
    "#" * LARGEST + "\n" + SCALE: "20,000 is the limit",
    "#" * 10_000_000: "20,000 is the limit",
}


@pytest.mark.parametrize("source", BAD, ids=lambda source: BAD[source][:30])
def test_source_that_can_be_no_layer_is_refused_with_a_sentence(source):
    with pytest.raises(CustomError, match=BAD[source]) as refused:
        from_source(source)
    assert str(refused.value).endswith((".", ":"))


def test_a_refusal_of_a_file_says_where():
    with pytest.raises(DocumentError, match=r"^blocks.Own.source: Line 1: import os cannot"):
        around("import os\n" + forward("return x"), name="Own")
    with pytest.raises(DocumentError, match=r"^blocks.Other.source: the class is named Own and the block"):
        around(forward("return x"), name="Other")
    with pytest.raises(DocumentError, match=r"params.by: by takes a number"):
        around(SCALE, {"features": 8, "by": "much"})
    with pytest.raises(DocumentError, match=r"params.speed: Scale has no argument"):
        around(SCALE, {"speed": 8})


# --- trust


def spying(place: Path) -> str:
    """Source that leaves a file behind wherever code of it is run: decorator, default, body, methods."""
    write = f"open({str(place)!r}, 'a').close()"
    return (
        f"@(lambda c: ({write}, c)[1])\nclass Own(nn.Module):\n    seen = {write}\n"
        f"    def __init__(self, x={write}):\n        super().__init__()\n        {write}\n"
        f"    def forward(self, x):\n        {write}\n        return x\n"
    )


def test_code_is_not_run_before_it_is_trusted(tmp_path):
    place = tmp_path / "it-ran"
    document = around(spying(place))
    report = check(document)
    (problem,) = report.problems
    assert problem.message.startswith(
        "own (Own) runs Python code of its own (class Own). Read it and trust it"
    )
    assert report.waits == {"out": "own"}
    for act in (to_python, build, summary):
        with pytest.raises(ProblemsError, match="runs Python code of its own"):
            act(document)
    edited = edits.duplicate(edits.rename(document, "own", "mine"), "mine")
    set_source(edited, "Own", spying(place) + "# more\n")
    Document.from_json(edited.to_json())
    assert check(document, trust=frozenset({HALVE.digest})).problems
    assert not place.exists()
    assert check(document, trust=True).ok
    assert place.exists()


def test_trust_holds_for_this_very_code_and_is_kept_beside_the_documents(tmp_path, monkeypatch):
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    document = around(forward("return x"))
    assert trust.kept(document) == frozenset()
    trust.keep(document.custom["Own"])
    assert trust.kept(document) == {document.custom["Own"].digest}
    assert check(document, trust=trust.kept(document)).ok
    assert trust.kept(around(forward("return x "))) == trust.kept(document)  # tidied: the same code
    changed = set_source(document, "Own", forward("return x * 1"))
    assert trust.kept(changed) == frozenset()
    assert "Own" not in json.loads(document.to_json()).get("trusted", "")


@pytest.mark.parametrize("switch", ["off", "OFF", "no", "0", "offf"])
def test_a_server_that_is_switched_off_runs_no_code_whatever_is_trusted(tmp_path, monkeypatch, switch):
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path / "home"))
    document = around(spying(tmp_path / "it-ran"))
    trust.keep(document.custom["Own"])
    monkeypatch.setenv("LAYERLOOM_CUSTOM_CODE", switch)
    assert trust.kept(document) == frozenset()
    for given in (True, frozenset({document.custom["Own"].digest})):
        assert (
            "none is run here (LAYERLOOM_CUSTOM_CODE=off)" in check(document, trust=given).problems[0].message
        )
        assert "none is run here" in trust.refusal(document, given)
        with pytest.raises(ProblemsError, match="none is run here"):
            build(document, trust=given)
    assert not (tmp_path / "it-ran").exists()


def test_code_that_nothing_uses_stands_in_nobodys_way():
    document = edits.remove(around(forward("1 / 0", "return x")), "own")
    assert check(document).ok
    assert trust.refusal(document, False) == ""


# --- what it gives


@pytest.mark.parametrize(
    ("source", "shapes"),
    [
        (FIRST, {"output": (4, 8)}),
        (forward("return x.mean(1)"), {"output": (8,)}),
        (forward("y = x[:, 0]", "return y, x"), {"y": (8,), "x": (4, 8)}),
        (forward("return x[:, 0], x.sum((1, 2))"), {"0": (8,), "1": ()}),
        (forward("if self.training:", "    return x", "return x * 1"), {"output": (4, 8)}),
        (forward("return x.flatten(1) if y is None else y", takes="x, y=None"), {"output": (32,)}),
    ],
)
def test_the_shapes_are_those_of_the_network_built(source, shapes):
    document = around(source)
    report = check(document, trust=True)
    assert report.shapes["own"] == shapes
    assert report.ok
    module = build(document, trust=True)
    assert tuple(module(torch.randn(3, 4, 8)).shape[1:]) == next(iter(shapes.values()))


def test_whole_numbers_are_below_what_flows_in():
    report = check(around(forward("return torch.eye(9)[x].argmax(-1)"), dtype="int64", high=9), trust=True)
    spec = report.specs["own"]["output"]
    assert (spec.dtype, spec.high, spec.example) == ("int64", 9, (4, 8))


FAILURES = {
    forward("return x @ x"): r"own \(Own\) gets \(4, 8\) and fails in line 6 of its code: RuntimeError: ",
    forward("return x", init="1 / 0"): "fails in line 4 of its code: ZeroDivisionError",
    forward("return y"): "fails in line 6 of its code: NameError",
    forward("return float(x.sum())"): "gives a float where a tensor is needed",
    forward("return nn.LSTM(8, 2)(x)"): "gives a tuple of 2 where a tensor is needed",
    forward(
        "if self.training:", "    return x, x", "return self.all", init="self.all = None"
    ): "tensor is needed",
    forward("return x if self.training else x[:, 0]"): r"gives \(3, 4, 8\) in training and \(3, 8\) after it",
    forward("return x[: len(x) // 2]"): r"gives \(1, 4, 8\) for a batch of 3 and \(2, 4, 8\) for one of 5",
    forward("return torch.zeros(10**11)"): "needs more memory than the 2 GB",
    forward("import os", "os._exit(0)", "return x"): "ended the process that runs it",
    forward("import os", "os.abort()", "return x"): "ended the process that runs it",
    forward("raise SystemExit", "return x"): "fails in line 6 of its code: SystemExit",
    forward("open('much', 'wb').write(bytes(10**7))", "return x"): "File too large",
    forward("input()", "return x"): "EOF",
}


@pytest.mark.parametrize("source", FAILURES, ids=lambda source: FAILURES[source][:40])
def test_what_goes_wrong_is_said_at_the_node(source):
    assert re.search(FAILURES[source], complaint(around(source)))


def test_code_that_does_not_end_is_cut_off_and_the_next_is_answered(monkeypatch):
    monkeypatch.setattr("builder.custom.check.SECONDS", 1)
    endless = around(forward("while True:", "    pass", "return x"))
    report = check(endless, trust=True, wait=False)  # as a page asks, which does not wait
    assert report.checking == ("own",)
    assert not report.ok
    assert "takes longer than 1 s on (4, 8)" in complaint(endless)
    assert check(around(forward("return x + 3")), trust=True).ok


def test_code_sees_no_environment_no_other_layer_and_none_of_its_own_past(monkeypatch):
    monkeypatch.setenv("SECRET", "something")
    told = complaint(
        around(forward("import os", "raise ValueError(sorted(os.environ), os.listdir())", "return x"))
    )
    assert "SECRET" not in told
    assert told.endswith("[])")  # an empty folder of its own
    spoiling = forward("nn.Linear.forward = None", "torch.relu = None", "return x")
    assert check(around(spoiling), trust=True).ok
    assert check(around(forward("return torch.relu(nn.Linear(8, 8)(x))")), trust=True).ok


def test_it_is_run_once_for_the_same_code_params_and_input(tmp_path):
    place = tmp_path / "runs"
    line = f"open({str(place)!r}, 'a').write('x')"
    document = around(forward(line, "return x"))
    assert check(document, trust=True).ok
    times = len(place.read_text())
    moved = edits.add_after(edits.rename(document, "own", "other"), "other", "ReLU")
    assert check(moved, trust=True).ok
    assert len(place.read_text()) == times


def test_a_process_that_died_is_started_again_and_one_that_cannot_is_said(monkeypatch):
    assert check(around(forward("return x + 1")), trust=True).ok
    process.runner()._process.kill()
    with monkeypatch.context() as patch:
        patch.setattr("sys.executable", "/bin/false")
        assert complaint(around(forward("return x + 2"))).endswith(REASONS["gone"])
    assert check(around(forward("return x + 2")), trust=True).ok


# --- in a network


def test_it_is_printed_as_it_was_written_and_the_file_stands_alone():
    source = "import math\nfrom torch.nn import functional as F\n" + SCALE.replace("* self.by", "* math.pi")
    document = around(source, {"features": 8})
    text = to_python(document, trust=True)
    assert from_source(source).read.body in text
    assert text.count("import math\n") == 1
    scope = {"__name__": "alone"}
    exec(compile(text, "alone", "exec"), scope)  # noqa: S102  printed above, of the test's own code
    assert scope["Network"]()(torch.randn(2, 4, 8)).shape == (2, 4, 8)
    assert "self.own = Scale(8)" in text


def test_its_weights_and_their_work_are_counted():
    document = around(SCALE, {"features": 8})
    statistics = summary(document, batch=5, trust=True)
    assert statistics.total_params == 8 * 8 + 8
    found = flow.infer(document, Checker(True))
    figures = flow.figures(document, found.of)["own"]
    assert (figures.parameters, figures.multiply_adds, figures.outputs) == (72, 4 * 8 * 8, 32)


def test_it_stands_in_blocks_with_sums_is_repeated_and_shared():
    document = around(SCALE, {"features": 8})
    document = edits.set_field(document, "own", "repeat", 2)
    document = edits.duplicate(document, "own")
    (copy,) = (n.id for n in document.main.of_kind("Scale") if n.id != "own")
    document = edits.set_field(document, copy, "shares", "own")
    assert sum(p.numel() for p in build(document, trust=True).parameters()) == 2 * 72
    document = make_block(around(SCALE, {"features": 8}), ["own"], "Step")
    text = (
        document.to_json()
        .replace('{"params": {}', '{"params": {"size": 8}')
        .replace('"features": 8', '"features": "=size"')
    )
    document = Document.from_json(text)
    assert "self.own = Scale(size)" in to_python(document, trust=True)
    assert "step1/own" in check(document).problems[0].node


@pytest.mark.parametrize("field", [("init", {"weight": "zeros_"}), ("parametrize", "weight_norm")])
def test_how_its_weights_begin_is_said_in_its_code(field):
    assert "is written in Python; say in its code" in complaint(edits.set_field(around(FIRST), "own", *field))


def test_a_name_stands_for_one_thing_in_the_file():
    document = around("from math import sqrt\n" + forward("return x * sqrt(2)"))
    other = forward("return sqrt(x.abs())").replace("Own", "Other")
    document = add_custom(document, "own")
    document = set_source(document, "Halve", "from torch import sqrt\n" + other)
    (problem,) = check(document, trust=True).problems
    assert problem.message == "Other uses sqrt for torch.sqrt, and it is math.sqrt elsewhere. Rename one."


# --- edits


def test_a_new_one_works_and_an_edit_of_it_is_undone_like_any():
    document = add_custom(template("digits_cnn"), "flatten")
    assert document.main["halve1"].kind == "Halve"
    assert check(document, trust=True).ok
    document = add_custom(document, "halve1")
    assert list(document.custom) == ["Halve", "Halve2"]


def test_a_new_one_can_stand_in_a_block():
    document = make_block(around(SCALE, {"features": 8}), ["own"], "Step")
    document = inside(document, "Step", add_custom, "own")
    assert document.blocks["Step"].graph["halve1"].inputs == ("own",)
    assert check(document, trust=True).ok


def test_the_name_of_the_class_is_the_name_of_the_layer_everywhere():
    document = make_block(around(SCALE, {"features": 8, "by": 3.0}), ["own"], "Step")
    changed = set_source(document, "Scale", SCALE.replace("Scale", "Grow").replace("by=2.0", "by: int = 2"))
    node = changed.blocks["Step"].graph["own"]
    assert (node.kind, dict(node.params)) == ("Grow", {"features": 8})  # 3.0 is no whole number
    assert list(changed.custom) == ["Grow"]
    with pytest.raises(EditError, match="Linear is a layer or block already"):
        set_source(document, "Scale", SCALE.replace("Scale", "Linear"))
    with pytest.raises(EditError, match="Step is a layer or block already"):
        set_source(document, "Scale", SCALE.replace("Scale", "Step"))


def test_there_is_nothing_to_explode():
    with pytest.raises(EditError, match="own is written in Python"):
        explode(around(FIRST), "own")
