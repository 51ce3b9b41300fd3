import { statSync } from 'node:fs';

/** Models of fewer bytes in all are converted before another thread has started. */
const minBytes = 1 << 21;
/** Each thread holds a model in memory. */
const maxThreads = 4;

/**
 * The models in shares of about as many bytes, for one thread each: the largest first, always to the share that has the least. A share keeps the order.
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

/** Bytes of a model's own files; those of joined names together. */
function bytesOf(model: string): number {
  const names = statSync(model, { throwIfNoEntry: false }) === undefined ? model.split('+') : [model];
  return names.reduce((sum, name) => sum + (statSync(name, { throwIfNoEntry: false })?.size ?? 0), 0);
}
