"""Converts many models with the command line tool, in few processes."""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor


def convert_all(command, models, output, jobs, options=(), per_call=150, seconds=20):
    """The tool's result for each model: the JSON object it printed, or one that reports missing output. `seconds` is the limit for one model."""
    per_call = max(1, min(per_call, -(-len(models) // jobs)))
    chunks = [models[start : start + per_call] for start in range(0, len(models), per_call)]
    answers = {}
    with ThreadPoolExecutor(jobs) as pool:
        for found in pool.map(lambda chunk: convert_chunk(command, chunk, output, options, seconds), chunks):
            answers.update(found)
    return answers


def refusal(answer):
    """Why a model was rejected: the errors in the tool's result, without duplicates."""
    errors = [entry for entry in answer["diagnostics"] if entry["severity"] == "error"]
    return "; ".join(sorted({f"{entry['code']}: {entry['message']}" for entry in errors})) or "no diagnostic"


def convert_chunk(command, models, output, options, seconds):
    """Models without a result are tried again in halves, so that one that crashes the process is identified."""
    try:
        done = subprocess.run(
            [*command, "convert", *models, "-o", output, "--json", *options],
            capture_output=True,
            text=True,
            timeout=30 + seconds * len(models),
        )
        printed, said = done.stdout, done.stderr.strip()
    except subprocess.TimeoutExpired:
        printed, said = "", "took too long"
    answers = {}
    for line in printed.splitlines():
        try:
            answer = json.loads(line)
            answers[os.path.abspath(answer["model"])] = answer
        except (ValueError, KeyError, TypeError):
            said = f"not a line of JSON: {line[:200]}"
    missing = [model for model in models if model not in answers]
    if not missing:
        return answers
    if len(models) == 1:
        reason = said.splitlines()[-1] if said else "no answer"
        message = next((line for line in said.splitlines() if "Error" in line), reason)
        unanswered = {"code": "no-answer", "severity": "error", "message": message[:300], "hint": "", "place": {}}
        return {models[0]: {"model": models[0], "ok": False, "files": [], "diagnostics": [unanswered]}}
    if len(missing) == len(models):
        half = len(missing) // 2
        parts = [missing[:half], missing[half:]]
    else:
        parts = [missing]
    for part in parts:
        answers.update(convert_chunk(command, part, output, options, seconds))
    return answers
