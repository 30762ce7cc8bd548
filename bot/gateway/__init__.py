"""The gateway: the only public door. It owns every conversation's order, history and limits."""
