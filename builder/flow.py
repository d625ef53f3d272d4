"""What flows where in a whole document, into its blocks, and what everything costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from builder import blocks, lines, sharing
from builder.blocks import resolved
from builder.catalogue import CATALOGUE
from builder.custom.check import Checker
from builder.custom.check import figures as custom_figures
from builder.document import Document, Graph, Node
from builder.kinds import NOTHING, Figures, Spec
from builder.order import port, sorted_nodes, source
from builder.rules import Problem
from builder.shapes import examine, measure, run_key, weights_of


@dataclass(frozen=True)
class Shapes:
    """`of`: node -> port -> Spec. `problems`: what is wrong. `waits`: node -> the guilty one."""

    of: dict[str, dict[str, Spec]]
    problems: tuple[Problem, ...]
    waits: dict[str, str]


def infer(document: Document, checker: Checker | None = None) -> Shapes:
    """What flows out of each node that works, and why the others do not.

    A node inside a block stands under its path, stage1/conv, or stage1[0]/conv in a repeat.
    checker: which layers written in Python may be run; none if not given.
    """
    walk = Walk(document, checker or Checker())
    walk.graph(document.main, "", {}, ())
    return Shapes(walk.of, tuple(walk.problems), walk.waits)


class Walk:
    """One pass through a document, into its blocks: what was found on the way."""

    def __init__(self, document: Document, checker: Checker):
        self._document, self._checker = document, checker
        self.of: dict[str, dict[str, Spec]] = {}
        self.problems: list[Problem] = []
        self.waits: dict[str, str] = {}

    def graph(self, graph: Graph, path: str, values: dict[str, Any], given: tuple[Spec, ...]) -> None:
        """Everything in a graph. values: its block's params; given: what flows into its Inputs."""
        fed = iter(given)
        nodes, looped = sorted_nodes(graph)
        for node in nodes:
            name = path + node.id
            sources = [path + source(wire) for wire in node.inputs]
            if guilty := next((self.waits.get(s) or s for s in sources if s not in self.of), ""):
                self.waits[name] = guilty
            elif path and node.kind == "Input":
                self.of[name] = {"output": next(fed)}
            else:
                self._node(node, graph, path, values)
        self.waits |= {path + name: path + name for name in looped}

    def _node(self, node: Node, graph: Graph, path: str, values: dict[str, Any]) -> None:
        name, inputs = path + node.id, inputs_of(node, self.of, path)
        try:
            node = resolved(node, values)
        except ValueError as error:
            self._refuse(Problem(name, f"{node.id} ({node.kind}) cannot be made: {error}."))
            return
        if problem := self._misused(node):
            self._refuse(replace(problem, node=name))
            return
        for index in range(node.repeat):
            place = f"{name}[{index}]" if node.repeat > 1 else name
            outputs = self._once(node, place, inputs)
            if outputs is None:
                guilty = self._guilty_in(place)
                if guilty != place:  # inside the block: what follows waits for that node
                    self.waits[name] = guilty
                return
            self.of[place] = self.of[name] = outputs
            inputs = (next(iter(outputs.values()), None),)
        if node.shares:
            self._share(node, graph, path, values)

    def _share(self, node: Node, graph: Graph, path: str, values: dict[str, Any]) -> None:
        """Refuses a node that cannot use the weights it asks for, once it is known what it would make."""
        problem = sharing.problem(node, graph, lambda layer: self._line(layer, path, values))
        if problem:
            self._refuse(replace(problem, node=path + node.id))
            for place in [name for name in self.of if _leads_to(name, path + node.id)]:
                del self.of[place]

    def _once(self, node: Node, place: str, inputs: tuple) -> dict[str, Spec] | None:
        """What one copy of the node gives; None where it does not work, which is then said."""
        block = self._document.blocks.get(node.kind)
        if block is None:
            written = self._document.custom.get(node.kind)
            result = self._checker.examine(node, written, inputs) if written else examine(node, inputs)
            if result.problem:
                self._refuse(replace(result.problem, node=place))
                return None
            return result.outputs
        wanted = blocks.inputs_of(block)
        if None in inputs or len(inputs) != len(wanted):
            message = (
                f"{node.id} ({node.kind}) takes {len(wanted)} inputs ({', '.join(wanted)}) and has "
                f"{len(inputs)}. Choose its inputs in the form."
            )
            self._refuse(Problem(place, message))
            return None
        self.graph(block.graph, f"{place}/", blocks.params_in_use(block, node), inputs)
        outputs = [f"{place}/{end.id}" for end in block.graph.of_kind("Output")]
        if not outputs or any(end not in self.of for end in outputs):
            if self._guilty_in(place) == place:
                message = f"{node.id} uses the block {node.kind}, which has no Output. Give it one."
                self._refuse(Problem(place, message))
            return None
        found = [next(iter(self.of[end].values())) for end in outputs]
        return dict(zip(blocks.ports_of(block), found, strict=True))

    def _misused(self, node: Node) -> Problem | None:
        """What the node asks for beside its kind's arguments, and cannot have."""
        if node.repeat > 1 and len(node.inputs) != 1:
            return Problem("", f"{node.id} is repeated, so it takes one input and has {len(node.inputs)}.")
        kind = blocks.kind_named(node.kind, self._document)
        if node.repeat > 1 and kind and (not kind.new or len(kind.ports_of(node.params)) > 1):
            return Problem("", f"{node.id} is a {node.kind}, which cannot be repeated. Set repeat to 1.")
        if node.kind in self._document.blocks and (node.init or node.parametrize):
            return Problem("", f"{node.id} is a block; set init and parametrize on the layers inside it.")
        if node.kind in self._document.custom and (node.init or node.parametrize):
            message = f"{node.id} is written in Python; say in its code how its weights begin."
            return Problem("", f"{message} Set init and parametrize to nothing.")
        return None

    def _line(self, node: Node, path: str, values: dict) -> str:
        """What makes the node, '' where that cannot be said yet; of a block, what makes all that is in it."""
        if any(path + source(wire) not in self.of for wire in node.inputs):
            return ""
        node, block = resolved(node, values), self._document.blocks.get(node.kind)
        if block is not None:
            copies = [f"{path}{node.id}[{index}]/" for index in range(node.repeat)]
            inner = copies if node.repeat > 1 else [f"{path}{node.id}/"]
            used = blocks.params_in_use(block, node)
            made = [self._line(each, place, used) for place in inner for each in block.graph.nodes]
            return f"{node.kind}({', '.join(filter(None, made))})"
        try:
            kind = blocks.kind_named(node.kind, self._document)
            return lines.new_line(kind, lines.arguments(node, kind, inputs_of(node, self.of, path)))
        except (KeyError, ValueError, IndexError, AttributeError):
            return ""

    def _refuse(self, problem: Problem) -> None:
        self.problems.append(problem)

    def _guilty_in(self, place: str) -> str:
        """The node with a problem in or at a place."""
        names = (p.node for p in self.problems if p.node == place or p.node.startswith(f"{place}/"))
        return next(names, place)


def _leads_to(path: str, name: str) -> bool:
    """Whether a path is a node's own or one of its copies, or of what is in them."""
    return path == name or path.startswith((f"{name}/", f"{name}["))


def inputs_of(node: Node, of: dict[str, dict[str, Spec]], path: str = "") -> tuple[Spec | None, ...]:
    """What flows into a node; None where a wire comes from an output that is not there."""
    found = []
    for wire in node.inputs:
        ports = of[path + source(wire)]
        found.append(ports.get(port(wire)) if port(wire) else next(iter(ports.values()), None))
    return tuple(found)


def figures(document: Document, of: dict[str, dict[str, Spec]]) -> dict[str, Figures]:
    """Node -> what it costs, for the nodes that work; per example, the batch left out.

    A block costs what is in it, which stands under its path; what is repeated costs that many times.
    """
    found: dict[str, Figures] = {}
    _costs(document, document.main, of, "", {}, found)
    return found


def _costs(document: Document, graph: Graph, of: dict, path: str, values: dict, found: dict) -> Figures:
    """Adds the costs of a graph's nodes to `found`; their sum."""
    total = NOTHING
    for node in graph.nodes:
        if path + node.id in of and node.kind not in ("Input", "Output"):
            tied = sharing.is_tied(node, graph)
            cost = _cost(document, resolved(node, values), of, path, found, tied)
            found[path + node.id] = cost
            total += cost
    return total


def _cost(document: Document, node: Node, of: dict, path: str, found: dict, tied: bool) -> Figures:
    total = NOTHING
    inputs = inputs_of(node, of, path)
    for index in range(node.repeat):
        place = f"{path}{node.id}[{index}]" if node.repeat > 1 else path + node.id
        block = document.blocks.get(node.kind)
        if written := document.custom.get(node.kind):
            once = custom_figures(node, written, inputs, list(of[place].values()))
        elif block is None:
            kind = CATALOGUE[node.kind]
            key = run_key(kind, lines.arguments(node, kind, inputs), inputs)
            once = measure(*key)
            if node.parametrize == "weight_norm":  # learns a length for each output beside the weight
                once = replace(once, parameters=once.parameters + len(weights_of(key[0])["weight"]))
            if tied:  # the weight is counted where it is made; a bias is its own
                once = replace(once, parameters=once.parameters - weights_of(key[0])["weight"].numel())
        else:
            values = blocks.params_in_use(block, node)
            once = _costs(document, block.graph, of, f"{place}/", values, found)
        total += replace(once, parameters=0) if node.shares and not tied else once
        inputs = (next(iter(of[place].values()), None),)
    return total
