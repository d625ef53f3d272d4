"""The process that runs custom layers: python -I runner.py [FOLDER OF TORCH]. Needs nothing of ours.

It loads torch once and answers one JSON object a line. Each question is answered by a copy of the
process (fork) that has limits of its own and ends with its answer, so what one layer's code does to
PyTorch or to memory no other layer sees. Where a system cannot fork, the process answers one
question and ends.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from contextlib import suppress

sys.path += sys.argv[1:]  # -I leaves out where a user's own torch may be

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

FILE = "<custom layer>"
FILES = 2**20  # bytes in one file
ANSWER = 2**18  # bytes
IDLE = 600.0  # seconds without a question until the process ends


# --- the copy that runs the layer


def work(question: dict) -> dict:
    """What the layer gives in training and after it, for two sizes of the batch; or what went wrong."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    scope = {"__name__": "layerloom_custom"}
    where = "class"
    try:
        exec("\n".join(question["imports"]), scope)  # noqa: S102  as the printed file has them
        exec(compile(question["source"], FILE, "exec"), scope)  # noqa: S102  a person trusted it
        where = "__init__"
        module = eval(question["new"], scope)  # noqa: S307  printed by lines.py from literals
        where = "forward"
        return _measured(module, question)
    except BaseException as error:  # whatever the layer does, it is told to who wrote it
        return _told(error, where)


def _measured(module: nn.Module, question: dict) -> dict:
    runs = []
    for training in (True, False):
        module.train(training)
        for batch in question["batches"]:
            tensors = [_tensor(spec, batch) for spec in question["inputs"]]
            with torch.set_grad_enabled(training), FlopCounterMode(display=False) as counter:
                given = module(*tensors)
            runs.append([_described(each) for each in _outputs(given, question["ports"])])
    return {
        "runs": runs,
        "parameters": sum(each.numel() for each in module.parameters()),
        "multiply_adds": counter.get_total_flops() // 2 // question["batches"][-1],
    }


def _tensor(spec: dict, batch: int) -> torch.Tensor:
    shape = [times * batch if times else size for times, size in spec["shape"]]
    dtype = getattr(torch, spec["dtype"])
    if dtype.is_floating_point or dtype.is_complex:
        return torch.randn(shape, dtype=dtype)
    high = 2 if dtype is torch.bool else max(1, spec["high"] or 2)
    return torch.randint(0, high, shape).to(dtype)


class _MisgivenError(Exception):
    """The layer ran and gave something else than its tensors."""


def _outputs(given: object, ports: int) -> list:
    if ports == 1:
        return [given]
    if not isinstance(given, tuple | list) or len(given) != ports:
        raise _MisgivenError(f"gives {_named(given)} and its returns say {ports} tensors")
    return list(given)


def _described(given: object) -> list:
    if not isinstance(given, torch.Tensor):
        raise _MisgivenError(f"gives {_named(given)} where a tensor is needed")
    return [list(given.shape), str(given.dtype).removeprefix("torch.")]


def _named(given: object) -> str:
    several = isinstance(given, tuple | list)
    return f"a {type(given).__name__} of {len(given)}" if several else f"a {type(given).__name__}"


def _told(error: BaseException, where: str) -> dict:
    """What went wrong, and the line of the source where it did."""
    if isinstance(error, _MisgivenError):
        return {"error": "output", "message": str(error)}
    frames = traceback.extract_tb(error.__traceback__)
    line = next((frame.lineno for frame in reversed(frames) if frame.filename == FILE), 0)
    if isinstance(error, SyntaxError) and error.filename == FILE:
        line = error.lineno or 0
    try:
        words = " ".join(str(error).split())[:300]
    except BaseException:  # its own error class may do anything
        words = ""
    full = isinstance(error, MemoryError) or any(each in words for each in ("allocate memory", "bad_alloc"))
    kind = "memory" if full else "raised"
    return {"error": kind, "message": f"{type(error).__name__}: {words}", "line": line, "where": where}


# --- the process that lives on


def in_a_copy(question: dict) -> dict:
    """The answer of a copy of this process that is ended when its time is over."""
    folder = tempfile.mkdtemp()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _confine(folder, writing, question["seconds"], question["memory"])
            os.write(writing, json.dumps(work(question)).encode()[:ANSWER] + b"\n")
        finally:
            os._exit(0)
    os.close(writing)
    try:
        return _listen(reading, pid, question["seconds"])
    finally:
        os.close(reading)
        shutil.rmtree(folder, ignore_errors=True)


def _confine(folder: str, writing: int, seconds: int, memory: int) -> None:
    """Limits for this process: time, memory beyond what PyTorch takes, and files; nothing is open but
    its answer.
    """
    import resource  # not on Windows, which cannot fork either

    os.setsid()
    signal.alarm(seconds + 2)  # should nobody else be there to end it
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    os.closerange(3, writing)
    os.closerange(writing + 1, 4096)
    os.chdir(folder)
    limits = {"CPU": seconds + 1, "FSIZE": FILES, "CORE": 0}
    if taken := _memory_taken():
        limits["AS"] = taken + memory
    for name, limit in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))


def _memory_taken() -> int:
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:  # no such place on this system: no limit of memory
        return 0


def _listen(reading: int, pid: int, seconds: int) -> dict:
    deadline, answer = time.monotonic() + seconds, b""
    while not answer.endswith(b"\n") and len(answer) <= ANSWER:
        ready, _, _ = select.select([reading], [], [], max(0.0, deadline - time.monotonic()))
        piece = os.read(reading, 65536) if ready else b""
        if not piece:
            break
        answer += piece
    late = time.monotonic() >= deadline
    with suppress(ProcessLookupError, PermissionError):  # it has ended
        os.killpg(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        slow = late or os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGALRM)
        return {"error": "time" if slow else "ended"}


def main() -> None:
    """Answers questions, one JSON object a line, until the asker is gone or silent for long."""
    forks = hasattr(os, "fork")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints goes to the log, not between the answers
    torch.set_num_threads(1)
    with FlopCounterMode(display=False):  # loads what PyTorch loads late, once for all copies
        nn.Linear(1, 1)(torch.randn(1, 1)).abs().sum()
    _say(answers, {"ready": True})
    while not forks or select.select([0], [], [], IDLE)[0]:
        line = sys.stdin.buffer.readline()
        if not line:
            return
        question = json.loads(line)
        _say(answers, in_a_copy(question) if forks else work(question))
        if not forks:
            return


def _say(answers, message: dict) -> None:
    answers.write(json.dumps(message).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()
