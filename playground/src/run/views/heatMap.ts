import { element } from '../../dom/element.ts';
import { formatValue } from '../../dom/format.ts';
import type { OutputTensor } from '../../worker/messages.ts';
import { innerShape } from '../outputViews.ts';
import { heatColor } from './colors.ts';

/** Planes of a tensor: the last two axes, or one row for a tensor of one axis. */
export interface Planes {
  readonly width: number;
  readonly height: number;
  readonly count: number;
}

export function planesOf({ shape, data }: Pick<OutputTensor, 'shape' | 'data'>): Planes {
  const inner = innerShape(shape);
  const width = inner.at(-1) ?? 1;
  const height = inner.length > 1 ? (inner.at(-2) ?? 1) : 1;
  return { width, height, count: Math.max(1, Math.floor(data.length / Math.max(1, width * height))) };
}

/** A tensor as a picture, one of its planes at a time; brightness from the smallest to the largest value of the plane. */
export function heatMapView(output: OutputTensor): HTMLElement {
  const planes = planesOf(output);
  const canvas = element('canvas', { class: 'heat', role: 'img', 'aria-label': `Heat map of ${output.name}` });
  const range = element('p', { class: 'about' });
  const show = (plane: number): void => {
    const { smallest, largest } = drawPlane(canvas, output, plane);
    range.textContent = `${planes.width} × ${planes.height}, from ${formatValue(smallest)} (dark) to ${formatValue(largest)} (bright)`;
  };
  show(0);
  const label = element('output', {}, `1 of ${planes.count}`);
  const slider = element('input', {
    type: 'range',
    min: 0,
    max: planes.count - 1,
    value: 0,
    'aria-label': `Channel of ${output.name}`,
    oninput: () => {
      label.textContent = `${Number(slider.value) + 1} of ${planes.count}`;
      show(Number(slider.value));
    },
  });
  return element(
    'div',
    { class: 'heatView' },
    canvas,
    ...(planes.count > 1 ? [element('div', { class: 'row' }, 'Channel', slider, label)] : []),
    range,
  );
}

/** Draws a plane and returns the range of its values. */
export function drawPlane(
  canvas: HTMLCanvasElement,
  output: Pick<OutputTensor, 'shape' | 'data'>,
  plane: number,
): { readonly smallest: number; readonly largest: number } {
  const { width, height } = planesOf(output);
  const values = output.data.subarray(plane * width * height, (plane + 1) * width * height);
  let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < smallest) smallest = value;
    if (value > largest) largest = value;
  }
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d');
  if (context === null || width * height === 0) return { smallest, largest };
  const image = context.createImageData(width, height);
  const span = largest > smallest ? largest - smallest : 1;
  values.forEach((value, index) => {
    const [red, green, blue] = heatColor((value - smallest) / span);
    image.data.set([red, green, blue, 255], index * 4);
  });
  context.putImageData(image, 0, 0);
  return { smallest, largest };
}
