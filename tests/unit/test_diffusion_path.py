"""Time runs from noise (1) to data (0), and the network's clock counts 0..1000."""

import torch

from himmel.diffusion import path


def test_time_direction():
    x0, eps = torch.randn(2, 3, 2, 2, 2), torch.randn(2, 3, 2, 2, 2)
    assert torch.equal(path.noised(x0, eps, 0.0), x0)
    assert torch.equal(path.noised(x0, eps, 1.0), eps)


def test_velocity_is_the_derivative_of_the_path():
    x0, eps = torch.randn(4, dtype=torch.float64), torch.randn(4, dtype=torch.float64)
    slope = (path.noised(x0, eps, 0.6) - path.noised(x0, eps, 0.4)) / 0.2
    torch.testing.assert_close(slope, path.velocity(x0, eps))


def test_clean_inverts_noised():
    x0, eps = torch.randn(5), torch.randn(5)
    z = path.noised(x0, eps, 0.7)
    torch.testing.assert_close(path.clean(z, path.velocity(x0, eps), 0.7), x0)


def test_clock_per_sample_and_per_token():
    times = torch.tensor([0.25, 1.0]).view(2, 1, 1, 1, 1)
    assert path.timestep(times).tolist() == [250.0, 1000.0]
    cells = torch.arange(8.0).view(1, 1, 2, 2, 2) / 8
    assert path.timestep(cells).tolist() == [[125.0 * i for i in range(8)]]
    assert path.timestep(cells, (1, 2, 2)).tolist() == [[375.0, 875.0]]


def test_whole_clock_rounds_what_float32_would_get_wrong():
    moments = torch.tensor([1 - 1e-6, 0.667 - 1e-12, 0.667, 0.0], dtype=torch.float64)
    for exact, tick in zip(moments, (999, 666, 667, 0), strict=True):
        clock = path.whole_timestep(exact.view(1))
        assert clock(exact.float().view(1, 1, 1, 1, 1), (1, 1, 1)).tolist() == [tick]
    clock = path.whole_timestep(moments[:2])
    cells = torch.tensor([0.0, 0.12345, 0.5, 0.667]).view(1, 1, 1, 2, 2)
    assert clock(cells, (1, 1, 1)).tolist() == [[0.0, 123.0, 500.0, 666.0]]
