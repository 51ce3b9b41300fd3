import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Interval in milliseconds at which the memory of a process is sampled. */
const memoryIntervalMs = 5;

/**
 * One run of a program with its arguments: wall time and CPU time (user and system, including children and threads) in seconds, from Bash's
 * `time`, and on Linux the peak memory over it and each of its children, in bytes. Has an `error` if the program fails.
 */
export async function measure(words, { cwd, timeoutMs = 600_000 } = {}) {
  const script = '{ time "$@" >/dev/null 2>&3; } 3>&2 2>&4';
  const child = spawn('bash', ['-c', script, 'bash', ...words], {
    cwd,
    env: { ...process.env, TIMEFORMAT: '%3R %3U %3S', LC_ALL: 'C', NO_COLOR: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ignore', 'pipe'],
    timeout: timeoutMs,
  });
  const [errors, times] = [child.stderr, child.stdio[4]].map(textOf);
  const peaks = new Map();
  const watch = setInterval(() => notePeaks(child.pid, peaks), memoryIntervalMs);
  const status = await new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
  clearInterval(watch);
  // Empty if Bash could not start the program.
  const [wall, user, system] = (await times).trim().split(/\s+/).map(Number);
  const usage = { wall, cpu: user + system, memory: Math.max(0, ...peaks.values()) };
  if (status === 0) return usage;
  const [first] = (await errors).trim().split('\n');
  return {
    ...usage,
    error: status === 'SIGTERM' ? `takes more than ${timeoutMs / 1000} s` : `${path.basename(words[0])}: ${first || status}`,
  };
}

/** Runs programs one after another like {@link measure}: times are summed, and memory is the maximum. */
export async function measureAll(commands, options) {
  const sum = { wall: 0, cpu: 0, memory: 0 };
  for (const words of commands) {
    const { wall, cpu, memory, error } = await measure(words, options);
    if (error !== undefined) return { ...sum, error };
    sum.wall += wall;
    sum.cpu += cpu;
    sum.memory = Math.max(sum.memory, memory);
  }
  return sum;
}

async function textOf(stream) {
  let text = '';
  for await (const piece of stream) text += piece;
  return text;
}

/** Records the peak memory of a process's children, recursively. A process that has ended is skipped. */
function notePeaks(pid, peaks) {
  try {
    for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)) {
      const [, peak] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${child}/status`, 'utf8')) ?? [];
      if (peak !== undefined) peaks.set(child, Number(peak) * 1024);
      notePeaks(child, peaks);
    }
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes(error.code)) throw error;
  }
}

export function median(values) {
  return quantile(values, 0.5);
}

/** The quantile of the values for a share. */
export function quantile(values, share) {
  const sorted = [...values].sort((left, right) => left - right);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place % 1);
}
