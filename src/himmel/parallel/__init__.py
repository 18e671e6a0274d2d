"""Takes a module, its plan and a mesh of devices; gives the module back sharded.

Empty so far: training runs on one device. A network will declare its plan as data, and only this
room will read it, so that no model ever knows how it is spread over machines.
"""
