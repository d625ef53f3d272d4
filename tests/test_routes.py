"""The app's own routes, asked as a server asks them."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import plotly
import pytest
from safetensors.numpy import load
from starlette.applications import Starlette
from starlette.responses import Response

import routes
from builder import Document
from builder import store as documents
from builder.document import Block, Graph, Node
from builder.service import ServiceError
from builder.templates import template
from components.live_charts import charts_data
from components.scripts import VERSION, script
from trainer import layout, store
from trainer.answering.sources import NoWeightsYetError
from trainer.errors import TrainerError
from trainer.recorder import Recorder
from trainer.results import stored

APP = Starlette(routes=routes.ROUTES)
RUN = "0123456789abcdef"


def get(path: str, headers: dict[str, str] | None = None, **query: str) -> Response:
    """The answer to one request; starlette's own test client would need one more package."""
    return ask("GET", path, b"", headers, **query)


def post(path: str, body: bytes, headers: dict[str, str] | None = None) -> Response:
    """The answer to one request that brings a body."""
    return ask("POST", path, body, headers)


def ask(method: str, path: str, body: bytes, headers: dict[str, str] | None = None, **query: str) -> Response:
    sent: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "query_string": urlencode(query).encode(),
        "headers": [(name.encode(), value.encode()) for name, value in (headers or {}).items()],
    }
    with ThreadPoolExecutor(1) as pool:  # a browser test before this one leaves a loop in this thread
        pool.submit(asyncio.run, APP(scope, receive, send)).result()
    answer = Response(b"".join(message.get("body", b"") for message in sent[1:]), sent[0]["status"])
    answer.raw_headers = sent[0]["headers"]
    return answer


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    run_id = store.create("", "{}", "{}", name="Digits")
    recorder = Recorder(run_id)
    for step in (1, 2, 3):
        recorder.step(step, 1 / step, step / 10)
    recorder.close()
    return run_id


def test_metrics_are_what_is_newer_than_the_cursor(run: str):
    first = get(f"/api/runs/{run}/metrics")
    assert first.headers["cache-control"] == "no-store"
    assert json.loads(first.body)["train"]["loss"]["step"] == [1, 2, 3]
    rest = json.loads(get(f"/api/runs/{run}/metrics", since="2").body)
    assert rest["train"]["loss"] == {"step": [3], "value": [0.333333]}
    assert rest["train"]["accuracy"] == {"step": [3], "value": [0.3]}
    nothing = json.loads(get(f"/api/runs/{run}/metrics", since=str(rest["cursor"])).body)
    assert nothing["train"]["loss"] == {"step": [], "value": []}


def test_a_long_answer_is_zipped_for_who_takes_that(run: str, monkeypatch):
    monkeypatch.setattr(routes, "WORTH_ZIPPING", 100)
    plain, zipped = (get(f"/api/runs/{run}/metrics", {"accept-encoding": each}) for each in ("", "gzip, br"))
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.headers["cache-control"] == "no-store"
    losses = [json.loads(each)["train"]["loss"] for each in (plain.body, gzip.decompress(zipped.body))]
    assert losses[0] == losses[1]


def test_a_result_is_asked_for_by_its_name(run: str):
    recorder = Recorder(run)
    for step in (1, 2):
        recorder.result("predictions", step, step, True, stored.packed({"loss": np.full(3, step)}))
    recorder.close()
    rows = json.loads(get(f"/api/runs/{run}/results", name="predictions", since="1").body)["rows"]
    assert [(row["step"], row["epoch"]) for row in rows] == [(2, 2)]
    assert load(base64.b64decode(rows[0]["arrays"]))["loss"].tolist() == [2, 2, 2]
    assert json.loads(get(f"/api/runs/{run}/metrics").body)["results"] == {"predictions": 2}
    assert get(f"/api/runs/{run}/results", name="<b>").status_code == 404
    assert get("/api/runs/../results", name="predictions").status_code == 404
    assert get(f"/api/runs/{run}/results", name="predictions", since="x").status_code == 400


def test_a_layers_histograms_and_the_network_are_asked_for_by_themselves(run: str):
    described = {"name": "fc", "kind": "Linear", "parameters": 1, "norm": False, "channels": None}
    planned = layout.plan([{**described, "running": False, "affine": False, "bias": False}])
    recorder = Recorder(run)
    recorder.set(layers=planned)
    recorder.sample(
        2, *(bytes(each * size) for each, size in zip(layout.sizes(planned), (4, 2, 4), strict=True))
    )
    recorder.close()
    answer = json.loads(get(f"/api/runs/{run}/layer", name="fc").body)
    assert answer["step"] == [2] and len(answer["gradient"]["counts"][0]) == layout.BINS
    assert get(f"/api/runs/{run}/layer", name="<b>").status_code == 404
    assert get(f"/api/runs/{run}/layer", name="fc", since="x").status_code == 400
    assert get(f"/api/runs/{RUN}/layer", name="fc").status_code == 404
    text = template("digits_cnn").to_json()
    graph = json.loads(get(f"/api/runs/{store.create('', text, '{}')}/graph").body)
    assert [box["id"] for box in graph["boxes"]][:2] == ["image", "conv1"]
    assert len(graph["arrows"]) == len(graph["boxes"]) - 1
    assert get(f"/api/runs/{run}/graph").status_code == 404  # its document is none


@pytest.mark.parametrize("token", [RUN, RUN.upper(), "abc", "..%2F..", RUN + "0"])
def test_an_unknown_run_is_a_sentence(token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    answer = get(f"/api/runs/{token}/metrics")
    assert answer.status_code == 404
    assert json.loads(answer.body)["message"].startswith("There is no such run.")


@pytest.mark.parametrize("since", ["", "x", "1.5", "--1", "1e9", "9" * 40, "²"])
def test_a_cursor_that_is_no_whole_number_is_a_sentence(run: str, since: str):
    answer = get(f"/api/runs/{run}/metrics", since=since)
    assert answer.status_code == 400
    assert "whole number" in json.loads(answer.body)["message"]


def test_plotly_comes_out_of_the_installed_wheel_and_is_kept():
    source = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()
    whole, zipped = (
        get("/vendor/plotly.min.js"),
        get("/vendor/plotly.min.js", {"accept-encoding": "gzip, br"}),
    )
    assert whole.body == source == gzip.decompress(zipped.body)
    assert "immutable" in whole.headers["cache-control"]
    again = get("/vendor/plotly.min.js", {"if-none-match": whole.headers["etag"]})
    assert (again.status_code, again.body) == (304, b"")


def test_the_address_in_the_components_data_is_served_and_kept():
    answer = get("/" + charts_data([], "run", 1.0)["script"])
    assert answer.body.decode() == script("live_charts.js")
    assert "javascript" in answer.headers["content-type"]
    assert "immutable" in answer.headers["cache-control"]


def test_scripts_of_another_version_are_not_kept_and_other_files_are_not_served():
    assert get("/app-js/old/live_words.js").headers["cache-control"] == "no-store"
    assert get(f"/app-js/{VERSION}/live_charts.py").status_code == 404
    assert get(f"/app-js/{VERSION}/..%2Flive_charts.py").status_code == 404


def test_the_web_process_gets_no_torch_from_the_routes():
    code = "import sys, routes; raise SystemExit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=Path(routes.__file__).parent, check=True)


def test_a_documents_revision_is_told_and_an_unknown_one_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LAYERLOOM_HOME", str(tmp_path))
    document_id = documents.create(template("iris_mlp"))
    documents.save(document_id, template("digits_cnn"), 0)
    assert json.loads(get(f"/api/documents/{document_id}/revision").body) == {"revision": 1}
    for unknown in ("x", "a" * 22):
        answer = get(f"/api/documents/{unknown}/revision")
        assert answer.status_code == 404
        assert json.loads(answer.body) == {"message": "There is no such document."}


def test_typed_words_are_answered_with_layers_those_for_what_flows_in_first():
    answer = get("/api/suggestions", text="conv 32 k5", shape="6 × 20", doc="none such")
    first = json.loads(answer.body)[0]
    assert (first["kind"], first["words"]) == ("Conv1d", "Conv1d(32, kernel_size=5)")
    assert (first["family"], first["left"]) == ("Convolution", [])
    assert answer.headers["cache-control"] == "no-store"


def test_blocks_are_suggested_to_whoever_has_the_documents_address():
    block = Block(Graph((Node("x", "Input"), Node("out", "Output", ("x",)))))
    document_id = documents.create(Document(blocks={"Residual": block}))
    assert json.loads(get("/api/suggestions", text="resid", doc=document_id).body)[0]["kind"] == "Residual"
    assert json.loads(get("/api/suggestions", text="resid").body) == []


# --- what a run answers


class Responders:
    """In place of the processes: answers with what it was given, or fails."""

    fails: Exception | None = None

    def form(self, run_id: str) -> dict:
        return self.answer(run_id, {})

    def answer(self, run_id: str, given: dict) -> dict:
        if self.fails:
            raise self.fails
        warning = "The network never met [unk] in training: its answer is a guess."
        return {"run": run_id, "given": given, "warnings": [warning]}


@pytest.fixture
def responders(monkeypatch: pytest.MonkeyPatch) -> Responders:
    found = Responders()
    monkeypatch.setattr(routes, "responders", lambda: found)
    return found


def test_an_input_is_handed_on_and_the_answer_is_in_the_visitors_language(responders: Responders):
    answer = post(f"/api/runs/{RUN}/answer", b'{"row": [1]}', {"accept-language": "zh-CN"})
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    found = json.loads(answer.body)
    assert found["run"] == RUN and found["given"] == {"row": [1]}
    assert found["warnings"][0].startswith("网络在训练中从未见过")
    assert json.loads(get(f"/api/runs/{RUN}/form").body)["run"] == RUN


@pytest.mark.parametrize(
    ("fails", "status"),
    [
        (KeyError(RUN), 404),
        (NoWeightsYetError("It has no weights yet. Wait for that."), 409),
        (TrainerError("It was deleted. Bring it again."), 422),
        (ServiceError("It took too long. Give less."), 422),
    ],
)
def test_what_a_run_cannot_answer_is_a_sentence(responders: Responders, fails: Exception, status: int):
    responders.fails = fails
    for answer in (post(f"/api/runs/{RUN}/answer", b"{}"), get(f"/api/runs/{RUN}/form")):
        assert answer.status_code == status
        assert json.loads(answer.body)["message"].endswith(".")


@pytest.mark.parametrize("body", [b"", b"[1]", b"no json", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(responders: Responders, body: bytes):
    answer = post(f"/api/runs/{RUN}/answer", body)
    assert answer.status_code == 400 and "JSON object" in json.loads(answer.body)["message"]


def test_a_body_that_is_too_large_is_refused(responders: Responders):
    answer = post(f"/api/runs/{RUN}/answer", b" " * (routes.LARGEST_INPUT + 1))
    assert answer.status_code == 413 and "over 12 MB" in json.loads(answer.body)["message"]


def test_only_a_runs_id_is_asked(responders: Responders):
    assert post("/api/runs/..%2F..%2Fetc/answer", b"{}").status_code == 404
    assert post("/api/runs/short/answer", b"{}").status_code == 404
    assert get(f"/api/runs/{RUN}/answer").status_code == 405
