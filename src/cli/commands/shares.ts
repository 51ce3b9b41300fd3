import { statSync } from 'node:fs';

/** Below this total size, the models are converted before another thread could start. */
const minBytes = 1 << 21;
/** Each thread holds a model in memory. */
const maxThreads = 4;

/**
 * Divides the models into shares of about equal size, one per thread: the largest model first, each to the smallest share. A share keeps
 * the order of the models.
 */
export function sharesOf(models: readonly string[], threads: number): readonly (readonly string[])[] {
  const sizes = new Map(models.map((model) => [model, bytesOf(model)]));
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const count = total < minBytes ? 1 : Math.min(threads, models.length, maxThreads);
  const shares = Array.from({ length: count }, () => ({ bytes: 0, models: new Set<string>() }));
  for (const [model, size] of [...sizes].sort(([, left], [, right]) => right - left)) {
    const least = shares.reduce((best, share) => (share.bytes < best.bytes ? share : best));
    least.bytes += size;
    least.models.add(model);
  }
  return shares.map((share) => models.filter((model) => share.models.has(model)));
}

/** Total size of a model's own files; joined names are added up. */
function bytesOf(model: string): number {
  const names = statSync(model, { throwIfNoEntry: false }) === undefined ? model.split('+') : [model];
  return names.reduce((sum, name) => sum + (statSync(name, { throwIfNoEntry: false })?.size ?? 0), 0);
}
