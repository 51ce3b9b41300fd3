import type { Artifact } from '../api.ts';

/** What the optimiser has done, in a line: `3 layers, 1,024 multiply-adds fewer; 8 weights more: fuse_convolution_add 2, …`. */
export function optimisedLine({ passes, saved }: Pick<Artifact, 'passes' | 'saved'>): string {
  const names = passes.map(({ name, times }) => `${name} ${times}`).join(', ');
  const counts = [
    [saved?.layers ?? 0, 'layers'],
    [saved?.weights ?? 0, 'weights'],
    [saved?.multiplyAdds ?? 0, 'multiply-adds'],
  ] as const;
  const part = (sign: 1 | -1, word: string): string[] => {
    const listed = counts.flatMap(([count, what]) => (count * sign > 0 ? counted(Math.abs(count), what) : []));
    return listed.length === 0 ? [] : [`${listed.join(', ')} ${word}`];
  };
  const changes = [...part(1, 'fewer'), ...part(-1, 'more')];
  return [...(changes.length === 0 ? [] : [changes.join('; ')]), names].join(': ');
}

function counted(count: number, plural: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? plural.slice(0, -1) : plural}`;
}
