"""One action of an actor 28-256-256-256-4 or 28-128-128-4: ONNX Runtime, and PyTorch in inference mode."""

from itertools import pairwise

import numpy as np
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

SIZES = {"3x256": [28, 256, 256, 256, 4], "2x128": [28, 128, 128, 4]}


def make(case, threads):
    """`case` is onnx-3x256, torch-2x128 and the like."""
    name, shape = case.split("-")
    torch.set_num_threads(threads)
    linear = [nn.Linear(a, b) for a, b in pairwise(SIZES[shape])]
    return (onnx if name == "onnx" else pytorch)(linear, threads), 1


def pytorch(linear, _threads):
    hidden = [part for layer in linear[:-1] for part in (layer, nn.ReLU())]
    actor = nn.Sequential(*hidden, linear[-1], nn.Tanh()).eval()
    x = torch.randn(1, 28)

    def act():
        with torch.inference_mode():
            return actor(x)

    return act


def onnx(linear, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(
        graph(linear).SerializeToString(), options, providers=["CPUExecutionProvider"],
    )
    x = {"x0": np.random.default_rng(0).standard_normal((1, 28), np.float32)}
    return lambda: session.run(None, x)


def graph(linear):
    """The actor as a model: a Gemm and its squashing per layer."""
    nodes, weights = [], []
    for i, layer in enumerate(linear):
        weights.append(numpy_helper.from_array(layer.weight.detach().numpy(), f"w{i}"))
        weights.append(numpy_helper.from_array(layer.bias.detach().numpy(), f"b{i}"))
        squash = "Relu" if i + 1 < len(linear) else "Tanh"
        nodes.append(helper.make_node("Gemm", [f"x{i}", f"w{i}", f"b{i}"], [f"z{i}"], transB=1))
        nodes.append(helper.make_node(squash, [f"z{i}"], [f"x{i + 1}"]))

    def value(name, width):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, width])

    inside = helper.make_graph(nodes, "actor", [value("x0", 28)], [value(f"x{len(linear)}", 4)], weights)
    return helper.make_model(inside, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
