"""What himmel does not make: a policy that screens prompts and reviews frames, and fails closed.

`policy` is the door's guard, `rules` finds terms, `normalise` undoes disguises of words, `frames` looks
at pictures, `data/rules.json` holds terms, rules and the sentences a person reads.
"""
