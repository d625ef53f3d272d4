"""Runs that have ended, without the time that training takes: their weights are what a seed draws."""

from __future__ import annotations

import torch
from torch import nn

from builder import Document, to_python, weights
from trainer import store
from trainer.data import find
from trainer.data.forms import form_of
from trainer.data.own import keep, take_in
from trainer.data.starter import network_for
from trainer.settings import Settings
from trainer.trial import network_from


def trained(
    data: str, document: Document | None = None, source: str = "", state: str = "done", **given
) -> str:
    """The id of a run on a data set, by default of the usual network for it; with weights if it is done."""
    data_set = find(data)
    document = document or network_for(data_set)
    source, settings = source or to_python(document), Settings(**given).for_data(data_set)
    run_id = store.create(
        source, document.to_json(), settings.to_json(), name=document.name, data=data_set.name
    )
    store.update(run_id, state=state, step=7, document_name=document.name)
    if state == "done":
        weights.save(drawn(source), store.folder(run_id) / "weights.safetensors")
    return run_id


def drawn(source: str) -> nn.Module:
    """The network with weights and running statistics that are no longer those it begins with."""
    torch.manual_seed(5)
    network = network_from(source)
    for tensor in network.state_dict().values():
        if tensor.is_floating_point():
            tensor.copy_(tensor + 0.1 * torch.rand_like(tensor))
    return network.eval()


def kept(text: str, name: str = "things.csv", **options) -> str:
    """A data set of one's own, of the text of a file: its name."""
    path = take_in(name, text.encode())
    return keep(path, form_of(path).completed(path, options)).name
