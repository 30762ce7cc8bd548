"""Every learned model: encoder, understanding, ranking, and the server that runs them."""
