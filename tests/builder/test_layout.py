"""Laws of the layout, on chains, skips, branches and graphs made at random."""

import random

import pytest

from builder.layout import Layout, Wire, layered
from tests.calls import calls_of

BOX = (180.0, 48.0)


def chain(length: int, skips=()) -> tuple[dict, list[Wire]]:
    pairs = [(index, index + 1) for index in range(length - 1)] + list(skips)
    return {f"n{i}": BOX for i in range(length)}, [Wire(f"n{a}", f"n{b}") for a, b in pairs]


def any_graph(seed: int) -> tuple[dict, list[Wire]]:
    chance = random.Random(seed)
    sizes = {f"n{i}": (chance.choice([120.0, 180.0, 264.0]), 48.0) for i in range(25)}
    pairs = [(a, b) for b in range(25) for a in range(b) if chance.random() < 0.1]
    return sizes, [Wire(f"n{a}", f"n{b}", chance.choice(["", "h_n"])) for a, b in pairs]


GRAPHS = [
    chain(1),
    chain(12),
    chain(12, [(1, 4), (4, 7), (7, 10)]),
    chain(12, [(1, 10), (2, 9), (3, 8)]),
    *map(any_graph, range(12)),
]


def overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) < (one[1] + other[1]) / 2 - 0.01


def row_of(places: Layout, sizes: dict, rank: int) -> list[tuple[float, float]]:
    """(middle, width) of the boxes on a rank."""
    return [(places.centres[n], sizes[n][0]) for n in sizes if places.ranks[n] == rank]


@pytest.mark.parametrize(("sizes", "wires"), GRAPHS)
def test_no_two_boxes_overlap(sizes, wires):
    places = layered(sizes, wires)
    for rank, row in enumerate(places.rows):
        boxes = sorted(row_of(places, sizes, rank))
        assert not any(overlap(*pair) for pair in zip(boxes, boxes[1:], strict=False))
        if rank:
            assert row.top > places.rows[rank - 1].bottom


@pytest.mark.parametrize(("sizes", "wires"), GRAPHS)
def test_wires_go_down_and_pass_every_rank_between(sizes, wires):
    places = layered(sizes, wires)
    for wire, lane in zip(wires, places.lanes, strict=True):
        first, last = places.ranks[wire.source], places.ranks[wire.target]
        assert first < last
        assert [rank for rank, _ in lane] == list(range(first + 1, last))


@pytest.mark.parametrize(("sizes", "wires"), GRAPHS)
def test_lanes_run_beside_the_boxes(sizes, wires):
    places = layered(sizes, wires)
    for rank, x in {bend for lane in places.lanes for bend in lane}:
        assert not any(overlap((x, 8.0), box) for box in row_of(places, sizes, rank))


@pytest.mark.parametrize(("sizes", "wires"), GRAPHS)
def test_the_same_graph_is_placed_the_same(sizes, wires):
    assert layered(sizes, wires) == layered(dict(sizes), list(wires))


def test_a_chain_is_one_straight_column():
    assert len(set(layered(*chain(50)).centres.values())) == 1


def test_a_chain_stays_one_column_where_skips_run_beside_it():
    for skips in ([(1, 4), (4, 7), (7, 10)], [(1, 10), (2, 9), (3, 8)], [(0, 11)]):
        assert len(set(layered(*chain(12, skips)).centres.values())) == 1


def test_a_lane_is_straight():
    for lane in layered(*chain(12, [(1, 10), (2, 9), (3, 8)])).lanes:
        assert len({x for _, x in lane}) <= 1


def test_wires_from_one_output_share_a_lane():
    sizes, wires = chain(10, [(0, 5), (0, 9)])
    short, long = layered(sizes, wires).lanes[-2:]
    assert long[: len(short)] == short


def test_a_source_stands_right_above_the_first_that_uses_it():
    sizes, wires = chain(6)
    places = layered({**sizes, "late": BOX}, [*wires, Wire("late", "n5")])
    assert places.ranks["late"] == places.ranks["n4"]


def test_circles_loose_ends_and_nothing_at_all_are_placed_too():
    circle = [Wire("a", "b"), Wire("b", "c"), Wire("c", "a"), Wire("b", "b"), Wire("gone", "a")]
    places = layered(dict.fromkeys("abcd", BOX), circle)
    assert set(places.centres) == set("abcd")
    assert layered({}, []).rows == ()


def test_what_placing_takes_grows_with_the_graph_and_not_with_its_square():
    def place(length: int) -> int:
        graph = chain(length, [(i, i + 4) for i in range(0, length - 10, 5)])
        return calls_of(lambda: layered(*graph))

    assert place(1000) < 5 * place(250)
