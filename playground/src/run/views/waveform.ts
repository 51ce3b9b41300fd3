import { element } from '../../dom/element.ts';
import type { OutputTensor } from '../../worker/messages.ts';

/** Pixels of a drawing; the page scales it. */
const [width, height] = [900, 160];

/** Draws a list of values from left to right; of several at one place, the span from the smallest to the largest. */
export function drawWave(canvas: HTMLCanvasElement, values: ArrayLike<number>): void {
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d');
  if (context === null || values.length === 0) return;
  let [smallest, largest] = [0, 0];
  for (let index = 0; index < values.length; index++) {
    smallest = Math.min(smallest, values[index] ?? 0);
    largest = Math.max(largest, values[index] ?? 0);
  }
  const y = (value: number): number => height - 4 - ((value - smallest) / (largest - smallest || 1)) * (height - 8);
  context.strokeStyle = getComputedStyle(canvas).color;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let column = 0; column < width; column++) {
    const [from, to] = [
      Math.floor((column * values.length) / width),
      Math.max(Math.floor(((column + 1) * values.length) / width), Math.floor((column * values.length) / width) + 1),
    ];
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let index = from; index < to; index++) {
      low = Math.min(low, values[index] ?? 0);
      high = Math.max(high, values[index] ?? 0);
    }
    if (column === 0) context.moveTo(column, y(low));
    context.lineTo(column, y(low));
    context.lineTo(column, y(high));
  }
  context.stroke();
}

export function waveformView({ name, data }: OutputTensor): HTMLElement {
  const canvas = element('canvas', { class: 'wave', role: 'img', 'aria-label': `Waveform of ${name}` });
  // Its color is known when it is in the page.
  requestAnimationFrame(() => drawWave(canvas, data));
  return canvas;
}
