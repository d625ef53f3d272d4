"""Random edits of random networks, blocks among them: whole or refused, and undone to the letter."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder import Document, DocumentError, block_edits, check, edits, moving, repairs, several, store
from builder.catalogue import KINDS
from builder.drawing import scene
from tests.networks import documents, nested_documents

VALUES = st.one_of(
    st.integers(-3, 300),
    st.floats(-2, 2),
    st.booleans(),
    st.none(),
    st.sampled_from(["", "=width", "=1/0", "same", "relu", "=nothing * 2", "x" * 300]),
    st.lists(st.integers(-1, 9), max_size=4).map(tuple),
)
NAMES = st.sampled_from(["conv1", "a", "x", "output", "9", "class", "", "stage", "Leaf", "width"])
WHOLE_KINDS = [kind.name for kind in KINDS]


@st.composite
def an_edit(draw, document: Document, block: str):
    """An edit and its arguments, of whatever kind, on a graph of the document."""
    graph = document.blocks[block].graph if block else document.main
    ids = [node.id for node in graph.nodes] or ["nothing"]
    node = draw(st.sampled_from([*ids, "nothing"]))
    kind = draw(st.sampled_from([*WHOLE_KINDS, *document.blocks, "Nothing"]))
    wires = st.lists(st.sampled_from([*ids, f"{ids[0]}.h_n", "nothing"]), max_size=3).map(tuple)
    return draw(st.sampled_from(_choices(draw, graph, node, kind, wires)))


def _choices(draw, graph, node, kind, wires) -> list[tuple]:
    chosen = draw(
        st.lists(st.sampled_from([each.id for each in graph.nodes] or [node]), min_size=1, max_size=4)
    )
    params = dict(graph[node].params) if node in graph else {}
    name = draw(st.sampled_from([*params, "out_channels", "kernel_size", "dim", "width"]))
    field = draw(st.sampled_from(["repeat", "shares", "frozen", "init", "parametrize", "note"]))
    value = {
        "repeat": draw(st.integers(-1, 4)),
        "shares": node,
        "frozen": True,
        "init": {"weight": draw(st.sampled_from(["ones_", "nothing_", ("constant_", 0.1)]))},
        "parametrize": draw(st.sampled_from(["weight_norm", "nothing"])),
        "note": draw(st.text(max_size=20)),
    }[field]
    return [
        (edits.add_after, node, kind),
        (edits.insert_before, node, kind, {}),
        (edits.remove, node),
        (edits.duplicate, node),
        (moving.move, node, draw(st.integers(-2, 2))),
        (moving.move_together, chosen, draw(st.integers(-2, 2))),
        (several.remove, chosen),
        (several.duplicate, chosen),
        (edits.rename, node, draw(NAMES)),
        (edits.rename_document, draw(st.text(max_size=30))),
        (edits.add_input,),
        (edits.set_param, node, name, draw(VALUES), draw(st.booleans())),
        (edits.unset_param, node, name),
        (edits.set_field, node, field, value),
        (edits.set_note, node, draw(st.text(max_size=40))),
        (edits.replace_kind, node, kind),
        (edits.set_inputs, node, draw(wires)),
        (edits.take_indices, node),
        (block_edits.make_block, [node, *draw(wires)], draw(NAMES)),
        (block_edits.explode, node),
        (block_edits.rename_block, kind, draw(NAMES)),
        (block_edits.set_block_params, kind, {draw(NAMES): draw(VALUES)}),
    ]


OF_THE_WHOLE = (block_edits.make_block, block_edits.explode, block_edits.rename_block, edits.rename_document)
OF_THE_WHOLE += (block_edits.set_block_params,)


@settings(max_examples=50, suppress_health_check=list(HealthCheck))
@given(st.one_of(nested_documents(), documents()), st.data())
def test_any_edits_leave_a_whole_document_and_as_many_undos_the_first(document, data):
    document_id = store.create(document)
    kept = store.load(document_id)
    done = 0
    for _ in range(data.draw(st.integers(1, 6))):
        present = kept.document
        block = data.draw(st.sampled_from(["", *present.blocks]))
        function, *arguments = data.draw(an_edit(present, block))
        try:
            if block and function not in OF_THE_WHOLE:
                edited = block_edits.inside(present, block, function, *arguments)
            else:
                edited = function(present, *arguments)
        except (edits.EditError, DocumentError):
            continue
        done += edited != present
        if edited != present:
            kept = store.save(document_id, edited, kept.revision)
        assert Document.from_json(edited.to_json()) == edited
        report = check(edited)
        scene(edited, report)
        for problem in report.problems:
            for fix in problem.fixes:
                _apply(edited, fix)
    for _ in range(done):
        kept = store.walk(document_id, kept.revision, -1)
    assert kept.document.to_json() == document.to_json()


def _apply(document: Document, fix) -> None:
    """What a button offers must be an edit that works, or say why not."""
    try:
        edited = repairs.apply_fix(document, fix)
    except edits.EditError:
        return
    assert Document.from_json(edited.to_json()) == edited
