"""One visitor's open document: what is shown of it, what is selected, and every way to change its layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from builder import Document, block_edits, blocks, custom_edits, edits, formulas, paths, several
from builder.answers import Answer
from builder.checks import Report
from builder.document import Node
from builder.kinds import Kind, Spec
from builder.order import port, source
from builder.service import ServiceError, service
from keeping import Keeping
from trainer.shown import chosen_loss


class Visit(Keeping):
    """What one visitor has open, with its layers, and what the checker says of it."""

    # --- layers

    def add(self, kind: str, params: Mapping[str, Any] | None = None) -> None:
        """A new layer behind the selected one; it becomes the selected one."""
        nodes = self.shown.main.nodes
        if not self.selected and nodes:
            self.selected = nodes[-1].id
        way, after = self.at(self.selected)
        spec = self.flowing(way, after)
        if kind == custom_edits.ENTRY:
            self.add_by(way, custom_edits.add_custom, after, spec)
        else:
            self.add_by(way, edits.add_after, after, kind, spec, params)

    def duplicate(self, chosen: Sequence[str]) -> None:
        """Copies layers of one graph behind themselves, in one step; the copies become selected."""
        way, names = self.together(chosen)
        if names:
            self.add_by(way, several.duplicate, names)

    def add_by(self, way: tuple[str, ...], edit: Callable[..., Document], *given: Any) -> None:
        """Makes an edit that adds layers to the graph at a way; the new ones become selected."""
        known = {node.id for node in block_edits.at(self.document, way).main.nodes}
        if self.apply_in(way, edit, *given):
            nodes = block_edits.at(self.document, way).main.nodes
            new = [paths.joined(way[len(self.path) :], node.id) for node in nodes if node.id not in known]
            self.choose(new or [self.selected])

    def flowing(self, way: tuple[str, ...], wire: str) -> Spec | None:
        """What flows along a wire of the graph at a way, where that is known."""
        known = self.answer()
        place = paths.in_report(self.document, way) + source(wire)
        ports = known.report.specs.get(place, {}) if known else {}
        return ports.get(port(wire)) or next(iter(ports.values()), None)

    def formulas(self, way: tuple[str, ...], node: Node, kind: Kind, inputs: Sequence[Spec | None]):
        """How the sizes of a node in the graph at a way follow from what flows in, if that is known."""
        try:
            node = blocks.resolved(node, blocks.values_at(self.document, way))
        except ValueError:  # said as a problem of the node
            return ()
        return () if None in inputs else formulas.of_node(node, kind, inputs)

    def remove(self, chosen: Sequence[str]) -> None:
        """Takes layers of one graph out in one step and selects what stood before the first of them."""
        way, names = self.together(chosen)
        if not names:
            return
        place = min(map(paths.graph_at(self.document, way).place, names))
        if self.apply_in(way, several.remove, names):
            nodes = paths.graph_at(self.document, way).nodes
            self.select(paths.joined(way[len(self.path) :], nodes[max(0, place - 1)].id) if nodes else "")

    def replace_kind(self, path: str, kind: str) -> None:
        """Puts another kind in a layer's place."""
        way, name = self.at(path)
        node = paths.graph_at(self.document, way)[name] if self.knows(path) else None
        spec = self.flowing(way, node.inputs[0]) if node and node.inputs else None
        self.apply_in(way, edits.replace_kind, name, kind, spec)

    def replace_all(self, old: str, kind: str) -> None:
        """Puts another kind in the place of every layer of one, wherever it stands."""
        known = self.answer()
        self.apply_whole(edits.replace_all, old, kind, known.report.specs if known else None)

    def rename(self, way: tuple[str, ...], node_id: str, new_id: str) -> None:
        """Gives a node in the graph at a way another name; what is open and selected goes along."""
        new, block = new_id.strip(), self.block_at(way)
        frames = {self.renamed_path(path, block, node_id, new) for path in self.open_frames}
        chosen = self.renamed_path(paths.joined(*self.at(self.selected)), block, node_id, new)
        if self.apply_in(way, edits.rename, node_id, new):
            self.names[block or "", node_id] = new
            self.open_frames = frames
            self.selected = "/".join(chosen.split("/")[len(self.path) :])

    def now_called(self, way: tuple[str, ...], node_id: str) -> str:
        """The name of a node in the graph at a way, also of one that is called by an earlier name: who types
        on is faster than the form with the new one."""
        graph, names, block = paths.graph_at(self.document, way), dict(self.names), self.block_at(way) or ""
        found = node_id
        while graph is not None and found not in graph and (block, found) in names:
            found = names.pop((block, found))
        return found

    def once_called(self, way: tuple[str, ...], node_id: str) -> list[str]:
        """The names that a node in the graph at a way had before, where no other has them now."""
        here = [old for block, old in self.names if block == (self.block_at(way) or "") and old != node_id]
        return [old for old in here if self.now_called(way, old) == node_id]

    # --- what the checker says

    @property
    def loss(self) -> str:
        """The loss that was chosen for training; "" where none was."""
        return chosen_loss(self.settings.get("training", {}), self.settings.get("data"))

    def answer(self) -> Answer | None:
        """The report and figures of the whole document; None while the checker is still starting."""
        try:
            return service().check(self.document, self.loss) if service().ready else None
        except ServiceError as error:
            self.say(str(error))
            return None

    def ask_ahead(self) -> None:
        """Has the checker begin, so that `answer` waits less."""
        with suppress(ServiceError):  # said by `answer`
            service().check_soon(self.document, self.loss)

    def shown_answer(self) -> Answer | None:
        """The answer for what is shown; of a block, for the use it was opened at."""
        return self.answer_at(self.path)

    def answer_at(self, way: tuple[str, ...]) -> Answer | None:
        """The answer for the graph that a way leads to.

        Where a use of a block waits for another, what is wrong there is said here too: the layer is the same.
        """
        found, place = self.answer(), paths.in_report(self.document, way)
        if not found or not place:
            return found
        inside = found.inside(place)
        waits = not (inside.report.specs or inside.report.problems)
        return self._of_other_uses(found, way) if waits else inside

    def _of_other_uses(self, found: Answer, way: tuple[str, ...]) -> Answer:
        """What is wrong in any use of the block that a way leads to; no shapes: each use has its own."""
        block, told = self.block_at(way), []
        for problem in found.report.problems:
            around, name = paths.split(paths.drawn(problem.node))
            if self.block_at(around) == block:
                told.append(replace(problem, node=name))
        return Answer(Report(tuple(told), {}, {}), {})

    def code(self) -> str | None:
        """The printed source of the document as it is; None where the checker cannot say."""
        try:
            return service().code(self.document)
        except ServiceError as error:
            self.say(str(error))
            return None
