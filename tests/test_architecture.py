"""The rooms of the project: imports point one way, and what is dangerous stands where it must."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("app", "routes", "session", "pages", "components", "trainer", "builder")

# Room -> the rooms it may import. routes.py serves the components' files, the trainer's figures and what
# the builder makes of typed words.
ARROWS = {
    "app": {"routes", "session", "pages", "components", "builder"},
    "routes": {"components", "builder", "trainer"},
    "pages": {"session", "components", "builder", "trainer"},
    "session": {"builder", "trainer"},
    "components": {"builder", "trainer"},
    "trainer": {"builder"},
    "builder": set(),
}
WITH_STREAMLIT = {"app", "session", "pages", "components"}
WITH_SESSION_STATE = {
    "session.py": "it is the module for it",
    "components/events.py": "the number of the last event from the browser: the wire's, not the document's",
}
RUNS_CODE = {
    "builder/build.py": "source that write.py printed from a checked document, never what was read",
    "builder/custom/runner.py": "a layer that a person trusted by a click, in a process of its own",
    "builder/shapes.py": "single lines that lines.py printed from literals and identifiers",
    "trainer/trial.py": "source that was printed from a checked document, in a process of its own",
}
WITHOUT_TORCH = [
    *("builder", "builder.service", "builder.store", "builder.drawing", "builder.templates"),
    *("builder.picture", "builder.export", "builder.weights", "trainer.script", "trainer.export"),
    *("trainer.launch", "trainer.store", "trainer.data", "trainer.settings"),
    *("trainer.metrics", "trainer.experiments", "routes", "session"),
    *("components.canvas", "components.live_charts", "components.node_form"),
    *("components.code_panel", "builder.source.marks", "code_reading"),
    *("trainer.previewer", "components.preview_panel"),
    *("trainer.answering.responders", "trainer.command_try", "components.try_panel"),
]


def modules() -> list[Path]:
    """The project's own Python files, tests and benchmarks left out, by their path from the root."""
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    files += [path for room in ROOMS if (path := ROOT / f"{room}.py").exists()]
    return sorted(path.relative_to(ROOT) for path in files)


MODULES = modules()


def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def room(path: Path) -> str:
    return path.parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The first parts of all that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


def calls() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Every call of the project: the file, what is called, and the arguments by name, as written."""
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call):
                named = {each.arg: ast.unparse(each.value) for each in node.keywords if each.arg}
                yield str(path), ast.unparse(node.func), named


def test_every_room_is_there():
    assert {room(path) for path in MODULES} == set(ROOMS)


def test_imports_point_one_way():
    against = {
        f"{path} imports {name}"
        for path in MODULES
        for name in imported(path) & set(ROOMS)
        if name != room(path) and name not in ARROWS[room(path)]
    }
    assert not against


def test_only_the_screen_knows_streamlit():
    knowing = {room(path) for path in MODULES if "streamlit" in imported(path)}
    assert knowing == WITH_STREAMLIT


def test_every_module_says_what_it_holds():
    silent = [str(path) for path in MODULES if not ast.get_docstring(tree(path))]
    assert not silent


def test_only_the_session_touches_streamlits_state():
    touching = {
        str(path)
        for path in MODULES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "session_state"
    }
    assert touching == set(WITH_SESSION_STATE)


def test_code_is_run_only_where_there_is_a_reason():
    running = {file for file, name, _ in calls() if name in ("eval", "exec", "compile", "__import__")}
    assert running == set(RUNS_CODE)


def test_nothing_is_unpickled():
    unsafe = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal"}
    assert not [str(path) for path in MODULES if imported(path) & unsafe]
    for file, name, named in calls():
        assert named.get("allow_pickle", "False") == "False", file
        assert name != "torch.load" or named.get("weights_only") == "True", file
        assert name not in ("np.load", "numpy.load") or "allow_pickle" in named, file


def test_no_text_becomes_html():
    for file, name, named in calls():
        assert "unsafe_allow_html" not in named, file
        assert name != "st.html" or file == "components/theme.py", f"{file}: a style sheet is the only HTML"


def test_no_shell_is_asked():
    for file, name, named in calls():
        assert name not in ("os.system", "os.popen") and "shell" not in named, file


def test_what_the_web_process_imports_does_not_load_torch():
    loads = "; ".join(f"import {name}" for name in WITHOUT_TORCH)
    code = f"import sys; {loads}; print(sorted({{'torch', 'sklearn'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_the_server_begins_with_leaves_torch_to_the_checker():
    code = (
        "import sys, app; from builder.service import service; app.FIRST_PAGE = 0; app.warm_up();"
        "print('pages.run_acts' in sys.modules, 'torch' in sys.modules, service().pid > 0)"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert found.stdout.split() == ["True", "False", "True"], found.stderr


def test_builder_and_trainer_do_not_load_streamlit():
    names = [name for name in WITHOUT_TORCH if name.startswith(("builder", "trainer"))]
    code = f"import sys; import {', '.join(names)}; print('streamlit' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
