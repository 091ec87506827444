"""Finding what Gemba knows beside the data: embeddings, BM25, vector stores and hybrid search."""
