"""Two processes against one: gradients, exact steps, checkpoints of either kind, a killed process."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import teamwork
import torch
from safetensors.torch import load_file
from test_train_trainer import assert_same_bits, final_tensors

from himmel.core.errors import HimmelError
from himmel.parallel import SpreadConfig, join
from himmel.train.checkpoint import checkpoints, read_checkpoint

HERE = Path(__file__).parent


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def environment(**more):
    path = os.pathsep.join([str(HERE), *sys.path])
    return {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", **more}


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    """What one process makes of the same steps, whole and up to the second."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("team")
    teamwork.trainer(folder / "alone").fit()
    teamwork.trainer(folder / "alone-1", teamwork.Until(1)).fit()
    teamwork.trainer(folder / "from-one", teamwork.Until(2)).fit()
    return folder


@pytest.fixture(scope="module")
def two(one):
    """What two processes make of them; everything in one start, because starting takes longest."""
    port = str(free_port())
    team = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    words = [sys.executable, str(HERE / "teamwork.py"), "together", str(one)]
    running = [subprocess.Popen(words, env=environment(RANK=r, LOCAL_RANK=r, **team)) for r in "01"]
    assert [process.wait(580) for process in running] == [0, 0]
    return one


@pytest.mark.parametrize("kind", teamwork.CLIPS)
@pytest.mark.parametrize("ways", ["data", "context"])
def test_gradients_are_those_of_one_process(two, ways, kind):
    model = teamwork.network()
    loss = teamwork.descend(model, *teamwork.clips(kind))
    found = load_file(two / f"{ways}-{kind}.safetensors")
    assert found.pop("loss") == pytest.approx(float(loss), rel=1e-6)
    for name, exact in teamwork.gradients(model).items():
        assert (found[name] - exact).abs().max() <= 1e-5 * exact.abs().max(), name


def test_weights_that_travel_in_bfloat16_are_rounded_and_no_more(two):
    model = teamwork.network()
    with torch.autocast("cpu", torch.bfloat16):
        teamwork.descend(model, *teamwork.clips("frame"))
    found = load_file(two / "rounded.safetensors")
    # The blocks' own rounding is 2^-9 a number; a dozen layers of it stay within a few times that.
    for name, exact in teamwork.gradients(model).items():
        assert 0 < (found[name] - exact).norm() <= 0.05 * exact.norm(), name


def apart(first, second):
    """How far the weights of two runs are apart at most, in steps of the full rate."""
    assert first.keys() == second.keys()
    weights = [name for name in first if not name.startswith("optimiser")]
    return max(float((first[n] - second[n]).abs().max()) for n in weights) / teamwork.RATE


def answer(tensors):
    """What the weights of a run make of a clip."""
    model = teamwork.network()
    weights = {n.partition("/")[2]: t for n, t in tensors.items() if n.startswith("weights/")}
    model.load_state_dict(weights)
    with torch.no_grad():
        return model(*teamwork.clips("frame")[:3])


def unlike(first, second):
    """Relative distance of two runs' answers.

    Kernels round the ends of a row in another way than its middle, and shards end elsewhere. Newton and
    Schulz lift singular values near zero 3.4^5 times, and with them what rounding left there, so weights
    come apart in directions that the loss hardly sees; answers do not.
    """
    return float((answer(first) - answer(second)).norm() / answer(second).norm())


def test_one_step_is_that_of_one_process(two):
    """Half of twice a gradient is that gradient: on the same clips Muon may not differ at all."""
    first, second = final_tensors(two / "alone-1"), final_tensors(two / "team-1")
    matrices = [n for n in first if "muon" in n]
    assert len(matrices) == 20
    names = [n.removeprefix("optimiser/muon/").removesuffix("/momentum_buffer") for n in matrices]
    for name in [*matrices, *(f"weights/{n}" for n in names)]:
        assert torch.equal(first[name], second[name]), name
    assert apart(first, second) <= 1e-5


def test_steps_on_the_same_clips_are_those_of_one_process(two):
    whole = final_tensors(two / "whole")
    assert unlike(final_tensors(two / "alone"), whole) <= 1e-4
    assert unlike(final_tensors(two / "alone-1"), whole) > 1e-2


def test_a_team_goes_on_bit_for_bit(two):
    assert_same_bits(final_tensors(two / "whole"), final_tensors(two / "parts"))


def test_a_team_goes_on_from_one_process_and_one_from_a_team(two):
    alone = final_tensors(two / "alone")
    assert unlike(alone, final_tensors(two / "from-one")) <= 1e-4
    assert teamwork.trainer(two / "to-one").fit().step == teamwork.STEPS
    assert unlike(alone, final_tensors(two / "to-one")) <= 1e-4


def test_the_files_of_a_team_are_shards_that_one_process_reads(two):
    path = checkpoints(two / "whole" / "checkpoints")[-1]
    names = sorted(p.name for p in path.glob("*.safetensors"))
    assert [n[:11] for n in names] == ["shard-00001", "shard-00002"]
    held = [p.stat().st_size for p in path.glob("*.safetensors")]
    assert max(held) < 0.7 * sum(held)
    average = {f"ema/{n}": t for n, t in load_file(two / "average.safetensors").items()}
    tensors = final_tensors(two / "whole")
    assert_same_bits(average, {n: t for n, t in tensors.items() if n.startswith("ema/")})


def test_a_damaged_shard_is_noticed(two, tmp_path):
    path = checkpoints(two / "whole" / "checkpoints")[-1]
    shard = next(path.glob("shard-00002*"))
    whole = shard.read_bytes()
    shard.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(HimmelError, match="does not match its checksum"):
        read_checkpoint(path)
    shard.write_bytes(whole)


def test_one_process_takes_the_micro_batches_that_two_share(two):
    watch = teamwork.Take()
    alone = teamwork.trainer(two / "fresh-alone", watch, data=teamwork.fresh, micro_batches=2)
    alone.fit()
    taken = load_file(two / "taken.safetensors")["taken"]
    assert taken[:, 2].tolist() == [4.0] * teamwork.STEPS
    assert torch.allclose(taken[0], torch.tensor(watch.taken[0]), rtol=1e-5)
    assert taken[-1, 0] == pytest.approx(watch.taken[-1][0], rel=1e-2)


def test_a_killed_process_ends_the_team_and_torchrun_goes_on_bit_for_bit(two):
    words = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
    words += ["--max-restarts", "1", "--master-port", str(free_port())]
    words += [str(HERE / "teamwork.py"), "torchrun", str(two)]
    run = subprocess.run(
        words, check=False, env=environment(), capture_output=True, text=True, timeout=580
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert signal.SIGKILL.name in run.stderr or "exitcode: -9" in run.stderr
    assert_same_bits(final_tensors(two / "whole"), final_tensors(two / "killed"))


def test_weights_travel_in_bfloat16_only_where_they_are_used_in_it(tmp_path):
    with pytest.raises(HimmelError, match="precision bf16"):
        teamwork.trainer(tmp_path, gather="bf16")


def test_a_process_of_its_own_is_no_team(monkeypatch):
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK"):
        monkeypatch.delenv(name, raising=False)
    with join(SpreadConfig()) as team:
        assert team is None
    with (
        pytest.raises(HimmelError, match="torchrun --nproc-per-node 2"),
        join(SpreadConfig(context=2)),
    ):
        pass
