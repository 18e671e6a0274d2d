"""Parts that more than one network uses: attention, rotary positions, norms, embeddings."""
