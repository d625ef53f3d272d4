"""The app's own addresses: runs' figures and answers, documents' revisions, what typed words mean, plotly.js,
the components' scripts.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import plotly
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from builder import Document, DocumentError, phrases
from builder import store as documents
from builder.drawing import scene
from builder.kinds import Spec
from builder.service import ServiceError
from components import scripts
from components.language import of_request, speaking, t
from components.live_charts import PLOTLY_ROUTE
from components.tabs import REVISION_ROUTE
from trainer import metrics, recovery, store
from trainer.answering.responders import responders
from trainer.answering.sources import NoWeightsYetError
from trainer.errors import TrainerError
from trainer.results import stored

FOR_GOOD = {
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
}
NEVER_KEPT = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
JAVASCRIPT = "text/javascript"
LONGEST = 200  # letters of a question
WORTH_ZIPPING = 10_000  # bytes of an answer
LARGEST_INPUT = 12_000_000  # bytes of what a run is to answer: a picture of 8 MB as base64
MOST_SUGGESTIONS = 12
ANY_BATCH = 2**31 - 1  # no size of a shape; what the words mean does not depend on it


async def run_metrics(request: Request) -> Response:
    """GET /api/runs/{token}/metrics?since=: what is newer than the cursor."""
    with speaking(of_request(request)):
        return await _newer(request, _metrics_json)


async def run_layer(request: Request) -> Response:
    """GET /api/runs/{token}/layer?name=&since=: one layer's histograms that are newer than the cursor."""
    name = request.query_params.get("name", "")
    return await _newer(request, lambda run_id, since: _layer_json(run_id, name, since), NOT_OF_IT)


async def run_results(request: Request) -> Response:
    """GET /api/runs/{token}/results?name=&since=: a result's rows that are newer than the cursor."""
    name = request.query_params.get("name", "")
    return await _newer(request, lambda run_id, since: _results_json(run_id, name, since), NOT_OF_IT)


GONE = "There is no such run. It may have been deleted."
NOT_OF_IT = "There is no such run, or it has nothing of that name."


async def _newer(request: Request, read: Callable[[str, int], bytes], missing: str = GONE) -> Response:
    """What a run has that is newer than the cursor `since`. The unguessable token is the permission."""
    token, since = request.path_params["token"], request.query_params.get("since", str(metrics.EVERYTHING))
    if not store.RUN_ID.fullmatch(token):
        return _sentence(request, 404, "There is no such run.")
    if not since.removeprefix("-").isdecimal() or len(since) > 15:
        return _sentence(request, 400, "'since' must be a whole number: the cursor of the answer before.")
    try:
        body = await run_in_threadpool(read, token, int(since))
    except KeyError:
        return _sentence(request, 404, missing)
    return await run_in_threadpool(_zipped, request, body)


def _zipped(request: Request, body: bytes) -> Response:
    """A long answer at gzip's quickest: Streamlit's own takes 0.3 s more and saves a seventh of the bytes."""
    if len(body) < WORTH_ZIPPING or "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(body, media_type="application/json", headers=NEVER_KEPT)
    headers = {**NEVER_KEPT, "content-encoding": "gzip", "vary": "accept-encoding"}
    return Response(gzip.compress(body, compresslevel=1), 200, headers, "application/json")


async def run_graph(request: Request) -> Response:
    """GET /api/runs/{token}/graph: the network that is trained, as boxes and arrows in pixels."""
    try:
        body = await run_in_threadpool(_graph_json, request.path_params["token"])
    except (KeyError, OSError, DocumentError):
        return _sentence(request, 404, "There is no such run, or nothing to draw of it.")
    return Response(body, media_type="application/json", headers=NEVER_KEPT)


def _graph_json(run_id: str) -> str:
    drawn = scene(Document.from_json(store.document(run_id)))
    places = ("id", "title", "x", "y", "width", "height")
    boxes = [{name: getattr(box, name) for name in places} for box in drawn.boxes]
    arrows = [arrow.points for arrow in drawn.arrows]
    return json.dumps({"width": drawn.width, "height": drawn.height, "boxes": boxes, "arrows": arrows})


# A long run's figures are a million letters of numbers: orjson writes them in a fifteenth of json's time.
def _results_json(run_id: str, name: str, since: int) -> bytes:
    return orjson.dumps({"rows": stored.rows(run_id, name, since)})


def _layer_json(run_id: str, name: str, since: int) -> bytes:
    return orjson.dumps(metrics.layer(run_id, name, since))


def _metrics_json(run_id: str, since: int) -> bytes:
    found = metrics.first(run_id) if since == metrics.EVERYTHING else metrics.metrics(run_id, since)
    if found["run"]["state"] == "lost" and recovery.resume_lost([store.read(run_id)]):
        found = metrics.metrics(run_id, since)  # who watches sees it go on
    return orjson.dumps(_said(found))


def _said(found: dict[str, Any]) -> dict[str, Any]:
    """The answer with its texts in the language of the request; the answer itself is remembered as it is."""
    run = {**found["run"], "message": t(found["run"]["message"])}
    findings = [_translated(each, "words", "evidence") for each in found["findings"]]
    gap = {**found["gap"], "found": _gap_said(found["gap"]["found"])}
    named = {
        part: [_translated(each, "title", "help") for each in found[part]]
        for part in ("statistics", "readings")
        if part in found
    }
    return {**found, "run": run, "findings": findings, "gap": gap, **named}


def _gap_said(found: dict[str, Any] | None) -> dict[str, Any] | None:
    if found is None or "error" in found:
        return found and _translated(found, "error")
    return {**_translated(found, "words"), "layers": [_translated(each, "words") for each in found["layers"]]}


def _translated(texts: dict[str, Any], *names: str) -> dict[str, Any]:
    return {**texts, **{name: t(texts[name]) for name in names}}


async def run_form(request: Request) -> Response:
    """GET /api/runs/{token}/form: how an input for the run is given. Starts the process that answers."""
    return await _responded(request, responders().form)


async def run_answer(request: Request) -> Response:
    """POST /api/runs/{token}/answer: what the run says to the input in the body, a JSON object.

    The unguessable token is the permission. 409: there are no weights yet; 422: a sentence about the input.
    """
    body = await _body(request)
    if body is None:
        megabytes = LARGEST_INPUT / 1e6
        return _sentence(request, 413, f"The input has over {megabytes:g} MB. Give a smaller one.")
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        return _sentence(request, 400, "The body must be a JSON object with the input.")
    return await _responded(request, responders().answer, given)


async def _body(request: Request) -> bytes | None:
    """The request's body; None where it is too large, without reading all of it."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > LARGEST_INPUT:
            return None
    return bytes(found)


async def _responded(request: Request, ask: Callable[..., dict[str, Any]], *given: Any) -> Response:
    """What a run responds, in the visitor's language."""
    token = request.path_params["token"]
    if not store.RUN_ID.fullmatch(token):
        return _sentence(request, 404, "There is no such run.")
    try:
        found = await run_in_threadpool(ask, token, *given)
    except KeyError:
        return _sentence(request, 404, GONE)
    except NoWeightsYetError as error:
        return _sentence(request, 409, str(error))
    except (ServiceError, TrainerError) as error:
        return _sentence(request, 422, str(error))
    with speaking(of_request(request)):
        body = json.dumps(_answer_said(found), allow_nan=False)
    return Response(body, media_type="application/json", headers=NEVER_KEPT)


def _answer_said(found: dict[str, Any]) -> dict[str, Any]:
    """An answer with its texts in the language of the request; a form has none."""
    rows = {
        part: [{**row, "label": t(row["label"])} for row in found[part]]
        for part in ("classes", "values")
        if part in found
    }
    if "example" in found:
        found = {**found, "example": {**found["example"], "truth": t(found["example"]["truth"])}}
    return {**found, **rows, "warnings": [t(each) for each in found.get("warnings", ())]}


def _sentence(request: Request, status: int, message: str) -> Response:
    with speaking(of_request(request)):
        message = t(message)
    return Response(json.dumps({"message": message}), status, NEVER_KEPT, "application/json")


async def suggestions(request: Request) -> Response:
    """GET /api/suggestions?doc=&text=&shape=: the layers that typed words may mean, the likeliest first.

    The document's unguessable id is the permission to see its blocks; without one the layers of PyTorch
    are found. shape is what flows in, as a box says it: 16 × 8 × 8.
    """
    asked = request.query_params
    given = (asked.get(name, "")[:LONGEST] for name in ("doc", "text", "shape"))
    body = await run_in_threadpool(_suggestions_json, *given)
    return Response(body, media_type="application/json", headers=NEVER_KEPT)


def _suggestions_json(document_id: str, text: str, shape: str) -> str:
    try:
        kept = documents.load(document_id)
    except DocumentError:  # the page says so
        kept = None
    kinds = phrases.kinds_of(kept.document if kept else Document())
    families = {kind.name: kind.family for kind in kinds}
    found = phrases.understood(text, kinds, _spec(shape))[:MOST_SUGGESTIONS]
    return json.dumps([{**asdict(each), "family": families[each.kind]} for each in found])


def _spec(shape: str) -> Spec | None:
    sizes = tuple(int(size) for size in re.findall(r"\d{1,9}", shape, re.ASCII))[:6]
    return Spec((ANY_BATCH, *sizes), batch=ANY_BATCH) if sizes else None


async def revision(request: Request) -> Response:
    """GET /api/documents/{document}/revision: which is the newest. The unguessable id is the permission."""
    found = await run_in_threadpool(documents.newest, request.path_params["document"])
    if found is None:
        return _sentence(request, 404, "There is no such document.")
    return Response(json.dumps({"revision": found}), media_type="application/json", headers=NEVER_KEPT)


async def plotly_js(request: Request) -> Response:
    """GET /vendor/plotly.min.js: the library as the installed wheel has it."""
    tag = f'"plotly-{plotly.__version__}"'
    headers = {**FOR_GOOD, "etag": tag, "vary": "accept-encoding"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(await run_in_threadpool(_plotly_source), media_type=JAVASCRIPT, headers=headers)
    body = await run_in_threadpool(plotly_zipped)
    return Response(body, media_type=JAVASCRIPT, headers={**headers, "content-encoding": "gzip"})


def _plotly_source() -> bytes:
    return (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()


@cache
def plotly_zipped() -> bytes:
    return gzip.compress(_plotly_source(), compresslevel=6)  # once, 4.8 MB -> 1.4 MB


async def script(request: Request) -> Response:
    """GET /app-js/{version}/{name}: what draws a component."""
    name = request.path_params["name"]
    try:
        text, current = scripts.served(name, request.path_params["version"])
    except KeyError:
        return _sentence(request, 404, f"There is no script '{name}'.")
    # A page from before an update must not keep new scripts as old.
    return Response(text, media_type=JAVASCRIPT, headers=FOR_GOOD if current else NEVER_KEPT)


ROUTES = [
    Route("/api/runs/{token}/metrics", run_metrics),
    Route("/api/runs/{token}/layer", run_layer),
    Route("/api/runs/{token}/results", run_results),
    Route("/api/runs/{token}/graph", run_graph),
    Route("/api/runs/{token}/form", run_form),
    Route("/api/runs/{token}/answer", run_answer, methods=["POST"]),
    Route(f"/{REVISION_ROUTE}", revision),
    Route("/api/suggestions", suggestions),
    Route(f"/{PLOTLY_ROUTE}", plotly_js),
    Route(f"/{scripts.SCRIPT_ROUTE}", script),
]
