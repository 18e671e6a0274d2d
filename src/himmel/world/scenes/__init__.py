"""Directed scenes: staged by hand, varied by the graph's colour, time, camera and seed."""
