import { element } from '../../dom/element.ts';
import type { OutputTensor } from '../../worker/messages.ts';
import { innerShape } from '../outputViews.ts';
import { type Box, mapBoxes, onPicture, type PlacedPicture, tableBoxes } from './mapBoxes.ts';

/** A picture with what a net found on it. */
export function boxesView(output: OutputTensor, picture: ImageBitmap, placed: PlacedPicture): HTMLElement {
  const boxes = boxesOf(output, placed);
  const canvas = element('canvas', {
    class: 'marked',
    role: 'img',
    'aria-label': `Picture with ${boxes.length} boxes`,
    width: picture.width,
    height: picture.height,
  });
  const context = canvas.getContext('2d');
  if (context !== null) draw(context, picture, boxes);
  const rows = boxes.map(({ label, left, top, right, bottom }) =>
    element('li', {}, `${label} at ${Math.round(left)}, ${Math.round(top)}: ${Math.round(right - left)} × ${Math.round(bottom - top)}`),
  );
  const count = `${boxes.length} ${boxes.length === 1 ? 'box' : 'boxes'}`;
  return element('div', { class: 'boxesView' }, canvas, element('details', {}, element('summary', {}, count), element('ol', {}, ...rows)));
}

function boxesOf(output: OutputTensor, placed: PlacedPicture): readonly Box[] {
  if (output.columns !== undefined) return onPicture(tableBoxes(output), { width: 1, height: 1 }, placed);
  const [height = 1, width = 1] = innerShape(output.shape);
  return onPicture(mapBoxes({ data: output.data, width, height }), { width, height }, placed);
}

function draw(context: CanvasRenderingContext2D, picture: ImageBitmap, boxes: readonly Box[]): void {
  const size = Math.max(picture.width, picture.height);
  // A picture that was closed has no size.
  if (size === 0) return;
  context.drawImage(picture, 0, 0);
  context.lineWidth = Math.max(2, size / 220);
  context.font = `600 ${Math.max(11, size / 42)}px system-ui, sans-serif`;
  for (const { left, top, right, bottom, label } of boxes) {
    context.strokeStyle = '#e11d48';
    context.strokeRect(left, top, right - left, bottom - top);
    const width = context.measureText(label).width + 8;
    const height = Math.max(14, size / 34);
    context.fillStyle = '#e11d48';
    context.fillRect(left, Math.max(0, top - height), width, height);
    context.fillStyle = '#ffffff';
    context.fillText(label, left + 4, Math.max(height, top) - height * 0.25);
  }
}
