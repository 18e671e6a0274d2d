"""The nouns everyone shares: geometry, values, configuration, errors, files, randomness."""
