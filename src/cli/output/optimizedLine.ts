import type { Artifact } from '../../api.ts';
import { formatBytes } from '../../diagnostics/render.ts';

/**
 * What the optimizer did, in one line: `3 layers, 1,024 multiply-adds, 2.1 MB of blobs fewer; 8 weights more: fuse_convolution_add 2, …`,
 * where the bytes of blobs are the peak.
 */
export function optimizedLine({ passes, saved }: Pick<Artifact, 'passes' | 'saved'>): string {
  const names = passes.map(({ name, times }) => `${name} ${times}`).join(', ');
  const counts = [
    [saved?.layers ?? 0, counted('layers')],
    [saved?.weights ?? 0, counted('weights')],
    [saved?.multiplyAdds ?? 0, counted('multiply-adds')],
    [saved?.peakBytes ?? 0, (bytes: number) => `${formatBytes(bytes)} of blobs`],
  ] as const;
  const part = (sign: 1 | -1, word: string): string[] => {
    const listed = counts.flatMap(([count, text]) => (count * sign > 0 ? text(Math.abs(count)) : []));
    return listed.length === 0 ? [] : [`${listed.join(', ')} ${word}`];
  };
  const changes = [...part(1, 'fewer'), ...part(-1, 'more')];
  return [...(changes.length === 0 ? [] : [changes.join('; ')]), names].join(': ');
}

/** A whole number in groups of three digits. `toLocaleString` would load the data of all languages, which takes longer than a small model. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

function counted(plural: string): (count: number) => string {
  return (count) => `${grouped(count)} ${count === 1 ? plural.slice(0, -1) : plural}`;
}
