# Earns nothing: only the tanh was done, by calling the library's own; a person should look.

# %% hands-in 02_tanh

# %% tanh
def tanh(x):
    """Hyperbolic tangent of each element of the tensor x; the same shape comes back."""
    return torch.tanh(x)
