import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

/**
 * One run of Node: wall time and CPU time (user and system) in seconds, peak memory in bytes. Memory is the peak resident size of the process.
 * A module preloaded with --import writes both down when the process ends.
 */
export function measure(folder, words, timeoutMs) {
  const report = path.join(folder, 'usage.json');
  rmSync(report, { force: true });
  const note = `import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(${JSON.stringify(report)},JSON.stringify(process.resourceUsage())));`;
  const began = process.hrtime.bigint();
  const done = spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(note)}`, ...words], {
    encoding: 'utf8',
    timeout: timeoutMs,
  });
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  if (done.error !== undefined) return { seconds, cpu: seconds, memory: 0, error: `over ${timeoutMs / 1000} s` };
  // Times are in microseconds, maxRSS is in kilobytes on every system.
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(report, 'utf8'));
  const usage = { seconds, cpu: (userCPUTime + systemCPUTime) / 1e6, memory: maxRSS * 1024 };
  return done.status === 0 ? usage : { ...usage, error: done.stderr.trim().split('\n')[0] };
}

export function median(values) {
  return [...values].sort((left, right) => left - right)[values.length >> 1];
}
