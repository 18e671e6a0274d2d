"""The door: a request becomes a plan, latents, frames, a review and a sealed file."""
