import { formatBytes } from '../../diagnostics/render.ts';
import type { ReportData } from '../data.ts';
import { familyOf } from '../family.ts';
import { formatMagnitude, type Markup, markup } from '../markup.ts';
import { bar, profile, share } from './profile.ts';

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
