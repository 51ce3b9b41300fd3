/**
 * Optimizes nets for the section `optimize`: with all passes, and with each single pass that changes something.
 *
 *   optimize.mjs OUT NET.param...
 *
 * Writes `OUT/<stem>/<variant>.param` and `.bin`; the variant `before` is the original net. A net without a `.bin` gets pseudo-random
 * weights. Prints one JSON object per net: { stem, inputs: [{ blob, shape }], outputs, variants: [{ name, layers, passes }] }.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encode } from '../../../src/net/encode.ts';
import { readParamText } from '../../../src/net/format/paramRead.ts';
import { readWeights } from '../../../src/net/format/weightsRead.ts';
import { weightSlots } from '../../../src/net/layers/weights.ts';
import type { Layer, Net } from '../../../src/net/net.ts';
import { formPasses } from '../../../src/net/passes/forms/index.ts';
import { optimize, passNames } from '../../../src/net/passes/index.ts';
import { inferShapes } from '../../../src/net/shapes.ts';
import { weightOf } from '../../../src/net/weight.ts';
import { type Target, targets } from '../../../src/options/target.ts';

interface Variant {
  readonly name: string;
  readonly layers: number;
  readonly outputs: readonly string[];
  readonly passes: readonly { readonly name: string; readonly times: number }[];
}

const forms = new Set(formPasses.map(({ name }) => name));
const fewest = passNames.filter((name) => !forms.has(name));
const [out = '.', ...files] = process.argv.slice(2);
for (const file of files) {
  const stem = path.basename(file, '.param');
  const net = readNet(file);
  const folder = path.join(out, stem);
  mkdirSync(folder, { recursive: true });
  const variants = [write(folder, 'before', net, false)];
  variants.push(write(folder, 'all', net, true));
  // Faster forms may need more layers.
  variants.push(write(folder, 'fewest', net, fewest));
  for (const target of targets) {
    const chosen = write(folder, target, net, true, target);
    if (chosen.passes.some(({ name }) => !variants[1]?.passes.some((pass) => pass.name === name))) variants.push(chosen);
  }
  for (const name of passNames) {
    // Without the Split layers, which keep most passes from applying.
    const alone = write(folder, name, net, ['eliminate_split', name]);
    if (alone.passes.some((pass) => pass.name === name)) variants.push(alone);
  }
  const inputs = net.layers.filter(({ type }) => type === 'Input').flatMap(({ tops }) => tops);
  const shapes = inferShapes(net);
  const declared = inputs.map((blob) => ({ blob, shape: shapes.get(blob) }));
  console.log(JSON.stringify({ stem, inputs: declared, outputs: net.outputs, variants }));
}

function write(folder: string, name: string, net: Net, selection: boolean | readonly string[], target?: Target): Variant {
  const { net: optimized, passes: fired } = optimize(net, selection, target);
  const { param, bin, model } = encode({ net: optimized, inputs: [], outputs: [] });
  writeFileSync(path.join(folder, `${name}.param`), param);
  writeFileSync(path.join(folder, `${name}.bin`), Buffer.concat([...bin()]));
  return { name, layers: model.net.layers.length, outputs: model.net.outputs, passes: fired };
}

function readNet(file: string): Net {
  const { layers: bare, diagnostics } = readParamText(readFileSync(file, 'utf8'));
  const weights = file.replace(/\.param$/, '.bin');
  const read = existsSync(weights) ? readWeights(bare, readFileSync(weights)) : { layers: bare.map(withWeights), diagnostics: [] };
  const faults = [...diagnostics, ...read.diagnostics].filter(({ severity }) => severity === 'error').map(({ message }) => message);
  if (faults.length > 0) throw new Error(`${file}: ${faults.join('; ')}`);
  return { layers: read.layers, shapes: new Map(), outputs: outputsOf(read.layers) };
}

/** Unread blobs, without the leftovers of a Split or constants. */
function outputsOf(layers: readonly Layer[]): readonly string[] {
  const fed = new Set<string>();
  const consumed = new Set(layers.flatMap(({ bottoms }) => bottoms));
  for (const { type, bottoms, tops } of layers) {
    if (type === 'Input' || bottoms.some((bottom) => fed.has(bottom))) for (const top of tops) fed.add(top);
  }
  const results = layers.filter(({ type }) => type !== 'Split').flatMap(({ tops }) => tops);
  return results.filter((top) => fed.has(top) && !consumed.has(top));
}

function withWeights(layer: Layer, place: number): Layer {
  let seed = place * 7919 + 1;
  const random = (): number => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  const weights = (weightSlots(layer) ?? []).map(({ name, length }) =>
    weightOf(Float32Array.from({ length }, () => (name === 'var_data' ? 0.5 + random() : random() * 2 - 1))),
  );
  return { ...layer, weights };
}
