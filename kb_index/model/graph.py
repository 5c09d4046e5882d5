"""Builds the ONNX graph of a BERT sentence encoder by hand, from its weights; no exporter and no torch is needed.

Inputs: ``input_ids`` int64 ``(batch, width)``, padded on the right; ``lengths`` int32 ``(batch,)``, the tokens of each text.
Outputs: ``sentence`` float32 ``(batch, hidden)``, the normalised mean of the token states; ``tokens`` float32
``(batch, width, hidden)``, the states themselves. ONNX Runtime's fused operators are used directly.

Where the reach of their inputs is known, linear layers are in 8 bits (:mod:`kb_index.model.quantise`); else they are float32, and the
graph tells that reach: ``<layer>.low`` and ``<layer>.high``, float32 ``(in,)``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from kb_index.model.packed import FloatArray
from kb_index.model.quantise import Quantised, Reach, quantise

_MICROSOFT = "com.microsoft"
_EMBEDDINGS = (
    "word_embeddings.weight",
    "position_embeddings.weight",
    "token_type_embeddings.weight",
    "LayerNorm.weight",
    "LayerNorm.bias",
)


@dataclass(frozen=True, slots=True)
class GraphOptions:
    """Sizes that the weights do not tell."""

    layers: int
    heads: int
    epsilon: float


@dataclass(slots=True)
class _Builder:
    options: GraphOptions
    weights: Mapping[str, FloatArray]
    reach: Mapping[str, Reach] | None
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name].astype(np.float32))

    def node(self, kind: str, inputs: list[str], outputs: list[str], **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=outputs[0], **attributes))
        return outputs[0]

    def linear(self, source: str, name: str, parts: Sequence[str] = ("",)) -> str:
        """``source @ weight.T + bias``; BERT's linear weights are ``(out, in)``. Several ``parts`` are computed side by side."""
        weight = np.concatenate([self.weights[f"{name}{part}.weight"] for part in parts])
        bias = self.constant(f"{name}.bias", np.concatenate([self.weights[f"{name}{part}.bias"] for part in parts]))
        if self.reach is None:
            return self._exact(source, name, weight, bias)
        return self._whole(source, name, quantise(weight, self.reach[name]), bias)

    def _exact(self, source: str, name: str, weight: FloatArray, bias: str) -> str:
        for kind, end in (("ReduceMin", "low"), ("ReduceMax", "high")):
            self.told[self.node(kind, [source, "rows"], [f"{name}.{end}"], keepdims=0)] = weight.shape[1]
        product = self.node("MatMul", [source, self.constant(f"{name}.transposed", weight.T)], [f"{name}.product"])
        return self.node("Add", [product, bias], [f"{name}.out"])

    def _whole(self, source: str, name: str, found: Quantised, bias: str) -> str:
        shrink, step = self.constant(f"{name}.shrink", found.shrink), self.constant(f"{name}.step", found.step)
        zero, scales = self.constant(f"{name}.zero", found.zero), self.constant(f"{name}.scales", found.scales)
        shrunk = self.node("Mul", [source, shrink], [f"{name}.shrunk"])
        inputs = self.node("QuantizeLinear", [shrunk, step, zero], [f"{name}.in"])
        weights = self.constant(f"{name}.whole", found.weights)
        operands = [inputs, weights, step, scales, zero, "", bias]
        return self.node("MatMulIntegerToFloat", operands, [f"{name}.out"], domain=_MICROSOFT)


def build_graph(
    weights: Mapping[str, FloatArray], options: GraphOptions, reach: Mapping[str, Reach] | None = None
) -> bytes:
    """The serialised ONNX model for ``weights``, named as in ``transformers.BertModel``; KeyError if one is missing."""
    builder = _Builder(options, weights, reach)
    if reach is None:
        builder.constant("rows", np.array([0, 1], np.int64))
    _mask(builder)
    state = _embed(builder)
    for layer in range(options.layers):
        state = _layer(builder, state, f"encoder.layer.{layer}")
    _pool(builder, state)
    return _serialise(builder, weights["embeddings.LayerNorm.bias"].shape[0])


def _mask(builder: _Builder) -> None:
    """``mask``: float ``(batch, width, 1)``, 1 at a token, 0 at padding, told by its place; ``padding``: the same, int32, flat."""
    for name, value in (("zero", 0), ("one", 1)):
        builder.constant(name, np.array(value, np.int64))
    builder.constant("last", np.array([-1], np.int64))
    builder.constant("first", np.array([1], np.int64))
    builder.node("Shape", ["input_ids"], ["shape"])
    builder.node("Gather", ["shape", "one"], ["width_in"])
    builder.node("Range", ["zero", "width_in", "one"], ["places"])
    builder.node("Cast", ["lengths"], ["lengths64"], to=TensorProto.INT64)
    builder.node("Unsqueeze", ["lengths64", "last"], ["ends"])
    builder.node("Less", ["places", "ends"], ["real"])
    builder.node("Cast", ["real"], ["padding"], to=TensorProto.INT32)
    builder.node("Cast", ["real"], ["mask2"], to=TensorProto.FLOAT)
    builder.node("Unsqueeze", ["mask2", "last"], ["mask"])


def _embed(builder: _Builder) -> str:
    """The embedded tokens; and what :func:`_add_norm` needs of their shape."""
    hidden = builder.weights["embeddings.LayerNorm.bias"].shape[0]
    builder.constant("by_token", np.array([-1, 1, hidden], np.int64))
    builder.constant("unit", np.ones(1, np.float32))
    builder.constant("nought", np.zeros(1, np.float32))
    tables = [builder.weight(f"embeddings.{name}") for name in _EMBEDDINGS]
    builder.node("Cast", ["input_ids"], ["ids"], to=TensorProto.INT32)
    builder.node("Sub", ["ids", "ids"], ["segments"])
    options = {"domain": _MICROSOFT, "epsilon": builder.options.epsilon}
    builder.node("EmbedLayerNormalization", ["ids", "segments", *tables], ["embedded", "unused_mask"], **options)
    builder.node("Shape", ["embedded"], ["state_shape"])
    return "embedded"


def _layer(builder: _Builder, state: str, prefix: str) -> str:
    attended = _attention(builder, state, f"{prefix}.attention")
    state = _add_norm(builder, attended, state, f"{prefix}.attention.output")
    wide = builder.linear(state, f"{prefix}.intermediate.dense")
    active = builder.node("Gelu", [wide], [f"{prefix}.active"], domain=_MICROSOFT)
    return _add_norm(builder, builder.linear(active, f"{prefix}.output.dense"), state, f"{prefix}.output")


def _attention(builder: _Builder, state: str, prefix: str) -> str:
    joined = builder.linear(state, f"{prefix}.self", (".query", ".key", ".value"))
    parts = [f"{prefix}.{part}" for part in ("q", "k", "v")]
    builder.node("Split", [joined], parts, axis=-1, num_outputs=3)
    options = {"domain": _MICROSOFT, "num_heads": builder.options.heads}
    context = builder.node("MultiHeadAttention", [*parts, "", "padding"], [f"{prefix}.context"], **options)
    return builder.linear(context, f"{prefix}.output.dense")


def _add_norm(builder: _Builder, source: str, skip: str, prefix: str) -> str:
    """``LayerNorm(source + skip)``. Each token's states are normalised as an instance of one channel: ONNX Runtime's operators for
    LayerNorm itself are not vectorised, and took an eighth of the time."""
    node = builder.node
    rows = node("Reshape", [node("Add", [source, skip], [f"{prefix}.sum"]), "by_token"], [f"{prefix}.rows"])
    epsilon = builder.options.epsilon
    normed = node("InstanceNormalization", [rows, "unit", "nought"], [f"{prefix}.normed"], epsilon=epsilon)
    shaped = node("Reshape", [normed, "state_shape"], [f"{prefix}.shaped"])
    scaled = node("Mul", [shaped, builder.weight(f"{prefix}.LayerNorm.weight")], [f"{prefix}.scaled"])
    return node("Add", [scaled, builder.weight(f"{prefix}.LayerNorm.bias")], [f"{prefix}.state"])


def _pool(builder: _Builder, state: str) -> None:
    """The sum of the states of real tokens, brought to length 1: the same direction as their mean."""
    builder.node("Identity", [state], ["tokens"])
    builder.node("Mul", [state, "mask"], ["masked"])
    builder.node("ReduceSum", ["masked", "first"], ["sum"], keepdims=0)
    builder.node("LpNormalization", ["sum"], ["sentence"], axis=-1, p=2)


def _serialise(builder: _Builder, hidden: int) -> bytes:
    inputs = [
        helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "width"]),
        helper.make_tensor_value_info("lengths", TensorProto.INT32, ["batch"]),
    ]
    outputs = [
        helper.make_tensor_value_info("sentence", TensorProto.FLOAT, ["batch", hidden]),
        helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["batch", "width", hidden]),
        *(helper.make_tensor_value_info(name, TensorProto.FLOAT, [size]) for name, size in builder.told.items()),
    ]
    graph = helper.make_graph(builder.nodes, "sentence_encoder", inputs, outputs, builder.constants)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(_MICROSOFT, 1)]
    return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=9).SerializeToString())
