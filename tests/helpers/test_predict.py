"""A model's outputs, in whatever form it gives them, and the labels they mean."""

import numpy as np
import pytest
import torch
from torch import nn

from helpers.predict import model_outputs, predicted_labels

X = torch.randn(6, 2, generator=torch.Generator().manual_seed(0))


class Spy(nn.Module):
    """Remembers what it was given, and answers with what it is told to."""

    def __init__(self, answer=None, dtype=torch.float32):
        super().__init__()
        self.layer = nn.Linear(2, 3, dtype=dtype)
        self.answer = answer or (lambda out: out)
        self.given = None

    def forward(self, x):
        self.given = (self.training, self.layer.training, torch.is_grad_enabled(), x)
        return self.answer(self.layer(x))


@pytest.mark.parametrize(
    ("answer", "shape"),
    [
        (lambda out: out, (6, 3)),
        (lambda out: out[:, 0], (6,)),
        (lambda out: out[:, :1], (6,)),
        (lambda out: out[:, :2], (6, 2)),
        (lambda out: (out, "extra"), (6, 3)),
        (lambda out: ["extra", None, out, out[:, 0]], (6, 3)),
        (lambda out: {"loss": None, "logits": out, "other": out[:, 0]}, (6, 3)),
        (lambda out: ({"logits": out[:, :1]}, out), (6,)),
    ],
)
def test_every_form_of_answer(answer, shape):
    model = Spy(answer)
    outputs = model_outputs(model, X)
    assert tuple(outputs.shape) == shape
    assert torch.equal(outputs.reshape(6, -1), model.layer(X)[:, : outputs[0].numel()])
    assert (outputs.requires_grad, outputs.device.type) == (False, "cpu")


def test_the_model_runs_in_eval_mode_without_gradients_on_a_copy():
    model = Spy()
    features = X.clone().requires_grad_()
    model_outputs(model, features)
    *modes, given = model.given
    assert modes == [False, False, False]
    assert (model.training, model.layer.training) == (True, True)
    assert given.data_ptr() != features.data_ptr()


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("features", [X, X.double(), X.numpy(), X.int(), X.tolist()])
def test_features_are_cast_to_the_models_dtype(dtype, features):
    model = Spy(dtype=dtype)
    assert model_outputs(model, features).dtype == dtype
    assert model.given[-1].dtype == dtype


def test_a_buffer_tells_the_dtype_where_there_is_no_parameter():
    model = nn.BatchNorm1d(2, affine=False, dtype=torch.float64)
    assert model_outputs(model, X).dtype == torch.float64


@pytest.mark.parametrize("wrap", [np.asarray, torch.as_tensor, list])
def test_plain_functions_get_float32(wrap):
    seen = []

    def function(x):
        seen.append(x.dtype)
        return x[:, 0]

    outputs = model_outputs(function, wrap(np.array([[1.0, 2.0], [3.0, 4.0]])))
    assert (outputs.tolist(), seen) == ([1.0, 3.0], [torch.float32])


def test_one_row_and_many_rows():
    assert model_outputs(lambda x: x[:, :1].squeeze(), torch.ones(1, 2)).tolist() == [1.0]
    assert model_outputs(lambda x: x[:, 0], torch.ones(1_000_000, 2)).shape == (1_000_000,)
    assert model_outputs(lambda x: x[:, 0], torch.ones(0, 2)).shape == (0,)


def test_a_traced_module_and_a_bound_method_run_too():
    model = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5))
    expected = model[0](X)
    assert torch.equal(model_outputs(torch.jit.trace(model.eval(), X).train(), X), expected)
    assert torch.equal(model_outputs(model.train().forward, X), expected)
    assert model[1].training


def test_outputs_are_not_the_models_own_memory():
    kept = torch.zeros(6)
    outputs = model_outputs(lambda x: kept, X)
    outputs += 1
    assert kept.sum() == 0


def test_lazy_layers_stay_lazy():
    model = nn.Sequential(nn.LazyLinear(4), nn.LazyBatchNorm1d(), nn.LazyLinear(3))
    before = torch.get_rng_state()
    assert model_outputs(model, X).shape == (6, 3)
    assert all(isinstance(p, nn.parameter.UninitializedParameter) for p in model.parameters())
    assert torch.equal(torch.get_rng_state(), before)
    assert isinstance(model[0], nn.LazyLinear)
    assert model.training


def test_all_is_put_back_when_the_model_raises():
    class Broken(nn.Module):
        def __init__(self):
            super().__init__()
            self.part = nn.Dropout()
            self.register_buffer("seen", torch.zeros(1))

        def forward(self, x):
            self.seen += 1
            torch.rand(1), np.random.rand()
            raise RuntimeError("the learner's own error")

    model = Broken()
    model.part.eval()
    before = torch.get_rng_state(), np.random.get_state()[2]
    with pytest.raises(RuntimeError, match="the learner's own error"):
        model_outputs(model, X)
    assert (model.training, model.part.training, model.seen.item()) == (True, False, 0)
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1] == np.random.get_state()[2]
    assert torch.is_grad_enabled()


def test_a_pending_backward_pass_still_works():
    model = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Linear(2, 1)).eval()
    loss = model(X).sum()
    model_outputs(model, X)
    loss.backward()
    assert model[0].weight.grad is not None


@pytest.mark.parametrize(
    ("model", "features", "error", "words"),
    [
        (lambda x: x[:3, 0], X, ValueError, r"shape \(6, 2\) .*shape \(3,\).*\(6,\)"),
        (lambda x: x.sum(), X, ValueError, r"shape \(6, 2\) .*shape \(\): return one row"),
        (lambda x: x[None], X, ValueError, r"shape \(6, 2\) .*shape \(1, 6, 2\)"),
        (lambda x: x[:, :0], X, ValueError, r"outputs of shape \(6, 0\)"),
        (lambda x: None, X, TypeError, "gave NoneType without a tensor"),
        (lambda x: x.numpy(), X, TypeError, "gave ndarray without a tensor"),
        (lambda x: ("a", {}), X, TypeError, "gave tuple without a tensor"),
        (lambda x: x, X[0], ValueError, r"X has shape \(2,\): .* shape \(N, F\)"),
        (lambda x: x, X.to(torch.complex64), TypeError, "X has dtype torch.complex64"),
        (lambda x: x, [["a", "b"]], TypeError, "X must hold real numbers"),
    ],
)
def test_refusals_name_both_shapes(model, features, error, words):
    with pytest.raises(error, match=words):
        model_outputs(model, features)


@pytest.mark.parametrize(
    ("outputs", "labels"),
    [
        ([0.2, 0.5, 0.7, 1.0], [0, 0, 1, 1]),
        ([0.2, -0.1, 0.7, 0.0], [1, 0, 1, 0]),
        ([0.2, 1.1, 0.7, 0.9], [1, 1, 1, 1]),
        ([[0.2], [0.6]], [0, 1]),
        ([[0.2], [-0.6]], [1, 0]),
        ([[0.1, 0.4, 0.3], [9.0, -1.0, 2.0]], [1, 0]),
        ([[0.1, 0.4], [0.6, 0.2]], [1, 0]),
        ([float("inf"), -float("inf")], [1, 0]),
        ([0, 1, 1], [0, 1, 1]),
    ],
)
def test_labels_from_probabilities_or_logits(outputs, labels):
    answer = predicted_labels(torch.tensor(outputs))
    assert (answer.tolist(), answer.dtype) == (labels, torch.int64)


@pytest.mark.parametrize(
    ("outputs", "error", "words"),
    [
        (torch.tensor([0.1, float("nan")]), ValueError, "1 of the model's 2 outputs .*nan"),
        (torch.zeros(2, 2, 2), ValueError, r"shape \(2, 2, 2\)"),
        ([0.1], TypeError, "came as list: pass what model_outputs returns"),
    ],
)
def test_labels_refuse(outputs, error, words):
    with pytest.raises(error, match=words):
        predicted_labels(outputs)


def test_on_the_gpu():
    if not torch.cuda.is_available():
        pytest.skip("no GPU on this machine")
    model = nn.Sequential(nn.Linear(2, 8), nn.Dropout(), nn.Linear(8, 3)).cuda()
    before = torch.cuda.get_rng_state()
    outputs = model_outputs(nn.Sequential(model, nn.Dropout()), X)
    assert outputs.device.type == "cpu"
    assert next(model.parameters()).is_cuda
    model_outputs(lambda x: torch.rand(len(x), device="cuda"), X.cuda())
    assert torch.equal(torch.cuda.get_rng_state(), before)
