"""What is exported: a document with its source and its weights, each made once for all parts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder import weights
from builder.build import run_source
from builder.checks import Report, check
from builder.custom import trust as custom_trust
from builder.custom.trust import Trust
from builder.document import Document
from builder.drawing import Scene, scene
from builder.kinds import Spec
from builder.source.write import main_class, to_python

if TYPE_CHECKING:
    from torch import Tensor, nn

EXAMPLES = 2  # in an example batch; some exporters take a single one for a size that never changes


class ExportError(ValueError):
    """What was asked for cannot be written; the text says which thing, what is wrong, what to do."""


class LeftOutError(ExportError):
    """A part that cannot be made of this network, or not here; the text says why and what to do."""


@dataclass(frozen=True)
class Network:
    """A document to export.

    weights_file  a safetensors file with its weights; without one the seed draws them.
    printed       the source that a run has trained; without it the document is printed.
    facts         sentences in Markdown for the README: what was trained, and how well it did.
    trust         which of its layers written in Python may be run, as in checks.check.
    """

    document: Document
    seed: int = 0
    weights_file: Path | None = None
    printed: str = ""
    facts: tuple[str, ...] = ()
    trust: Trust = False

    @cached_property
    def source(self) -> str:
        """The network as PyTorch source. Raises checks.ProblemsError where it cannot be built, and
        ExportError where it holds code that is not trusted.
        """
        if self.printed and (refusal := custom_trust.refusal(self.document, self.trust)):
            raise ExportError(refusal)
        return self.printed or to_python(self.document, self.trust)

    @property
    def class_name(self) -> str:
        return main_class(self.document)

    @cached_property
    def report(self) -> Report:
        return check(self.document, self.trust)

    @cached_property
    def scene(self) -> Scene:
        """The drawing, with the parameters of each layer."""
        from builder import flow  # loads torch

        return scene(self.document, self.report, flow.figures(self.document, self.report.specs))

    @cached_property
    def inputs(self) -> dict[str, Spec]:
        """What flows out of each Input, in the order in which the network takes them."""
        inputs = self.document.main.of_kind("Input")
        return {node.id: next(iter(self.report.specs[node.id].values())) for node in inputs}

    @cached_property
    def outputs(self) -> dict[str, Spec]:
        """What flows into each Output, in the order in which the network gives them."""
        outputs = self.document.main.of_kind("Output")
        return {node.id: next(iter(self.report.specs[node.id].values())) for node in outputs}

    def module(self) -> nn.Module:
        """A new module with the exported weights, in evaluation mode; exporters leave traces in theirs.

        Raises weights.WeightsError where the given weights are another network's.
        """
        import torch

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            module = run_source(self.source, self.class_name)
        if self.weights_file is not None:
            weights.load(module, self.weights_file)
        return module.eval()

    def example(self, batch: int = EXAMPLES) -> tuple[Tensor, ...]:
        """A batch of random examples for each Input, (batch, *shape); always the same."""
        import torch

        random = torch.Generator().manual_seed(self.seed)

        def tensor(spec: Spec) -> Tensor:
            sizes = (batch, *spec.example)
            if spec.dtype == "float32":
                return torch.randn(sizes, generator=random)
            return torch.randint(0, spec.high or 2, sizes, generator=random).to(getattr(torch, spec.dtype))

        return tuple(tensor(spec) for spec in self.inputs.values())

    @cached_property
    def traced(self) -> tuple[Any, bool]:
        """The torch.export.ExportedProgram, and whether it takes batches of any size.

        Raises whatever torch.export raises where it cannot follow the network.
        """
        import torch

        batch = torch.export.Dim("batch", min=1)
        sizes = tuple({0: batch} for _ in self.inputs)
        try:
            return torch.export.export(self.module(), self.example(), dynamic_shapes=sizes), True
        except torch._dynamo.exc.UserError:  # a layer that works out the batch's size in Python
            return torch.export.export(self.module(), self.example()), False
