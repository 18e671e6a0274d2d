"""What training data is there, whose it is, and how it goes away again.

`catalogue` lists every clip of a folder of shards in SQLite, `removal` takes clips out of shards, latents
and captions and proves that they are gone, `manifest` says in plain values what is left, `croissant`
says it for other tools. `copies` finds near-copies. `optout` reads what a holder says about training.
Ingesting other people's footage is not here yet; it will begin with those readers.
"""
