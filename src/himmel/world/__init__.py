"""The simulated world: graphs of what happens, their captions, and the clips that show it."""
