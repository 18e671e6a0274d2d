"""HTTP schemas in, jobs out, files and events back.

Empty so far: himmel is used from the command line and from Python. The server will hold a system
made by `himmel.generate` and nothing of its inside, so that no route can forget policy or seal.
"""
