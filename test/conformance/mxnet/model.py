"""A small MXNet model: its symbol, random weights that keep its results informative, feeds and reference results."""

import json
import zlib

import mxnet as mx
import numpy as np
from writer import downgrade, write_params

NOT_WEIGHTS = ("label",)


def operator(kind):
    """The function for an operator of that registered name, wherever MXNet's Python keeps it."""
    places = [mx.sym, mx.sym._internal, mx.sym.contrib, mx.sym.linalg]
    for name in (kind, kind.replace("_contrib_", "").replace("_linalg_", "")):
        for place in places:
            if hasattr(place, name):
                return getattr(place, name)
    raise ValueError(f"MXNet has no operator {kind}")


class Model:
    """`inputs` gives each input's shape, or a function that draws its values from a generator."""

    def __init__(self, name, symbol, inputs, generation="attrs", weights=None, declared=True, constant=False, detector=False, reference=None):
        self.name = name
        self.symbol = symbol
        self.inputs = inputs
        self.generation = generation
        # The results are the same for all inputs; detections with equal scores may have any order.
        self.constant, self.detector = constant, detector
        # A function of the model and its feeds, if release 1.9.1 cannot compute what it declares.
        self.formula = reference
        # Options of the converter; empty if the variables of the symbol declare their shapes.
        self.arguments = () if declared else tuple(word for input in inputs for word in ("--shape", f"{input}={','.join(map(str, self.feeds(0)[input].shape))}"))
        self.random = np.random.default_rng(zlib.crc32(name.encode()))
        shapes = {key: value.shape for key, value in self.feeds(0).items()}
        arguments, auxiliary = self.infer(shapes)
        given = weights or {}
        draw = lambda key, shape: np.asarray(given[key]).reshape(shape) if key in given else self.weight(key, shape)  # noqa: E731
        listed = [key for key in zip(symbol.list_arguments(), arguments) if key[0] not in inputs and not key[0].endswith(NOT_WEIGHTS)]
        self.labels = {key: shape for key, shape in zip(symbol.list_arguments(), arguments) if key not in inputs and key.endswith(NOT_WEIGHTS)}
        self.args = {key: draw(key, shape) for key, shape in listed}
        self.aux = {key: draw(key, shape) for key, shape in zip(symbol.list_auxiliary_states(), auxiliary)}

    def infer(self, shapes):
        """Shapes of arguments and of auxiliary states; without weights they are the inputs', which release 1.9.1 may be unable to infer."""
        if set(self.symbol.list_arguments()) == set(shapes):
            return [shapes[key] for key in self.symbol.list_arguments()], []
        arguments, _, auxiliary = self.symbol.infer_shape(**shapes)
        return arguments, auxiliary

    def feeds(self, number):
        """The values of the inputs for one of the runs, each run with others."""
        random = np.random.default_rng([zlib.crc32(self.name.encode()), number])
        draw = lambda value: value(random) if callable(value) else random.standard_normal(value)  # noqa: E731
        return {key: np.asarray(draw(value)).astype(np.float32) for key, value in self.inputs.items()}

    def weight(self, key, shape):
        """Values with which a layer preserves the variance of its input, by the suffix of the weight's name."""
        normal = lambda scale: (self.random.standard_normal(shape) * scale).astype(np.float32)  # noqa: E731
        between = lambda low, high: self.random.uniform(low, high, shape).astype(np.float32)  # noqa: E731
        if key.endswith(("_var", "_gamma", "_scale")):
            return between(0.5, 1.5)
        if key.endswith("_parameters"):
            return between(-0.5, 0.5)
        if key.endswith("weight") and len(shape) > 1:
            return normal((1.5 / max(1, int(np.prod(shape[1:])))) ** 0.5)
        return normal(0.15)

    def write(self, stem):
        """`STEM-symbol.json` and `STEM-0000.params` in the generation of MXNet's files that the case is about."""
        with open(f"{stem}-symbol.json", "w", encoding="utf-8") as file:
            text = self.symbol.tojson()
            file.write(text if self.generation == "attrs" else downgrade(json.loads(text), self.generation))
        arrays = {f"arg:{key}": value for key, value in self.args.items()} | {f"aux:{key}": value for key, value in self.aux.items()}
        write_params(f"{stem}-0000.params", arrays, self.generation)

    def reference(self, feeds):
        """The expected results, in the order of the outputs."""
        return self.formula(self, feeds) if self.formula else self.run(self.symbol, feeds)

    def run(self, symbol, feeds):
        """MXNet's own results for a symbol with this model's weights, in inference mode."""
        values = {key: mx.nd.array(value, dtype=np.float32) for key, value in {**self.args, **feeds}.items()}
        values |= {key: mx.nd.zeros(shape) for key, shape in self.labels.items()}
        aux = {key: mx.nd.array(value, dtype=np.float32) for key, value in self.aux.items()}
        executor = symbol.bind(mx.cpu(), values, aux_states=aux, grad_req="null")
        return [output.asnumpy() for output in executor.forward(is_train=False)]
