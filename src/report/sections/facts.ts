import { formatBytes } from '../../diagnostics/render.ts';
import type { ReportData } from '../data.ts';
import type { DescribedLayer } from '../layers.ts';
import { formatCount, formatMagnitude, type Markup, markup } from '../markup.ts';

/** Resource requirements of a net as the report counts them: without Split layers. */
export interface Totals {
  readonly layers: number;
  readonly weights: number;
  readonly weightBytes: number;
  readonly multiplyAdds: number;
  /** Whether some shapes are unknown, so that the multiply-adds are only those of the other layers. */
  readonly partly: boolean;
}

export function totalsOf(layers: readonly DescribedLayer[]): Totals {
  const sum = (count: (layer: DescribedLayer) => number): number => layers.reduce((total, layer) => total + count(layer), 0);
  return {
    layers: layers.filter(({ type }) => type !== 'Split').length,
    weights: sum(({ weights }) => weights),
    weightBytes: sum(({ weightBytes }) => weightBytes),
    multiplyAdds: sum(({ multiplyAdds }) => multiplyAdds ?? 0),
    partly: layers.some(({ multiplyAdds }) => multiplyAdds === undefined),
  };
}

/** The figures at the head of the page. */
export function factsSection(data: ReportData): Markup {
  const after = totalsOf(data.after);
  const before = data.before === undefined ? undefined : totalsOf(data.before);
  const nodes = data.operators.reduce((sum, { times }) => sum + times, 0);
  const splits = data.after.length - after.layers;
  const figures: readonly (readonly [name: string, value: string, remark: string])[] = [
    [
      'Layers',
      formatCount(after.layers),
      [
        splits === 0 ? '' : `and ${splits} Split`,
        changeOf(before?.layers, after.layers) || (nodes > 0 ? `of ${formatCount(nodes)} nodes` : ''),
      ]
        .filter((part) => part !== '')
        .join(', '),
    ],
    [
      'Multiply-adds',
      `${after.partly ? '≥ ' : ''}${formatMagnitude(after.multiplyAdds)}`,
      changeOf(before?.multiplyAdds, after.multiplyAdds),
    ],
    ['Weights', formatBytes(data.binLength), `${formatMagnitude(after.weights)} values`],
    ['Structure', formatBytes(data.paramLength), '.param'],
    ...(data.peakBytes === undefined ? [] : [['Blobs', formatBytes(data.peakBytes), 'at a time, at most'] as const]),
    ['Runs on ncnn', data.minNcnnVersion.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'), 'or newer'],
  ];
  return markup`<dl class="facts">${figures.map(
    ([name, value, remark]) => markup`<div><dt>${name}</dt><dd>${value}<small>${remark}</small></dd></div>`,
  )}</dl>`;
}

function changeOf(before: number | undefined, after: number): string {
  if (before === undefined || before === after) return '';
  return `${formatMagnitude(before)} before`;
}
