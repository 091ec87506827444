"""A BERT encoder as an ONNX graph, written from its weights: no torch, no export tool.

The graph is the published architecture (Devlin et al., 2019): embeddings, then layers of
self-attention and a feed-forward step with GELU, each with a residual and a layer norm. Inputs
`input_ids` and `attention_mask` are (texts, tokens); the output is (texts, tokens, width).
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

Weights = Mapping[str, npt.NDArray[np.float32]]
#: Raised when the graph changes, so that one written before is written again.
GRAPH_VERSION = 1
_OPSET = 17
_IR = 8
_FORMATS: Mapping[str, np.dtype[Any]] = {
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "I64": np.dtype("<i8"),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """layers, heads: how many. width: numbers a token. epsilon: of the layer norms."""

    layers: int
    heads: int
    width: int
    epsilon: float


def read_weights(file: Path) -> Weights:
    """The tensors of a safetensors file. Raises ValueError when it is none.

    The format: eight bytes with the length of a JSON header, the header, then the numbers.
    """
    raw = file.read_bytes()
    try:
        (length,) = struct.unpack_from("<Q", raw)
        header = json.loads(raw[8 : 8 + length])
        return {name: _tensor(raw, 8 + length, entry) for name, entry in _entries(header)}
    except (struct.error, KeyError, TypeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file.name} is not a safetensors file: {error}") from error


def _entries(header: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(name, entry) for name, entry in header.items() if name != "__metadata__"]


def _tensor(raw: bytes, base: int, entry: Mapping[str, Any]) -> npt.NDArray[np.float32]:
    kind = _FORMATS[entry["dtype"]]
    start, end = entry["data_offsets"]
    flat = np.frombuffer(raw, kind, (end - start) // kind.itemsize, base + start)
    shaped: npt.NDArray[np.float32] = flat.reshape(entry["shape"]).astype(np.float32)
    return shaped


def write_graph(weights: Weights, shape: Shape) -> bytes:
    """The model as ONNX bytes. Raises KeyError when a weight is missing."""
    graph = _Graph(weights, shape)
    hidden = graph.embeddings()
    for layer in range(shape.layers):
        hidden = graph.layer(f"encoder.layer.{layer}", hidden)
    graph.add("Identity", [hidden], output="last_hidden_state")
    return bytes(graph.model().SerializeToString())


@dataclass
class _Graph:
    weights: Weights
    shape: Shape
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, onnx.TensorProto] = field(default_factory=dict)
    count: int = 0

    def add(self, kind: str, inputs: list[str], *, output: str = "", **attributes: Any) -> str:
        """One node; the name of its output."""
        self.count += 1
        name = output or f"{kind.lower()}_{self.count}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def number(self, value: float) -> str:
        return self.constant(f"number_{value!r}", np.array([value], dtype=np.float32))

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def norm(self, name: str, value: str) -> str:
        scale, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.add(
            "LayerNormalization", [value, scale, bias], axis=-1, epsilon=self.shape.epsilon
        )

    def linear(self, name: str, value: str) -> str:
        turned = self.constant(f"{name}.weight^T", self.weights[f"{name}.weight"].T)
        return self.add("Add", [self.add("MatMul", [value, turned]), self.weight(f"{name}.bias")])

    def embeddings(self) -> str:
        """Word, position and type together. Positions are counted by CumSum: onnxruntime's
        fusions stumble over a Gather whose index is a Range."""
        one = helper.make_tensor("one", TensorProto.INT64, [1], [1])
        ones = self.add("ConstantOfShape", [self.add("Shape", ["input_ids"])], value=one)
        axis = self.constant("axis_1", np.array([1], dtype=np.int64))
        counted = self.add("CumSum", [ones, axis], exclusive=1)
        words = self.add("Gather", [self.weight("embeddings.word_embeddings.weight"), "input_ids"])
        places = self.add("Gather", [self.weight("embeddings.position_embeddings.weight"), counted])
        kinds = self.weights["embeddings.token_type_embeddings.weight"][:1]
        kind = self.constant("first_token_type", kinds)
        total = self.add("Add", [self.add("Add", [words, places]), kind])
        return self.norm("embeddings.LayerNorm", total)

    def mask(self) -> str:
        """0 for a token, a large negative number for padding; (n, 1, 1, t)."""
        if not any(node.output[0] == "mask" for node in self.nodes):
            axes = self.constant("axes_1_2", np.array([1, 2], dtype=np.int64))
            wide = self.add("Unsqueeze", ["attention_mask", axes])
            real = self.add("Cast", [wide], to=TensorProto.FLOAT)
            absent = self.add("Sub", [self.number(1.0), real])
            self.add("Mul", [absent, self.number(-10_000.0)], output="mask")
        return "mask"

    def heads(self, name: str, value: str, order: list[int]) -> str:
        """The projection, parted into heads and turned to `order`."""
        each = self.shape.width // self.shape.heads
        parts = self.constant("parts", np.array([0, 0, self.shape.heads, each], dtype=np.int64))
        parted = self.add("Reshape", [self.linear(name, value), parts])
        return self.add("Transpose", [parted], perm=order)

    def attention(self, name: str, value: str) -> str:
        query = self.heads(f"{name}.query", value, [0, 2, 1, 3])
        key = self.heads(f"{name}.key", value, [0, 2, 3, 1])
        content = self.heads(f"{name}.value", value, [0, 2, 1, 3])
        scale = self.number(1 / math.sqrt(self.shape.width // self.shape.heads))
        scores = self.add("Mul", [self.add("MatMul", [query, key]), scale])
        shares = self.add("Softmax", [self.add("Add", [scores, self.mask()])], axis=-1)
        mixed = self.add("Transpose", [self.add("MatMul", [shares, content])], perm=[0, 2, 1, 3])
        whole = self.constant("whole", np.array([0, 0, self.shape.width], dtype=np.int64))
        return self.add("Reshape", [mixed, whole])

    def gelu(self, value: str) -> str:
        """x / 2 * (1 + erf(x / sqrt 2)), Hendrycks and Gimpel, 2016."""
        error = self.add("Erf", [self.add("Div", [value, self.number(math.sqrt(2))])])
        raised = self.add("Mul", [value, self.add("Add", [error, self.number(1.0)])])
        return self.add("Mul", [raised, self.number(0.5)])

    def layer(self, name: str, value: str) -> str:
        attended = self.linear(
            f"{name}.attention.output.dense", self.attention(f"{name}.attention.self", value)
        )
        middle = self.norm(f"{name}.attention.output.LayerNorm", self.add("Add", [attended, value]))
        wide = self.gelu(self.linear(f"{name}.intermediate.dense", middle))
        narrow = self.linear(f"{name}.output.dense", wide)
        return self.norm(f"{name}.output.LayerNorm", self.add("Add", [narrow, middle]))

    def model(self) -> onnx.ModelProto:
        places = ["texts", "tokens"]
        graph = helper.make_graph(
            self.nodes,
            "bert",
            [
                helper.make_tensor_value_info("input_ids", TensorProto.INT64, places),
                helper.make_tensor_value_info("attention_mask", TensorProto.INT64, places),
            ],
            [
                helper.make_tensor_value_info(
                    "last_hidden_state", TensorProto.FLOAT, [*places, self.shape.width]
                )
            ],
            list(self.constants.values()),
        )
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR
        )
