"""Reading what nobody should have written: it ends soon, in a sentence, and runs nothing."""

from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.source import read as reading
from builder.source.read import SourceError, from_python, read

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"


def in_init(*statements, forward=("return self.fc(x)",)):
    body = "".join(f"        {line}\n" for line in statements)
    rest = "".join(f"        {line}\n" for line in forward)
    return (
        f"{HEAD}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n{body}"
        f"    def forward(self, x):\n{rest}"
    )


def twice(number):
    """A class that holds two of the one before it."""
    inner = f"C{number - 1}()" if number else "nn.ReLU()"
    return (
        f"class C{number}(nn.Module):\n    def __init__(self):\n        self.a, self.b = {inner}, {inner}\n"
        "    def forward(self, x):\n        return self.b(self.a(x))\n"
    )


LIMIT = 60.0  # seconds of the processor: far more than any of these takes, far less than what never ends


def soon(source):
    """What comes of a source within the limit: a reading, or the message of its refusal."""
    start = process_time()
    try:
        return read(source)
    except SourceError as error:
        return str(error)
    finally:
        assert process_time() - start < LIMIT


def test_nothing_of_the_source_is_run(tmp_path):
    marker = tmp_path / "it ran"
    deed = f"open({str(marker)!r}, 'w')"
    source = f"""import torch
from torch import nn
{deed}
X = {deed}
def decorate(f={deed}): {deed}; return f
@decorate
class Net(nn.Module, metaclass={deed}):
    {deed}
    text = f"{{{deed}}}"
    @decorate
    def __init__(self, n={deed}, m=__import__("os").system("touch {marker}")):
        super().__init__()
        exec("{deed.replace('"', "'")}")
        self.fc = nn.Linear({deed}, eval("2"))
        self.x = [{deed} for _ in range(3)]
    def forward(self, x: {deed}):
        {deed}
        return self.fc(x)[{deed}] if {deed} else (lambda: {deed})()
if __name__ == "__main__":
    {deed}
    Net({deed})(torch.randn({deed}))
"""
    from_python(source)
    assert not marker.exists() and list(Path(tmp_path).iterdir()) == []


ENDLESS = {
    "power": in_init("self.fc = nn.Linear(10**10**10, 3)"),
    "powers": in_init("a = 9**60", "b = a**60", "c = b**60", "self.fc = nn.Linear(c, 3)"),
    "negative power": in_init("self.fc = nn.Linear(0 ** -1, (-8) ** 0.5)"),
    "shift": in_init("self.fc = nn.Linear(1 << 10**9, 3)"),
    "text": in_init("self.fc = nn.Linear('a' * 10**12, 3)"),
    "tuple": in_init("self.fc = nn.Linear((1,) * 10**12, 3)"),
    "range": in_init("for i in range(10**9):", "    self.fc = nn.Linear(3, 3)"),
    "loops": in_init(*("    " * i + f"for a{i} in range(999):" for i in range(9)), " " * 36 + "b = 1"),
    "comprehensions": in_init(
        "a = [[[[0 for i in range(900)] for j in range(900)] for k in range(900)] for l in range(900)]"
    ),
    "doubling": in_init("a = [1, 1]", *["a = [*a, *a]"] * 60),
    "doubling by name": in_init("a = (1, 1)", *["a = (a, a)"] * 60, "self.fc = nn.Linear(a, 3)"),
    "doubled layers": in_init("a = nn.ReLU()", *["a = nn.Sequential(a, a)"] * 60, "self.fc = a"),
    "itself": in_init("a = []", "a.append(a)", "self.fc = nn.Sequential(*a)", "self.a = a"),
    "chain in itself": in_init("a = nn.Sequential()", "a.b = a", "self.fc = Net()"),
    "recursion": in_init("self.f(0)", forward=("return self.forward(x)",)),
    "doubled recursion": in_init(forward=("return self.forward(x) + self.forward(x)",)),
    "global": "a = b\nb = a\n" + in_init("self.fc = nn.Linear(a, 3)"),
    "globals": "".join(f"a{i} = (a{i + 1}, a{i + 1})\n" for i in range(40))
    + in_init("self.fc = nn.Linear(a0, 3)"),
    "while": in_init("while True: pass"),
    "float": in_init("self.fc = nn.Linear(1e308 * 10, int(1e308))"),
    "nan": in_init("self.fc = nn.Dropout(float('nan'))", "self.b = nn.Dropout(1e999 - 1e999)"),
    "zero": in_init("self.fc = nn.Linear(1 // 0, 1 % 0)"),
    "long number": in_init("self.fc = nn.Linear(0x" + "f" * 100_000 + ", 3)"),
    "brackets": "a = " + "(" * 500 + ")" * 500,
    "many brackets": "a = " + "[" * 150_000,
    "minus": "a = " + "-" * 150_000 + "1",
    "attributes": "a = b" + ".b" * 50_000,
    "calls": "a = b" + "()" * 50_000,
    "sum": in_init(forward=("return " + " + ".join(["x"] * 50_000),)),
    "powers of x": in_init(forward=("return " + " ** ".join(["x"] * 5_000),)),
    "not": "a = " + "not " * 50_000 + "1",
    "lambda": "a = " + "lambda: " * 50_000 + "1",
    "elif": in_init("if a: pass", *["elif a: pass"] * 5_000),
    "indents": "".join(" " * i + "if a:\n" for i in range(90)) + " " * 90 + "b = 1",
    "null": "a = 1\0",
    "surrogate": "a = '\ud800'",
    "comments": "# a\n" * 70_000,
    "commas": "a = [" + "1," * 140_000 + "]",
    "names": in_init(*[f"self.a{i} = f(x)" for i in range(9_000)]),
    "unknown calls": in_init(forward=("return " + "f(" * 70 + "x" + ")" * 70,) * 300),
    "one line": in_init("; ".join(["self.fc = g(1)"] * 15_000), forward=("; ".join(["x = f(x)"] * 5_000),)),
    "layers": in_init("self.fc = nn.ReLU()", forward=("for i in range(900):", *["    x = self.fc(x)"] * 20)),
    "encoding": "# -*- coding: no-such -*-\na = 1",
    "byte order mark": "\ufeff" + in_init("self.fc = nn.ReLU()"),
    "line ends": in_init("self.fc = nn.ReLU()").replace("\n", "\r"),
    "form feed": in_init("\fself.fc = nn.ReLU()"),
    "bases": "class A(B): pass\nclass B(A): pass\nclass C(C): pass\n",
    "forward of others": f"{HEAD}class A(nn.Module):\n    forward = print\n",
    "no self": f"{HEAD}class A(nn.Module):\n    def forward(): return 1\n",
    "starred": in_init(forward=("a, *b = x", "return [*b, *x]")),
    "nothing returned": in_init("self.fc = nn.ReLU()", forward=("return",)),
    "a class in itself": HEAD
    + "class A(nn.Module):\n    def __init__(self):\n        self.a = A()\n"
    + "    def forward(self, x):\n        return self.a(x)\n",
    "twice as many": HEAD + "".join(twice(number) for number in range(24)),
    "many sizes": HEAD
    + "class A(nn.Module):\n    def __init__(self, k):\n"
    + "        self.l = nn.Sequential(*[nn.Linear(4, 4) for _ in range(k)])\n"
    + "    def forward(self, x):\n        return self.l(x)\n"
    + "net = nn.Sequential(*[A(i) for i in range(1, 300)])\n",
    "applied": in_init("self.l = [nn.Linear(4, 4) for _ in range(900)]", "self.apply(self.f)")
    + "    def f(self, m):\n        self.apply(self.f)\n",
    "modules": in_init(
        "self.l = [nn.Linear(4, 4) for _ in range(900)]",
        "for a in self.modules():",
        "    for b in self.modules():",
        "        nn.init.zeros_(b.weight)",
    ),
    "dicts of dicts": in_init("d = {'a': nn.ReLU()}", *["d = {'a': d, 'b': d}"] * 60, "self.d = d"),
    "growing sums": HEAD
    + "class A(nn.Module):\n    def __init__(self, n=1):\n"
    + "        n = n * 2 - n\n" * 400
    + "        self.a = nn.Linear(4, n)\n    def forward(self, x):\n        return self.a(x)\n"
    + "net = nn.Sequential(A())\n",
    "loops that flow": in_init(forward=("while x.sum() > 0:", "    x = x / 2") * 60 + ("return x",)),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_hostile_source_ends_soon(name):
    soon(ENDLESS[name])


def test_a_very_large_file_is_refused_at_once():
    message = soon("a = 1\n" * 2_000_000)
    assert "12,000,000 characters" in message


def test_notes_of_a_hostile_source_are_few_and_short():
    result = soon(ENDLESS["one line"])
    assert len(result.notes) <= 200 and all(len(note.message) < 400 for note in result.notes)


@pytest.mark.parametrize("thing", [None, 3, b"x = 1", ["x"]])
def test_what_is_no_text_is_refused(thing):
    with pytest.raises(SourceError):
        read(thing)


PIECES = st.sampled_from(
    """self.a self.fc x y x.shape x.size(0) nn.Linear(4,5) nn.ReLU() nn.Sequential( F.relu(x) (x) [0]
    [:,-1] [...,0] [1:3] + - * ** // , ( ) [ ] = += 1 -1 0.5 None True "a" range(3) [x,x] torch.cat(
    x.view(-1,4) lambda for i in if else return not and or * ** @ x.transpose(0,1) .mean(1) {1:2}
    self.a(x) nn.LSTM(3,4) print super().__init__() : %""".split()
)
LINES = st.lists(PIECES, max_size=8).map(" ".join)


@settings(max_examples=250, suppress_health_check=list(HealthCheck))
@given(st.lists(LINES, max_size=4), st.lists(LINES, max_size=5))
def test_random_statements_are_read_or_refused(init, forward):
    kept = []
    for line in (*init, *forward):
        try:
            compile(f"def f():\n {line or 'pass'}", "", "exec")
        except (SyntaxError, ValueError, OverflowError):
            line = "pass"
        kept.append(line or "pass")
    soon(in_init(*kept[: len(init)], "self.fc = nn.Linear(4, 5)", forward=(*kept[len(init) :], "return x")))


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=300))
def test_random_text_is_read_or_refused(text):
    soon(text)
    soon(in_init("self.fc = nn.ReLU()").replace("fc", text))


def test_the_public_names_are_there():
    assert {"from_python", "Note", "SourceError"} <= set(reading.__all__)
