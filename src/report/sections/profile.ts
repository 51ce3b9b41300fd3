import { familyOf } from '../family.ts';
import { type Markup, markup } from '../markup.ts';

/** A figure of one layer, as a number and as text. */
export interface LayerFigure {
  readonly type: string;
  readonly name: string;
  readonly value: number;
  readonly text: string;
}

/** A diagram with one bar for each layer; nothing if all figures are 0. */
export function profile(title: string, layers: readonly LayerFigure[]): Markup | undefined {
  const max = layers.reduce((largest, { value }) => Math.max(largest, value), 0);
  if (!(max > 0)) return undefined;
  const bars = layers.map(({ type, name, value, text }, place) => {
    const height = value === 0 ? 0.6 : Math.max(1.2, (48 * value) / max);
    return markup`<rect class="${familyOf(type)}" x="${place}" y="${Math.round((48 - height) * 100) / 100}" width="0.86" height="${Math.round(height * 100) / 100}"><title>${type} ${name}: ${text}</title></rect>`;
  });
  return markup`<figure class="profile"><figcaption>${title}, in the order of execution</figcaption><svg viewBox="0 0 ${layers.length} 48" preserveAspectRatio="none" role="img" aria-label="${title} by layer, in the order of execution">${bars}</svg></figure>`;
}

/** A bar across a cell of a table. */
export function bar(part: number): Markup {
  return markup`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.round(part * 1000) / 10}" height="8"/></svg>`;
}

/** A part as a percentage of the whole. */
export function share(part: number, whole: number): string {
  return whole === 0 ? '' : `${((part / whole) * 100).toFixed(1)} %`;
}
