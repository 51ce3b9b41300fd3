import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Starts to measure the memory of this process. The returned function gives the peak since then, in bytes above the memory at the start.
 * Linux resets the earlier peak; elsewhere only memory above it is seen.
 */
export function measurePeakMemory(): () => number {
  if (process.platform !== 'linux') {
    const before = process.resourceUsage().maxRSS;
    return () => (process.resourceUsage().maxRSS - before) * 1024;
  }
  writeFileSync('/proc/self/clear_refs', '5');
  const before = statusOf('VmRSS');
  return () => statusOf('VmHWM') - before;
}

/** A field of this process's status, in bytes. */
function statusOf(field: string): number {
  const found = new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'latin1'));
  if (found === null) throw new Error(`/proc/self/status has no ${field}`);
  return Number(found[1]) * 1024;
}
