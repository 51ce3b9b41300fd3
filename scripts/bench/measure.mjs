import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** How often the memory of a process is looked at, in milliseconds. */
const memoryIntervalMs = 5;

/**
 * One run of a program, given as its words: wall time and CPU time (user and system, children and threads among it) in seconds, from `time` of
 * Bash, and on Linux the most memory that it and each of its children had, in bytes. Has an `error` where the program fails.
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
  // Before the program the line is empty where Bash could not start it.
  const [wall, user, system] = (await times).trim().split(/\s+/).map(Number);
  const usage = { wall, cpu: user + system, memory: Math.max(0, ...peaks.values()) };
  if (status === 0) return usage;
  const [first] = (await errors).trim().split('\n');
  return {
    ...usage,
    error: status === 'SIGTERM' ? `takes more than ${timeoutMs / 1000} s` : `${path.basename(words[0])}: ${first || status}`,
  };
}

/** Runs programs one behind the other, as {@link measure} does: times are sums, memory is that of the largest. */
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

/** Notes the high-water marks of the children of a process, and of theirs. A process that has ended is gone. */
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

/** The value below which that share of the values is. */
export function quantile(values, share) {
  const sorted = [...values].sort((left, right) => left - right);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place % 1);
}
