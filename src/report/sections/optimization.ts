import type { ReportData } from '../data.ts';
import { familyOf } from '../family.ts';
import type { DescribedLayer } from '../layers.ts';
import { formatCount, type Markup, markup } from '../markup.ts';
import { totalsOf } from './facts.ts';

/** What the optimizer did: passes with the number of changes, and layers by type before and after. */
export function optimizationSection({ before, after, passes, removed, operators }: ReportData): Markup {
  const fired =
    before === undefined
      ? markup`<p class="quiet">No pass changed anything.</p>`
      : markup`<ul class="passes">${passes.map(
          ({ name, times }) => markup`<li><code>${name}</code> <b>${times}</b>${removedBy(name, removed)}</li>`,
        )}</ul>`;
  return markup`<section class="optimization"><h2>Optimization</h2>${before === undefined ? undefined : comparison(before, after)}<h3>Passes that fired</h3>${fired}${operatorList(operators)}</section>`;
}

function removedBy(pass: string, removed: ReportData['removed']): Markup | undefined {
  const names = removed.filter((entry) => entry.pass === pass).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return markup`<details><summary>removed ${names.length}</summary>${names.map((name) => markup`<code>${name}</code> `)}</details>`;
}

function comparison(before: readonly DescribedLayer[], after: readonly DescribedLayer[]): Markup {
  const [first, second] = [countTypes(before), countTypes(after)];
  const types = [...new Set([...first.keys(), ...second.keys()])].sort(
    (left, right) => Math.max(first.get(right) ?? 0, second.get(right) ?? 0) - Math.max(first.get(left) ?? 0, second.get(left) ?? 0),
  );
  const maxCount = Math.max(1, ...first.values(), ...second.values());
  const rows = types.map((type) => {
    const [was, is] = [first.get(type) ?? 0, second.get(type) ?? 0];
    return markup`<tr${was === is ? undefined : markup` class="differs"`}><th scope="row">${type}</th><td class="number">${was}</td><td class="number">${is}</td><td>${bars(type, was / maxCount, is / maxCount)}</td></tr>`;
  });
  const [all, remaining] = [totalsOf(before), totalsOf(after)];
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Layers by type, before and after"><table class="comparison"><thead><tr><th scope="col">Layer</th><th scope="col" class="number">Before</th><th scope="col" class="number">After</th><td></td></tr></thead><tbody>${rows}</tbody><tfoot>${[
    foot('Layers', all.layers, remaining.layers),
    foot('Multiply-adds', all.multiplyAdds, remaining.multiplyAdds),
    foot('Weights', all.weights, remaining.weights),
  ]}</tfoot></table></div>`;
}

function foot(name: string, before: number, after: number): Markup {
  const share = before === 0 || before === after ? '' : `${after > before ? '+' : '−'}${percent(Math.abs(after - before) / before)}`;
  return markup`<tr><th scope="row">${name}</th><td class="number">${formatCount(before)}</td><td class="number">${formatCount(after)}</td><td>${share}</td></tr>`;
}

function percent(share: number): string {
  const value = share * 100;
  return value > 0 && value < 0.1 ? '<0.1 %' : `${value.toFixed(value < 10 ? 1 : 0)} %`;
}

function bars(type: string, before: number, after: number): Markup {
  const width = (share: number): number => Math.round(share * 1000) / 10;
  return markup`<svg class="bars ${familyOf(type)}" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true"><rect class="was" y="0" width="${width(before)}" height="5"/><rect class="is" y="6" width="${width(after)}" height="5"/></svg>`;
}

/** Split layers appear where the file needs them. */
function countTypes(layers: readonly DescribedLayer[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of layers) if (type !== 'Split') counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

function operatorList(operators: ReportData['operators']): Markup | undefined {
  if (operators.length === 0) return undefined;
  return markup`<h3>Operators of the source</h3><ul class="passes">${operators.map(({ name, times }) => markup`<li><code>${name}</code> <b>${times}</b></li>`)}</ul>`;
}
