import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components as scipy_components

from sdg.foundation.connected import connected_components, triangles_by_piece


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[st.integers(0, n - 1)] * 2)))))
def test_components_are_those_of_scipy(case: tuple[int, list[tuple[int, int]]]) -> None:
    """SciPy numbers them by their first vertices, too."""
    count, edges = case
    start, end = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    graph = coo_matrix((np.ones(len(start)), (start, end)), shape=(count, count))
    assert np.array_equal(connected_components(start, end, count), scipy_components(graph, directed=False)[1])


def test_a_long_chain_in_random_order_is_one_component() -> None:
    order = np.random.default_rng(1).permutation(20_000)
    assert not connected_components(order[:-1], order[1:], 20_000).any()


@given(st.integers(1, 30).flatmap(lambda n: st.lists(st.tuples(*[st.integers(0, n - 1)] * 3), max_size=40)))
def test_triangles_go_with_their_piece_and_keep_their_order(triangles: list[tuple[int, int, int]]) -> None:
    corners = np.array(triangles, dtype=np.int64).reshape(-1, 3)
    order, starts = triangles_by_piece(corners)
    assert sorted(order.tolist()) == list(range(len(corners)))
    pieces = np.split(order, starts[1:]) if len(order) else []
    vertices = [set(corners[piece].ravel().tolist()) for piece in pieces]
    assert sum(map(len, vertices)) == len(set(corners.ravel().tolist())), "pieces share a vertex"
    for piece in pieces:
        assert (np.diff(piece) > 0).all()
        graph = coo_matrix(
            (np.ones(2 * len(piece)), (corners[piece][:, [0, 1]].ravel(), corners[piece][:, [1, 2]].ravel())),
            shape=(30, 30),
        )
        labels = scipy_components(graph, directed=False)[1]
        assert len(set(labels[corners[piece].ravel()].tolist())) == 1, "a piece hangs together"
