"""Schedules, samplers and guidance against diffusers, on a field that is not linear in anything."""

import pytest
import torch

from himmel.diffusion import path
from himmel.diffusion.guidance import adaptive_projected, guided, zero_init, zero_star
from himmel.diffusion.samplers import SAMPLERS, euler, unipc
from himmel.diffusion.schedules import flow_match_euler_times, unipc_times
from himmel.diffusion.state import LatentState

diffusers = pytest.importorskip("diffusers")

TEXT, NEGATIVE = torch.full((2, 4, 8), 0.7), torch.zeros(2, 4, 8)
STEPS_AND_SHIFTS = [
    (1, 1.0),
    (3, 1.0),
    (9, 1.0),
    (12, 3.0),
    (27, 1.0),
    (37, 5.0),
    (50, 8.0),
    (7, 3.3),
]


def network(z, timestep, text):
    """Something like a network: every cell looks at the others, at the clock and at the text."""
    cells = z.shape[2:] if timestep.ndim == 2 else (1, 1, 1)
    t = timestep.to(z).view(len(z), 1, *cells) / 1000
    words = text.to(z).mean(dim=(1, 2)).view(-1, 1, 1, 1, 1)
    near = z.roll(1, dims=2) + z.mean(dim=(1, 2, 3, 4), keepdim=True)
    return z - torch.tanh(words + 2 * z + near) * (1 + t) + words * torch.sin(7 * t + near)


def alone(z, times):
    """The network's velocity for the text, at times that all cells of a sample share."""
    return network(z, 1000 * times.view(len(z)), TEXT)


def noise(dtype):
    return torch.randn(2, 3, 4, 2, 3, generator=torch.Generator().manual_seed(0), dtype=dtype)


def state_of(eps):
    return LatentState.begin(torch.zeros_like(eps), torch.zeros_like(eps[:, :1, :1, :1, :1]), eps)


def uni_pc(steps, shift, dtype=torch.float32, **options):
    scheduler = diffusers.UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=shift, **options
    )
    scheduler.set_timesteps(steps)
    scheduler.sigmas = scheduler.sigmas.to(dtype)
    return scheduler


def flow_match_euler(steps, shift):
    scheduler = diffusers.FlowMatchEulerDiscreteScheduler(shift=shift)
    scheduler.set_timesteps(steps)
    return scheduler


def drawn_by(scheduler, z, predict):
    """The loop of a diffusers pipeline; predict(latents, timestep (B,)) -> velocity."""
    for moment in scheduler.timesteps:
        z = scheduler.step(predict(z, moment.expand(len(z))), moment, z, return_dict=False)[0]
    return z


@pytest.mark.parametrize(("steps", "shift"), STEPS_AND_SHIFTS)
def test_times_are_the_schedulers_bit_for_bit(steps, shift):
    ours, theirs = unipc_times(steps, shift), uni_pc(steps, shift)
    assert torch.equal(ours.float(), theirs.sigmas)
    clock = path.whole_timestep(ours)
    read = torch.cat([clock(t.float().view(1, 1, 1, 1, 1), (1, 1, 1)) for t in ours[:-1]])
    assert read.tolist() == theirs.timesteps.tolist()
    ours, theirs = flow_match_euler_times(steps, shift), flow_match_euler(steps, shift)
    assert torch.equal(ours.float(), theirs.sigmas)
    read = [path.timestep(t.float().view(1, 1, 1, 1, 1)) for t in ours[:-1]]
    assert torch.equal(torch.cat(read), theirs.timesteps)


@pytest.mark.parametrize(("dtype", "close"), [(torch.float64, 1e-12), (torch.float32, 1e-5)])
@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("final", [True, False])
def test_unipc(dtype, close, order, final):
    scheduler = uni_pc(12, 3.0, dtype, solver_order=order)
    if not final:  # to a time above zero: at zero their higher orders are no numbers
        scheduler = uni_pc(12, 3.0, dtype, solver_order=order, lower_order_final=False)
        scheduler.sigmas[-1] = 0.05
    times, eps = scheduler.sigmas, noise(dtype)
    fields = iter(times)  # the field reads sigma itself, so that only the solvers are compared
    theirs = drawn_by(scheduler, eps, lambda z, _: network(z, 1000 * next(fields).expand(2), TEXT))
    ours = unipc(
        alone,
        state_of(eps),
        times,
        order=order,
        lower_order_final=final,
    )
    torch.testing.assert_close(ours.z, theirs, atol=close, rtol=0)


@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")
def test_dpm_solver_plus_plus():
    scheduler = diffusers.DPMSolverMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
    )
    scheduler.set_timesteps(12)
    scheduler.sigmas[0] -= 1e-6  # theirs begins at 1 and would divide by infinity
    eps, fields = noise(torch.float32), iter(scheduler.sigmas)
    theirs = drawn_by(scheduler, eps, lambda z, _: network(z, 1000 * next(fields).expand(2), TEXT))
    ours = SAMPLERS["dpmpp-2m"](alone, state_of(eps), scheduler.sigmas)
    torch.testing.assert_close(ours.z, theirs, atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", ["unipc", "euler"])
@pytest.mark.parametrize("batched", [True, False])
def test_a_wan_pipelines_loop(name, batched):
    """Schedule, clock, guidance and solver together, as WanPipeline runs them in float32."""
    if name == "unipc":
        scheduler, times = uni_pc(10, 5.0), unipc_times(10, 5.0)
        clock = path.whole_timestep(times)
    else:
        scheduler, times, clock = flow_match_euler(10, 5.0), flow_match_euler_times(10, 5.0), None

    def predict(z, moment):
        wanted, unwanted = network(z, moment, TEXT), network(z, moment, NEGATIVE)
        return unwanted + 3.5 * (wanted - unwanted)

    eps, options = noise(torch.float32), {} if clock is None else {"clock": clock}
    field = guided(network, TEXT, NEGATIVE, 3.5, batched=batched, **options)
    ours = SAMPLERS[name](field, state_of(eps), times).z
    torch.testing.assert_close(ours, drawn_by(scheduler, eps, predict), atol=1e-5, rtol=0)


def test_a_first_frame_as_wan_ti2v_writes_it():
    """Times per token, frame 0 known: what is re-imposed there every step never moves here."""
    scheduler, times, eps = uni_pc(10, 5.0), unipc_times(10, 5.0), noise(torch.float32)
    known = torch.full_like(eps, 0.4)
    unknown = torch.ones_like(eps[:, :1])
    unknown[:, :, 0] = 0
    z = eps
    for moment in scheduler.timesteps:
        z = (1 - unknown) * known + unknown * z
        velocity = network(z, (unknown * moment).flatten(1), TEXT)
        z = scheduler.step(velocity, moment, z, return_dict=False)[0]
    theirs = (1 - unknown) * known + unknown * z
    field = guided(network, TEXT, NEGATIVE, clock=path.whole_timestep(times))
    ours = unipc(field, LatentState.begin(known, 1 - unknown, eps), times).z
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)


def guided_by(guider, steps):
    """Predictions that a diffusers guider joins, one step after the other."""
    moments = iter(range(steps))

    def predict(z, moment):
        guider.set_state(step=next(moments), num_inference_steps=steps, timestep=moment)
        guider.prepare_inputs({})
        return guider(
            [_Said(network(z, moment, text), name) for text, name in _SIDES],
        ).pred

    return predict


_SIDES = [(TEXT, "pred_cond"), (NEGATIVE, "pred_uncond")]


class _Said:
    def __init__(self, noise_pred, name):
        self.noise_pred, self.__guidance_identifier__ = noise_pred, name


@pytest.mark.parametrize("zero_steps", [0, 1, 3])
def test_cfg_zero_star(zero_steps):
    guider = diffusers.ClassifierFreeZeroStarGuidance(4.0, zero_init_steps=zero_steps)
    scheduler, eps = flow_match_euler(10, 3.0), noise(torch.float32)
    theirs = drawn_by(scheduler, eps, guided_by(guider, 10))
    times = zero_init(flow_match_euler_times(10, 3.0), zero_steps)
    ours = euler(guided(network, TEXT, NEGATIVE, 4.0, rule=zero_star), state_of(eps), times).z
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)


@pytest.mark.parametrize("eta", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("momentum", [None, -0.5, 0.3])
@pytest.mark.parametrize("norm", [0.0, 2.0])
def test_adaptive_projected_guidance_of_velocities(eta, momentum, norm):
    guider = diffusers.AdaptiveProjectedGuidance(
        guidance_scale=3.0,
        adaptive_projected_guidance_momentum=momentum,
        adaptive_projected_guidance_rescale=norm,
        eta=eta,
        use_original_formulation=True,  # the paper's: added to the prediction for the text
    )
    scheduler, eps = flow_match_euler(10, 3.0), noise(torch.float32)
    theirs = drawn_by(scheduler, eps, guided_by(guider, 10))
    rule = adaptive_projected(eta, momentum or 0.0, norm / eps[0].numel() ** 0.5, of_data=False)
    field = guided(network, TEXT, NEGATIVE, 4.0, rule=rule)
    ours = euler(field, state_of(eps), flow_match_euler_times(10, 3.0)).z
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)


def test_adaptive_projected_guidance_of_data():
    """The same through diffusers' formula, given predictions of the data."""
    from diffusers.guiders.adaptive_projected_guidance import MomentumBuffer, normalized_guidance

    scheduler, eps, buffer = flow_match_euler(10, 3.0), noise(torch.float64), MomentumBuffer(-0.5)
    theirs = eps
    for t, r in zip(scheduler.sigmas, scheduler.sigmas[1:], strict=False):
        wanted, unwanted = (network(theirs, 1000 * t.expand(2), x) for x in (TEXT, NEGATIVE))
        data = [path.clean(theirs, u, t) for u in (wanted, unwanted)]
        joined = normalized_guidance(*data, 3.0, buffer, 0.2, 1.5, use_original_formulation=True)
        theirs = theirs + (r - t) * (theirs - joined) / t
    rule = adaptive_projected(0.2, -0.5, 1.5 / eps[0].numel() ** 0.5)
    field = guided(network, TEXT, NEGATIVE, 4.0, rule=rule)
    ours = euler(field, state_of(eps), scheduler.sigmas).z
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)


@pytest.mark.parametrize("per_token", [False, True])
@torch.no_grad()
def test_wans_transformer_through_wans_loop(wan_config, per_token):
    """diffusers' transformer and scheduler against ours, in both ranks of the timestep."""
    from himmel.models.dit import DiT

    torch.manual_seed(0)
    transformer = diffusers.WanTransformer3DModel(**wan_config.to_dict()).eval()
    for parameter in transformer.parameters():
        parameter.data.add_(torch.randn_like(parameter) * 0.1)
    model = DiT(wan_config).eval()
    model.load_state_dict(transformer.state_dict(), strict=True)
    text, negative = torch.randn(2, 1, 7, wan_config.text_dim)
    eps, times = torch.randn(1, 4, 3, 4, 6), unipc_times(6, 5.0)

    def predict(z, moment):
        moment = moment.expand(1, 18) if per_token else moment
        said = [transformer(z, moment, words, return_dict=False)[0] for words in (text, negative)]
        return said[1] + 4.0 * (said[0] - said[1])

    field = guided(
        model,
        text,
        negative,
        4.0,
        prepare=model.cache_text,
        patch=wan_config.patch_size,
        clock=path.whole_timestep(times),
    )
    state = state_of(eps)
    if per_token:
        state = LatentState.begin(state.x0, torch.zeros_like(eps[:, :1]), eps)
    theirs = drawn_by(uni_pc(6, 5.0), eps, predict)
    torch.testing.assert_close(unipc(field, state, times).z, theirs, atol=1e-5, rtol=0)
    assert theirs.std() > 0.3
