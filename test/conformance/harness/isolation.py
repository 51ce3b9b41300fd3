"""Runs each task in a forked process, so that a crash of ncnn affects one task only and corrupted memory is discarded."""

import os
import pickle
import resource
import selectors
import signal
import tempfile
import time


def run_isolated(tasks, work, jobs, seconds=60):
    """Yields `(task, kind, value)`: `('value', what work returned)` or `('crash', reason)`.

    No task is started twice; at most `jobs` processes run at a time, each for at most `seconds`.
    """
    waiting = list(reversed(tasks))
    running = {}
    with selectors.DefaultSelector() as selector:
        while waiting or running:
            while waiting and len(running) < jobs:
                task = waiting.pop()
                process, channel = start(work, task, seconds)
                running[channel] = (process, task, [], time.monotonic())
                selector.register(channel, selectors.EVENT_READ)
            for key, _ in selector.select():
                process, task, pieces, _ = running[key.fd]
                piece = os.read(key.fd, 1 << 16)
                if piece:
                    pieces.append(piece)
                    continue
                selector.unregister(key.fd)
                os.close(key.fd)
                del running[key.fd]
                _, status = os.waitpid(process, 0)
                yield (task, *judge(b"".join(pieces), status))


def judge(answer, status):
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return "crash", "took too long" if number == signal.SIGALRM else signal.Signals(number).name
    if not answer:
        return "crash", f"exit code {os.waitstatus_to_exitcode(status)}"
    return pickle.loads(answer)


def start(work, task, seconds):
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    status = 1
    try:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.alarm(seconds)
        # ncnn logs to standard error from C; the log is kept as the reason of a failure.
        with tempfile.TemporaryFile() as said:
            os.dup2(said.fileno(), 2)
            os.dup2(said.fileno(), 1)
            try:
                answer = work(task)
            except Exception as error:  # noqa: BLE001 - told to the process that waits
                result = "crash", f"{type(error).__name__}: {error}"
            else:
                said.flush()
                said.seek(0)
                lines = said.read().decode("utf-8", "replace").strip().splitlines()
                result = "value", (answer, lines[-1] if lines else "")
        with os.fdopen(writing, "wb") as channel:
            channel.write(pickle.dumps(result))
        status = 0
    finally:
        os._exit(status)
