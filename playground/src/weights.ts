import type { NcnnModel } from 'unplugin-ncnn/runtime';
import { element, formatBytes } from './element.ts';

const columns = 64;

/** Loads the weights as an application would, and draws how their values are spread. */
export function showWeights(model: NcnnModel, precision: 'fp32' | 'fp16'): HTMLElement {
  const place = model.binUrl === undefined ? 'embedded in the module' : 'in a file of their own, fetched when asked for';
  const result = element('div', { class: 'result', 'aria-live': 'polite' }, element('p', {}, `${formatBytes(model.binLength)}, ${place}.`));
  const load = element('button', { type: 'button' }, 'Load the weights');
  load.addEventListener('click', async () => {
    load.disabled = true;
    try {
      const start = performance.now();
      const bytes = await model.loadBin();
      const time = performance.now() - start;
      result.replaceChildren(
        element('p', {}, `${bytes.byteLength.toLocaleString('en')} bytes in ${time.toFixed(1)} ms; the length is as the module says.`),
        histogram(valuesOf(bytes, precision)),
      );
    } catch (error) {
      result.replaceChildren(element('p', { class: 'error' }, error instanceof Error ? error.message : String(error)));
      load.disabled = false;
    }
  });
  const call = element('code', {}, 'await model.loadBin()');
  return element('section', { class: 'weights' }, element('h3', {}, 'Weights'), element('div', { class: 'row' }, load, call), result);
}

/** The words of the file as numbers of the given precision, but for what is none, as the flags between the weights. */
function valuesOf(bytes: Uint8Array, precision: 'fp32' | 'fp16'): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = precision === 'fp16' ? 2 : 4;
  const values: number[] = [];
  for (let offset = 0; offset + size <= bytes.byteLength; offset += size) {
    const value = size === 2 ? halfOf(view.getUint16(offset, true)) : view.getFloat32(offset, true);
    if (Math.abs(value) > 1e-7 && Math.abs(value) < 1e3) values.push(value);
  }
  return values;
}

/** Browsers learnt `getFloat16` only in 2025. */
function halfOf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  const size = exponent === 0 ? fraction * 2 ** -14 : exponent === 31 ? Number.NaN : (1 + fraction) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}

function histogram(values: readonly number[]): HTMLElement {
  const spread = 3 * Math.sqrt(values.reduce((sum, value) => sum + Math.min(value * value, 1), 0) / Math.max(values.length, 1));
  const counts = new Array<number>(columns).fill(0);
  for (const value of values) {
    const column = Math.floor(((value + spread) / (2 * spread)) * columns);
    if (column >= 0 && column < columns) counts[column] = (counts[column] ?? 0) + 1;
  }
  const most = Math.max(...counts, 1);
  const bars = counts.map((count) => {
    const bar = element('i');
    bar.style.height = `${Math.max(1.5, 100 * Math.sqrt(count / most))}%`;
    return bar;
  });
  const label = `Spread of the weights between ${(-spread).toFixed(2)} and ${spread.toFixed(2)}`;
  return element(
    'figure',
    {},
    element('div', { class: 'histogram', role: 'img', 'aria-label': label }, ...bars),
    element('figcaption', {}, element('span', {}, (-spread).toFixed(2)), element('span', {}, '0'), element('span', {}, spread.toFixed(2))),
  );
}
