"""The ranker: p(shopper buys product) = σ(f([H_u; V_i])). Training uses TensorFlow, serving numpy only."""
