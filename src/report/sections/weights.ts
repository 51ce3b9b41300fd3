import { formatBytes } from '../../diagnostics/render.ts';
import type { ReportData } from '../data.ts';
import { familyOf } from '../family.ts';
import { formatMagnitude, type Markup, markup } from '../markup.ts';

/** Number of layers in the list; the remaining ones are summed up. */
const maxListed = 25;

/** The sizes of the weights and the operations: one bar per layer in execution order, then the largest layers by name. */
export function weightsSection({ after }: ReportData): Markup {
  const layers = after.filter(({ type }) => type !== 'Split');
  const heavy = [...layers].filter(({ weights }) => weights > 0).sort((left, right) => right.weightBytes - left.weightBytes);
  const total = heavy.reduce((sum, { weightBytes }) => sum + weightBytes, 0);
  const work = layers.reduce((sum, { multiplyAdds }) => sum + (multiplyAdds ?? 0), 0);
  const unlisted = heavy.slice(maxListed);
  const rows = heavy
    .slice(0, maxListed)
    .map(
      ({ id, type, name, weightBytes, multiplyAdds = 0 }) =>
        markup`<tr class="${familyOf(type)}"><td><a href="#layer-${id}" data-layer="${id}">${name}</a></td><td>${type}</td><td class="number">${formatBytes(weightBytes)}</td><td class="number">${share(weightBytes, total)}</td><td>${bar(weightBytes / Math.max(1, heavy[0]?.weightBytes ?? 1))}</td><td class="number">${multiplyAdds === 0 ? '' : formatMagnitude(multiplyAdds)}</td><td class="number">${multiplyAdds === 0 ? '' : share(multiplyAdds, work)}</td></tr>`,
    );
  const others =
    unlisted.length === 0
      ? undefined
      : markup`<tr class="quiet"><td>${unlisted.length} more layers</td><td></td><td class="number">${formatBytes(unlisted.reduce((sum, { weightBytes }) => sum + weightBytes, 0))}</td><td colspan="4"></td></tr>`;
  return markup`<section><h2>Weights by layer</h2>${profile(
    'Weights',
    layers.map(({ type, name, weightBytes }) => ({ type, name, value: weightBytes, text: formatBytes(weightBytes) })),
  )}${profile(
    'Multiply-adds',
    layers.map(({ type, name, multiplyAdds = 0 }) => ({ type, name, value: multiplyAdds, text: formatMagnitude(multiplyAdds) })),
  )}<div class="scroll" tabindex="0" role="region" aria-label="Heaviest layers"><table class="heavy"><thead><tr><th scope="col">Name</th><th scope="col">Layer</th><th scope="col" class="number" colspan="2">Weights</th><td></td><th scope="col" class="number" colspan="2">Multiply-adds</th></tr></thead><tbody>${rows}${others}</tbody></table></div></section>`;
}

interface Measured {
  readonly type: string;
  readonly name: string;
  readonly value: number;
  readonly text: string;
}

function profile(title: string, layers: readonly Measured[]): Markup | undefined {
  const max = layers.reduce((largest, { value }) => Math.max(largest, value), 0);
  if (!(max > 0)) return undefined;
  const bars = layers.map(({ type, name, value, text }, place) => {
    const height = value === 0 ? 0.6 : Math.max(1.2, (48 * value) / max);
    return markup`<rect class="${familyOf(type)}" x="${place}" y="${Math.round((48 - height) * 100) / 100}" width="0.86" height="${Math.round(height * 100) / 100}"><title>${type} ${name}: ${text}</title></rect>`;
  });
  return markup`<figure class="profile"><figcaption>${title}, in the order of execution</figcaption><svg viewBox="0 0 ${layers.length} 48" preserveAspectRatio="none" role="img" aria-label="${title} by layer, in the order of execution">${bars}</svg></figure>`;
}

function bar(part: number): Markup {
  return markup`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.round(part * 1000) / 10}" height="8"/></svg>`;
}

function share(part: number, whole: number): string {
  return whole === 0 ? '' : `${((part / whole) * 100).toFixed(1)} %`;
}
