"""Dense vectors of texts, behind one port: a packaged model, any local one, or an endpoint."""
