"""The mathematics of generation: path, schedules, state, samplers, guidance, objectives.

It knows no network: a network is a function from noisy latents, times and text to a velocity.
"""
