"""Compares the processor time of nets on one thread. They run alternately, so that the load of the machine affects all of them."""

import time

import numpy as np


def load_default(param, weights):
    """The net with ncnn's default options and one thread."""
    import ncnn

    net = ncnn.Net()
    net.opt.num_threads = 1
    if net.load_param(param) != 0 or net.load_model(weights) != 0:
        raise RuntimeError(f"{param} does not load")
    return net


def run(net, feeds, outputs):
    """The results of the named blobs for arrays by blob."""
    import ncnn

    extractor = net.create_extractor()
    # A Mat is a view of its array and does not keep it alive.
    for blob, array in feeds.items():
        extractor.input(blob, ncnn.Mat(array).clone())
    results = []
    for blob in outputs:
        status, mat = extractor.extract(blob)
        if status != 0:
            raise RuntimeError(f"{blob} is not computed")
        results.append(np.array(mat.clone()))
    return results


def measure(runs, seconds=0.5, least=5, most=200):
    """Milliseconds of each function, called alternately: the median, and the interquartile range relative to it."""
    times = [[] for _ in runs]
    for call in runs:
        call()
    start = time.thread_time()
    while len(times[0]) < least or (time.thread_time() - start < seconds and len(times[0]) < most):
        for place, call in enumerate(runs):
            before = time.thread_time()
            call()
            times[place].append(1000 * (time.thread_time() - before))
    return [summary(values) for values in times]


def summary(values):
    low, middle, high = np.percentile(values, [25, 50, 75])
    return float(middle), float((high - low) / middle) if middle > 0 else 0.0
