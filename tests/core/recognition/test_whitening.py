"""Running sums equal what a batch computation gives; whitening shapes the within-class noise."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.recognition.whitening import WithinScatter, whitening


def batch_scatter(classes: list[np.ndarray]) -> np.ndarray:
    total = np.zeros((6, 6))
    for rows in classes:
        if len(rows):
            centered = rows.astype(np.float64) - rows.astype(np.float64).mean(axis=0)
            total += centered.T @ centered
    return total


steps = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 4), st.booleans(), st.integers(0, 2**16)), min_size=1, max_size=20
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_rows_that_join_and_leave_give_the_scatter_of_what_remains(steps: list[tuple[int, int, bool, int]]) -> None:
    scatter = WithinScatter(6)
    classes = [np.zeros((0, 6), np.float32) for _ in range(4)]
    for owner, count, is_leaving, seed in steps:
        rows = classes[owner]
        if is_leaving:
            going, staying = rows[:count], rows[count:]
            mean = staying.mean(axis=0, dtype=np.float64) if len(staying) else np.zeros(6)
            scatter.leave(going, count=len(staying), mean=mean)
            classes[owner] = staying
        else:
            fresh = np.random.default_rng(seed).standard_normal((count, 6)).astype(np.float32)
            mean = rows.mean(axis=0, dtype=np.float64) if len(rows) else np.zeros(6)
            scatter.join(fresh, count=len(rows), mean=mean)
            classes[owner] = np.concatenate([rows, fresh])
    np.testing.assert_allclose(scatter.total, batch_scatter(classes), atol=2e-4)
    assert scatter.freedom == sum(max(len(rows) - 1, 0) for rows in classes)


def test_without_shrinkage_the_within_class_covariance_becomes_round() -> None:
    rng = np.random.default_rng(1)
    stretch = np.diag([5.0, 1.0, 0.2])
    rows = (rng.standard_normal((400, 3)) @ stretch).astype(np.float32)
    scatter = WithinScatter(3)
    scatter.join(rows, count=0, mean=np.zeros(3))
    mapped = rows @ whitening(scatter, shrinkage=1e-6).T
    covariance = np.cov(mapped.T)
    np.testing.assert_allclose(covariance / covariance[0, 0], np.eye(3), atol=1e-3)


def test_identical_or_no_looks_leave_the_space_as_it_is() -> None:
    scatter = WithinScatter(4)
    np.testing.assert_array_equal(whitening(scatter, shrinkage=0.2), np.eye(4))
    scatter.join(np.tile(np.array([1, 0, 0, 0], np.float32), (9, 1)), count=0, mean=np.zeros(4))
    np.testing.assert_array_equal(whitening(scatter, shrinkage=0.2), np.eye(4))
