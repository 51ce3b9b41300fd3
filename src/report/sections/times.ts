import type { MeasuredRun, ReportData } from '../data.ts';
import { familyOf } from '../family.ts';
import { type Markup, markup } from '../markup.ts';
import { bar, profile, share } from './profile.ts';

/** Number of layers in the list. */
const maxListed = 25;

/** The times of the layers, where the net was run: one bar per layer in execution order, then the slowest layers by name. */
export function timesSection({ after }: ReportData, { engine, times }: MeasuredRun): Markup {
  const layers = after.flatMap((layer) => (layer.time === undefined ? [] : [{ ...layer, time: layer.time }]));
  const slow = [...layers].sort((left, right) => right.time - left.time);
  const total = layers.reduce((sum, { time }) => sum + time, 0);
  const rows = slow
    .slice(0, maxListed)
    .map(
      ({ id, type, name, time, summary }) =>
        markup`<tr class="${familyOf(type)}"><td><a href="#layer-${id}" data-layer="${id}">${name}</a></td><td>${type}</td><td>${summary}</td><td class="number">${milliseconds(time)}</td><td class="number">${share(time, total)}</td><td>${bar(time / Math.max(Number.MIN_VALUE, slow[0]?.time ?? 0))}</td></tr>`,
    );
  return markup`<section><h2>Time by layer</h2><p>One run takes ${milliseconds(middleOf(times))} in ${engine === 'ncnn.wasm' ? engine : 'the interpreter'}, the median of ${times.length}. Layers are measured one by one, so their sum differs.</p>${profile(
    'Time',
    layers.map(({ type, name, time }) => ({ type, name, value: time, text: milliseconds(time) })),
  )}<div class="scroll" tabindex="0" role="region" aria-label="Slowest layers"><table class="heavy"><thead><tr><th scope="col">Name</th><th scope="col">Layer</th><th scope="col">Parameters</th><th scope="col" class="number" colspan="2">Time</th><td></td></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function middleOf(times: readonly number[]): number {
  return [...times].sort((left, right) => left - right)[Math.floor(times.length / 2)] ?? 0;
}

function milliseconds(time: number): string {
  return `${time.toFixed(time < 10 ? 3 : 1)} ms`;
}
