# Earns moons_data, moons_model, check_moons_loss_optimizer_loss, moons_outputs, check_tanh_values, check_tanh_gradient, check_tanh_pure: stopped in the middle of moons, wrote a first tanh, never handed in the spirals.

# %% hands-in 01_moons 02_tanh

# %% moons_data
from sklearn.datasets import make_moons

moons, which = make_moons(n_samples=1000, noise=0.07, random_state=42)
X = torch.tensor(moons, dtype=torch.float32)
y = torch.tensor(which, dtype=torch.float32)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)

# %% moons_model
torch.manual_seed(RANDOM_SEED)
moon_model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1)).to(device)

# %% moons_loss_optimizer
loss_fn = nn.BCEWithLogitsLoss()
# which optimizer?

# %% moons_outputs
y_logits = moon_model(X_train[:10].to(device)).squeeze(dim=1)
y_probs = torch.sigmoid(y_logits)
y_labels = (y_probs > 0.5).float()


# %% tanh
def tanh(x):
    """Hyperbolic tangent of each element of the tensor x; the same shape comes back."""
    up, down = torch.exp(x), torch.exp(-x)
    return (up - down) / (up + down)
