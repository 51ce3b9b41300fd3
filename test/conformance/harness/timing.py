"""Compares the processor time of nets on one thread. They run alternately, so that the load of the machine affects all of them."""

import time
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Comparison:
    """The times of several nets that were loaded again and again, beside those of the first of them."""

    # For each net the milliseconds of its runs: one list for each time that it was loaded.
    times: list

    def time(self, net):
        """The median milliseconds of a net over all runs, and the interquartile range relative to it."""
        return summary([time for load in self.times[net] for time in load])

    def ratio(self, net, base=0):
        """The time of the base divided by that of a net, and the error of this ratio.

        Runs of one round are divided by each other, because the load of the machine affects both. The ratio of one load is the median of its rounds, and the
        result is the median of the loads, because where a net lies in memory changes the times of all its runs by a few percent.
        """
        pairs = zip(self.times[base], self.times[net])
        loads = [float(np.median(np.divide(mine, theirs))) for mine, theirs in pairs]
        low, middle, high = np.percentile(loads, [25, 50, 75])
        return float(middle), float((high - low) / len(loads) ** 0.5)


def compare_loads(loaders, rounds=5, least=4, most=16, seconds=16):
    """Loads nets again and again, and runs them in turn each time. `loaders` are functions that load a net and return a function that runs it.

    The order of loading and of running is reversed every second time. It stops when the errors of all ratios are small, whether they are below or above 1: at
    most 0.004, or 2 % of the distance to 1; or after `most` loads or the given seconds.
    """
    comparison = Comparison([[] for _ in loaders])
    start = time.thread_time()
    while not is_enough(comparison, start, least, most, seconds):
        order = list(range(len(loaders)))
        if len(comparison.times[0]) % 2 == 1:
            order.reverse()
        runs = {net: loaders[net]() for net in order}
        for net in order:
            runs[net]()
            comparison.times[net].append([])
        until = time.thread_time() + LEAST_SECONDS
        while len(comparison.times[0][-1]) < rounds or time.thread_time() < until:
            for net in order:
                before = time.thread_time()
                runs[net]()
                comparison.times[net][-1].append(1000 * (time.thread_time() - before))
            order.reverse()
    return comparison


# Of the rounds of one load.
LEAST_SECONDS = 0.2


def is_enough(comparison, start, least, most, seconds):
    loads = len(comparison.times[0])
    if loads < least or loads == most or time.thread_time() - start > seconds:
        return loads >= least
    ratios = [comparison.ratio(net) for net in range(1, len(comparison.times))]
    return all(error <= max(0.004, 0.02 * abs(ratio - 1)) for ratio, error in ratios)


def summary(values):
    low, middle, high = np.percentile(values, [25, 50, 75])
    return float(middle), float((high - low) / middle) if middle > 0 else 0.0
