"""Runs a converted model in the real ncnn runtime according to its manifest, and compares results."""

import json
import os

import numpy as np


class Mismatch(Exception):
    """The net loads and runs, but does not match its manifest or the reference."""


class RuntimeRefused(Exception):
    """ncnn does not load or does not run the net."""


# Every net is run with each number of threads, because some layers divide their work and memory by it.
THREADS = (1, 2)
# Tolerance between two runs of one net, because sums may be computed in another order.
RUN_RELATIVE, RUN_OF_LARGEST = 1e-3, 1e-4


def run_model(directory, stem, feeds):
    """Outputs of the model by name, as float64 or int64 arrays of the manifest's shape.

    `feeds` are arrays by input name, batch axis included. If the manifest has a `batch` of N, the net is run once
    for each sample on axis 0 and the results are stacked. Raises Mismatch if the results depend on the number of threads.
    """
    first, *others = [run_with_threads(directory, stem, feeds, threads) for threads in THREADS]
    for threads, results in zip(THREADS[1:], others):
        for name, array in results.items():
            absolute = RUN_OF_LARGEST * float(np.abs(first[name][np.isfinite(first[name])]).max(initial=0))
            try:
                compare(name, array, first[name], RUN_RELATIVE, absolute)
            except Mismatch as mismatch:
                raise Mismatch(f"with {threads} threads instead of {THREADS[0]}, {mismatch}") from None
    return first


def run_with_threads(directory, stem, feeds, threads):
    base = os.path.join(directory, stem)
    with open(base + ".ncnn.json", encoding="utf-8") as file:
        manifest = json.load(file)
    inputs = [entry for entry in manifest["inputs"] if entry["blob"] is not None]
    outputs = manifest["outputs"]
    for entry in outputs:
        if entry["blob"] is None:
            raise Mismatch(f"output {entry['name']} has no blob")
    missing = [entry["name"] for entry in inputs if entry["name"] not in feeds]
    if missing:
        raise Mismatch(f"the manifest has inputs the source does not have: {missing}")
    net = load(base + ".param", base + ".bin", threads)

    samples = max([entry.get("batch") or 1 for entry in inputs + outputs], default=1)
    collected = {entry["name"]: [] for entry in outputs}
    for sample in range(samples):
        results = run_once(net, inputs, outputs, feeds, sample, samples)
        for entry, result in zip(outputs, results):
            collected[entry["name"]].append(result)
    return {entry["name"]: assemble(entry, collected[entry["name"]]) for entry in outputs}


def load(param, weights, threads=THREADS[0], packing=True, net=None):
    """The net with ncnn's default options, but in fp32: reduced precision would hide conversion errors.

    `net` is one that custom layers are registered with.
    """
    import ncnn

    net = net or ncnn.Net()
    net.opt.use_fp16_packed = False
    net.opt.use_fp16_storage = False
    net.opt.use_fp16_arithmetic = False
    net.opt.use_bf16_storage = False
    net.opt.use_packing_layout = packing
    net.opt.num_threads = threads
    if net.load_param(param) != 0:
        raise RuntimeRefused("load_param failed")
    if net.load_model(weights) != 0:
        raise RuntimeRefused("load_model failed")
    return net


def run_once(net, inputs, outputs, feeds, sample, samples):
    import ncnn

    extractor = net.create_extractor()
    kept = []
    for entry in inputs:
        array = feeds[entry["name"]]
        if (entry.get("batch") or 1) > 1:
            if array.ndim == 0 or array.shape[0] != samples:
                raise Mismatch(f"input {entry['name']} of shape {array.shape} has no {samples} samples on axis 0")
            array = array[sample]
        array = as_feed(array, entry.get("feed", "float32"))
        shape = blob_shape(entry, array.size, with_sizes(entry, feeds[entry["name"]].shape))
        mat = ncnn.Mat(np.ascontiguousarray(array.reshape(shape))).clone()
        kept.append(mat)
        if extractor.input(entry["blob"], mat) != 0:
            raise RuntimeRefused(f"input {entry['blob']} is refused")
    results = []
    for entry in outputs:
        status, mat = extractor.extract(entry["blob"])
        if status != 0:
            raise RuntimeRefused(f"extract {entry['blob']} gives {status}")
        if mat.elempack != 1 or mat.elemsize != 4:
            raise Mismatch(f"output {entry['name']} has elempack {mat.elempack}, elemsize {mat.elemsize}")
        array = np.array(mat)
        array = array.view(np.int32) if entry.get("feed") == "int32" else array.view(np.float32)
        # Dynamic axes have the size that the net computes.
        held = [found if isinstance(dim, str) else dim for dim, found in zip(entry["ncnnShape"], array.shape)]
        shape = blob_shape(entry, array.size, held if array.ndim == len(entry["ncnnShape"]) else entry["ncnnShape"])
        if tuple(shape) != array.shape:
            raise Mismatch(f"output {entry['name']} is {list(array.shape)} in ncnn, {entry['ncnnShape']} in the manifest")
        results.append(array.astype(np.int64 if array.dtype == np.int32 else np.float64))
    return results


def as_feed(array, feed):
    """The array that ncnn reads: float32, or int32 bits in a float32 blob if the manifest requires them."""
    if feed == "int32":
        return array.astype(np.int32).view(np.float32)
    if feed != "float32":
        raise Mismatch(f"unknown feed {feed}")
    with np.errstate(over="ignore"):
        return array.astype(np.float32)


def blob_shape(entry, size, shape):
    if not 1 <= len(entry["ncnnShape"]) <= 4:
        raise Mismatch(f"{entry['name']} has the ncnnShape {entry['ncnnShape']}")
    return numeric_shape(shape, size, entry["name"])


def with_sizes(entry, shape):
    """The ncnnShape of an input, with sizes for the dynamic axes that the source names."""
    sizes = {dim: size for dim, size in zip(entry["shape"], shape) if isinstance(dim, str)}
    return [sizes.get(dim, dim) for dim in entry["ncnnShape"]]


def numeric_shape(shape, size, name):
    """The shape with a size for its dynamic axis, of which there may be one."""
    known = 1
    free = [position for position, dim in enumerate(shape) if isinstance(dim, str)]
    for dim in shape:
        known *= 1 if isinstance(dim, str) else dim
    if len(free) > 1 or (not free and known != size) or (free and size % known != 0):
        raise Mismatch(f"{name} has {size} elements for the shape {shape}")
    return [size // known if isinstance(dim, str) else dim for dim in shape]


def assemble(entry, results):
    """One array of the source's shape from the results of the samples."""
    batched = (entry.get("batch") or 1) > 1
    array = np.stack(results) if batched else results[0]
    shape = entry["shape"]
    free = sum(isinstance(dim, str) for dim in shape)
    if free == 1:
        shape = numeric_shape(shape, array.size, entry["name"])
    elif free > 1:
        return array
    if array.size != int(np.prod(shape, dtype=np.int64)):
        raise Mismatch(f"output {entry['name']} has {array.size} elements for the shape {shape}")
    return array.reshape(shape)


def compare(name, actual, expected, relative, absolute, fixed_shape=True):
    """Raises Mismatch unless all elements agree; NaN equals NaN, an infinity equals itself.

    ncnn computes in float32: for a float64 result, the nearest float32 is expected, or an infinity if it is too large.
    """
    expected = np.asarray(expected)
    if expected.dtype == np.float64:
        with np.errstate(over="ignore"):
            expected = expected.astype(np.float32)
    if fixed_shape and list(actual.shape) != list(expected.shape):
        raise Mismatch(f"output {name} has the shape {list(actual.shape)}, expected {list(expected.shape)}")
    if actual.size != expected.size:
        raise Mismatch(f"output {name} has {actual.size} elements, expected {expected.size}")
    actual = actual.reshape(expected.shape).astype(np.float64)
    wanted = expected.astype(np.float64)
    with np.errstate(invalid="ignore"):
        same = (actual == wanted) | (np.isnan(actual) & np.isnan(wanted))
        close = np.isfinite(actual) & np.isfinite(wanted) & (np.abs(actual - wanted) <= absolute + relative * np.abs(wanted))
    good = same | close
    if not good.all():
        where = tuple(int(index) for index in np.argwhere(~good)[0])
        raise Mismatch(
            f"output {name}: {int((~good).sum())} of {good.size} differ, "
            f"first at {list(where)}: {actual[where]:.7g}, expected {wanted[where]:.7g}"
        )
