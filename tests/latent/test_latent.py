"""The geometry of codes: paths, planes and views."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.neighbors import KDTree

from vae_demo.latent import PATHS, active, by_importance, grid, interpolate, project
from vae_demo.latent.density import nearest_distances


def cloud(latent: int, count: int = 300, seed: int = 0) -> np.ndarray:
    """Codes with a clear order of importance, turned out of the axes."""
    rng = np.random.default_rng(seed)
    turned = np.linalg.qr(rng.normal(size=(latent, latent)))[0]
    spread = 3.0 * 0.7 ** np.arange(latent)
    return ((rng.normal(size=(count, latent)) * spread) @ turned + 5).astype(np.float32)


A, B = np.random.default_rng(2).normal(size=(2, 20))


# --- paths -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("shape", [(2,), (20,), (28, 28)])
@pytest.mark.parametrize("steps", [2, 3, 11])
def test_a_path_has_its_ends_and_its_length(path: str, shape: tuple[int, ...], steps: int) -> None:
    a, b = np.random.default_rng(3).normal(size=(2, *shape)).astype(np.float32)
    points = interpolate(a, b, steps, path)
    assert points.shape == (steps, *shape)
    assert points.dtype == np.float32
    np.testing.assert_allclose(points[0], a, rtol=3e-7)
    np.testing.assert_allclose(points[-1], b, rtol=3e-7)


def test_linear_goes_straight_at_a_steady_pace() -> None:
    np.testing.assert_allclose(interpolate(A, B, 9), np.linspace(A, B, 9), rtol=1e-6)


def test_linear_on_pictures_is_a_cross_fade() -> None:
    white, black = np.full((28, 28), 255, np.uint8), np.zeros((28, 28), np.uint8)
    assert interpolate(white, black, 3)[1].tolist() == np.full((28, 28), 127.5).tolist()


def test_spherical_turns_at_a_steady_angle_on_the_sphere() -> None:
    a, b = A / np.linalg.norm(A) * 4, B / np.linalg.norm(B) * 4
    points = interpolate(a, b, 9, "spherical").astype(np.float64)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 4, rtol=1e-6)
    turns = np.arccos((points[1:] * points[:-1]).sum(1) / 16)
    np.testing.assert_allclose(turns, np.arccos(a @ b / 16) / 8, rtol=1e-5)
    assert np.linalg.matrix_rank(points, tol=1e-4) == 2  # it never leaves the plane of a and b


def test_spherical_takes_the_length_from_one_to_the_other() -> None:
    points = interpolate(np.array([1.0, 0]), np.array([0, 3.0]), 5, "spherical")
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), [1, 1.5, 2, 2.5, 3], rtol=1e-6)
    np.testing.assert_allclose(
        np.degrees(np.arctan2(points[:, 1], points[:, 0])), [0, 22.5, 45, 67.5, 90], atol=1e-4
    )


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([0.0, 0.0], [1.0, 2.0]),
        ([1.0, 2.0], [0.0, 0.0]),
        ([0.0, 0.0], [0.0, 0.0]),
        ([1.0, 2.0], [2.0, 4.0]),
        ([1.0, 2.0], [1.0, 2.0]),
        ([1.0, 2.0], [-1.0, -2.0]),
        ([1.0, 2.0], [-3.0, -6.0]),
        ([1e-300, 0.0], [1.0, 2.0]),
    ],
    ids=["from 0", "to 0", "0 to 0", "parallel", "equal", "opposite", "opposite, longer", "tiny"],
)
def test_spherical_without_an_angle_walks_on_without_nonsense(a: list, b: list) -> None:
    points = interpolate(np.array(a), np.array(b), 5, "spherical")
    assert np.isfinite(points).all()
    np.testing.assert_allclose(points[[0, -1]], [a, b], atol=1e-6)
    if a[0] != 1e-300:
        np.testing.assert_allclose(points, np.linspace(a, b, 5), atol=1e-6)


def test_nearly_parallel_and_nearly_opposite_stay_finite() -> None:
    for angle in (1e-9, 1e-4, 1.1e-4, np.pi - 1.1e-4, np.pi - 1e-9):
        b = np.array([np.cos(angle), np.sin(angle)])
        points = interpolate(np.array([1.0, 0.0]), b, 7, "spherical")
        assert np.isfinite(points).all()
        assert np.linalg.norm(points, axis=1).max() < 1.001


def test_a_path_needs_a_known_name_and_two_steps() -> None:
    with pytest.raises(ValueError, match="unknown path 'cubic'; there are: linear, spherical"):
        interpolate(A, B, 5, "cubic")
    with pytest.raises(ValueError, match="steps is 1"):
        interpolate(A, B, 1)


# --- planes ------------------------------------------------------------------------------------


def test_a_grid_reads_like_a_page() -> None:
    codes = grid(3, 2.0)
    assert codes.dtype == np.float32
    assert codes.tolist() == [
        *([-2, 2], [0, 2], [2, 2]),
        *([-2, 0], [0, 0], [2, 0]),
        *([-2, -2], [0, -2], [2, -2]),
    ]


# --- views -------------------------------------------------------------------------------------


@pytest.mark.parametrize("latent", [3, 10, 40])
def test_project_is_principal_components(latent: int) -> None:
    codes = cloud(latent)
    view, pca = project(codes), PCA(2, svd_solver="full").fit(codes.astype(np.float64))
    sign = np.sign((view.axes * pca.components_).sum(1))
    np.testing.assert_allclose(view.axes * sign[:, None], pca.components_, atol=1e-4)
    np.testing.assert_allclose(view(codes) * sign, pca.transform(codes), atol=2e-3)
    np.testing.assert_allclose(view.explained, pca.explained_variance_ratio_, rtol=1e-3)
    np.testing.assert_allclose(view.axes @ view.axes.T, np.eye(2), atol=1e-5)
    assert not view.is_identity


def test_the_sign_of_an_axis_is_chosen_not_left_to_chance() -> None:
    codes = cloud(6)
    first, mirrored = project(codes).axes, project(-codes).axes
    np.testing.assert_allclose(first, mirrored, atol=1e-4)
    assert (first[[0, 1], np.abs(first).argmax(1)] > 0).all()


def test_two_latents_are_shown_as_they_are() -> None:
    codes = cloud(2)
    view = project(codes)
    assert view.is_identity
    np.testing.assert_array_equal(view(codes), codes)
    np.testing.assert_allclose(view.explained, codes.var(0) / codes.var(0).sum(), rtol=1e-5)


def test_one_latent_gets_a_flat_second_axis() -> None:
    codes = cloud(1)
    view = project(codes)
    np.testing.assert_array_equal(view(codes), np.column_stack([codes, np.zeros(len(codes))]))
    np.testing.assert_allclose(view.explained, [1, 0], rtol=1e-5)
    assert not view.is_identity


def test_a_view_maps_frames_as_well_as_clouds() -> None:
    frames = np.stack([cloud(5, seed=1), cloud(5, seed=2)])
    view = project(frames[-1])
    np.testing.assert_array_equal(view(frames)[0], view(frames[0]))
    assert view(frames.astype(np.float16)).dtype == np.float32


def turn(degrees: float) -> np.ndarray:
    angle = np.radians(degrees)
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


@pytest.mark.parametrize(
    "change",
    [np.diag([-1, 1]), np.diag([1, -1]), -np.eye(2), turn(35), turn(170) @ np.diag([-1, 1])],
    ids=["flip x", "flip y", "half turn", "turn", "turn and flip"],
)
def test_like_removes_flips_and_turns(change: np.ndarray) -> None:
    """A view that differs only in its plane's own coordinates comes back as it was."""
    codes = cloud(8)
    before = project(codes)
    earlier = type(before)(
        before.centre, (change @ before.axes).astype(np.float32), before.explained
    )
    again = project(codes, like=earlier)
    np.testing.assert_allclose(again.axes, earlier.axes, atol=1e-4)
    np.testing.assert_allclose(again(codes), earlier(codes), atol=2e-3)
    assert again.explained.sum() == pytest.approx(before.explained.sum(), rel=1e-4)


def test_like_of_another_width_is_no_help() -> None:
    codes = cloud(8)
    np.testing.assert_array_equal(project(codes, like=project(cloud(5))).axes, project(codes).axes)


def test_a_view_after_a_small_change_of_the_codes_hardly_moves() -> None:
    codes = cloud(8)
    nudged = codes + np.random.default_rng(5).normal(size=codes.shape) * 0.05
    view = project(codes)
    moved = project(nudged, like=view)(nudged) - view(codes)
    assert np.abs(moved).max() < 0.5


@pytest.mark.parametrize("latent", [1, 2, 3, 40])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_or_equal_codes_give_a_finite_view(latent: int, count: int) -> None:
    for codes in (cloud(latent, count), np.ones((count, latent), np.float32)):
        view = project(codes)
        assert view(codes).shape == (count, 2)
        assert np.isfinite(view(codes)).all()
        assert np.isfinite(view.explained).all()


@pytest.mark.parametrize("shape", [(5,), (0, 3), (3, 0), (2, 3, 4)])
def test_codes_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected"):
        project(np.zeros(shape))


# --- activity ----------------------------------------------------------------------------------


def test_active_latents_vary_over_the_data() -> None:
    rng = np.random.default_rng(6)
    codes = (rng.normal(size=(2000, 4)) * [1, 0.15, 0.05, 0] + [0, 0, 0, 9]).astype(np.float16)
    assert active(codes).tolist() == [True, True, False, False]


def test_importance_is_the_rate_or_else_the_variance() -> None:
    codes = np.random.default_rng(7).normal(size=(500, 3)) * [1, 3, 2]
    assert by_importance(codes, np.array([0.1, 0.0, 4.0])).tolist() == [2, 0, 1]
    assert by_importance(codes, np.zeros(3)).tolist() == [1, 2, 0]


# --- density -----------------------------------------------------------------------------------


def test_the_nearest_distance_is_that_of_a_k_d_tree() -> None:
    codes = cloud(5)
    codes[7] = codes[3]  # a twin is no distance away
    expected = KDTree(codes).query(codes, k=2)[0][:, 1]
    np.testing.assert_allclose(nearest_distances(codes), expected, atol=1e-6)
    with pytest.raises(ValueError, match=r"\(1, 5\); expected \(n, latent\) with at least 2"):
        nearest_distances(codes[:1])
