// Runs a model in Node without a bundler. `unplugin-ncnn convert MODEL --emit module -o out` wrote the module.
import { createSession } from 'unplugin-ncnn/runtime';
import net from './out/ch_ppocr_mobile_v2.0_cls_infer.mjs';

const session = await createSession(net);
// A gray image; a real one comes from a decoder as { data, width, height }, which `fromImage` takes.
const x = new Float32Array(3 * 48 * 192).fill(0.5);
const results = await session.run({ x });
session.dispose();
console.log(JSON.stringify(Object.values(results).map(({ shape, data }) => ({ shape, data: [...data] }))));
