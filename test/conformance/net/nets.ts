/**
 * Adds pseudo-random weights to nets without weights, for the section `nets`.
 *
 *   nets.mjs OUT NET.param...
 *
 * Writes `OUT/<stem>.param` and `.bin`. Prints one JSON object per net: { stem, inputs: [{ blob, shape }], blobs }, where blobs are the
 * names of all blobs. Nets with more than `maxBytes` of weights and unreadable files are skipped.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readParamText } from '../../../src/net/format/paramRead.ts';
import { weightsLength, writeWeights } from '../../../src/net/format/weightsWrite.ts';
import { weightSlots } from '../../../src/net/layers/weights.ts';
import type { Layer, Net } from '../../../src/net/net.ts';
import { computedWeight } from '../../../src/net/weight.ts';

const maxBytes = 64 << 20;
const [out = '.', ...files] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
for (const file of files) {
  const text = readFileSync(file, 'utf8');
  const { layers: bare, diagnostics } = readParamText(text);
  const faults = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  if (faults.length > 0) {
    console.error(`${file}: ${faults.join('; ')}`);
    continue;
  }
  const net: Net = { layers: bare.map(withWeights), shapes: new Map(), outputs: [] };
  if (weightsLength(net) > maxBytes) continue;
  const stem = path.basename(file, '.param');
  const weights = file.replace(/\.param$/, '.bin');
  writeFileSync(path.join(out, `${stem}.param`), text);
  writeFileSync(path.join(out, `${stem}.bin`), existsSync(weights) ? readFileSync(weights) : Buffer.concat([...writeWeights(net)]));
  const inputs = bare.flatMap((layer) =>
    layer.type === 'Input' ? layer.tops.map((blob) => ({ blob, shape: shapeOf(layer.params) })) : [],
  );
  console.log(JSON.stringify({ stem, inputs, blobs: bare.flatMap(({ tops }) => tops) }));
}

/** Dynamic axes get a size without small factors. */
function shapeOf({ w = 0, h = 0, d = 0, c = 0 }: Readonly<Record<string, number>>): readonly number[] {
  if (w === 0 && h === 0 && c === 0) return [3, 64, 64];
  const sizes = d !== 0 ? [c, d, h, w] : c !== 0 ? [c, h, w] : h !== 0 ? [h, w] : [w];
  return sizes.map((size) => (size > 0 ? size : 64));
}

function withWeights(layer: Layer, place: number): Layer {
  let seed = place * 7919 + 1;
  const random = (): number => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  const weights = (weightSlots(layer) ?? []).map(({ name, length }) => {
    // Variances are positive, and sums of many products stay near 1.
    const scale = name.includes('var') || name.includes('slope') ? 1 : Math.min(1, 40 / Math.sqrt(length));
    return computedWeight(length, () =>
      Float32Array.from({ length }, () => (name.includes('var') ? 0.5 + random() : scale * (random() - 0.5))),
    );
  });
  return { ...layer, weights };
}
