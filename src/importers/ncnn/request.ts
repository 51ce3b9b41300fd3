import { closest } from '../../diagnostics/closest.ts';
import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import { keepNeeded } from '../../net/deadCode.ts';
import { type BlobShape, blobSize, type Layer, makeLayer, type Net } from '../../net/net.ts';
import { computedWeight } from '../../net/weight.ts';
import type { ConstantValue, ConvertOptions } from '../../options/convertOptions.ts';
import { inputParams } from './shapes.ts';

/** What the options ask of a net: other shapes of its inputs, inputs that are constants, other outputs. */
export type Request = Pick<ConvertOptions, 'shape' | 'const' | 'outputs'>;

export interface Requested {
  readonly net: Net;
  /** Names of the inputs that are constants now. */
  readonly pinned: ReadonlySet<string>;
}

/**
 * A net as the options ask for it. A shape is that of the blob, outermost axis first, and replaces what the Input says. A
 * constant becomes MemoryData. Throws `NcnnError` with all that is wrong: `name-unknown`, `option-invalid`, `shape-unknown`, `shape-mismatch`.
 */
export function withRequest(net: Net, { shape = {}, const: constants = {}, outputs = [] }: Request): Requested {
  const faults: Diagnostic[] = [];
  const names = net.layers.flatMap((layer) => (layer.type === 'Input' ? layer.tops : []));
  const shapes = byInput(shape, names, 'shape', faults);
  const values = byInput(constants, names, 'const', faults);
  for (const [name, dims] of shapes) {
    if (dims.length >= 1 && dims.length <= 4 && dims.every((size) => size > 0)) continue;
    const message = `\`shape\` gives the input "${name}" the shape [${dims.join(',')}], but a blob has 1 to 4 axes of at least 1`;
    faults.push(diagnostic('option-invalid', message, 'Leave the batch axis out: write `shape=data:3,224,224`.'));
  }
  const known = new Map<string, BlobShape>([...net.shapes, ...shapes]);
  const layers = net.layers.map((layer): Layer => {
    if (layer.type !== 'Input') return layer;
    const [name = ''] = layer.tops;
    const constant = values.get(name);
    if (constant !== undefined) return pinnedInput(layer, name, constant, known.get(name), faults);
    const given = shapes.get(name);
    return given === undefined ? layer : { ...layer, params: inputParams(given) };
  });
  const blobs = new Set(layers.flatMap((layer) => layer.tops));
  for (const name of outputs.filter((output) => !blobs.has(output))) {
    faults.push(diagnostic('name-unknown', `the net has no blob "${name}" to be an output`, suggest(name, [...blobs], 'blobs')));
  }
  if (faults.length > 0) throw new NcnnError(faults);
  // What hints and Inputs told of other blobs no longer goes for another size of an input.
  const kept = shapes.size === 0 ? known : new Map([...known].filter(([name]) => names.includes(name)));
  const changed: Net = { layers, shapes: kept, outputs: outputs.length > 0 ? [...new Set(outputs)] : net.outputs };
  return { net: outputs.length > 0 ? keepNeeded(changed) : changed, pinned: new Set(values.keys()) };
}

/** What an option says of inputs, by their names; `#0` addresses the first. */
function byInput<T>(given: Readonly<Record<string, T>>, names: readonly string[], option: string, faults: Diagnostic[]): Map<string, T> {
  const found = new Map<string, T>();
  for (const [key, value] of Object.entries(given)) {
    const [, position] = /^#(\d+)$/.exec(key) ?? [];
    const name = names.includes(key) ? key : position === undefined ? undefined : names[Number(position)];
    if (name !== undefined) found.set(name, value);
    else
      faults.push(diagnostic('name-unknown', `\`${option}\` names "${key}", but the net has no such input`, suggest(key, names, 'inputs')));
  }
  return found;
}

function suggest(name: string, names: readonly string[], what: string): string {
  const [suggestion] = closest(name, names);
  if (suggestion !== undefined) return `Did you mean "${suggestion}"?`;
  const shown = names.slice(0, 10).map((entry) => `"${entry}"`);
  return shown.length === 0 ? `The net has no ${what}.` : `Its ${what} are ${shown.join(', ')}${names.length > 10 ? ' and more' : ''}.`;
}

function pinnedInput(layer: Layer, name: string, constant: ConstantValue, shape: BlobShape | undefined, faults: Diagnostic[]): Layer {
  const values = (typeof constant === 'object' ? constant : [constant]).map(Number);
  const size = shape === undefined ? undefined : blobSize(shape);
  if (shape === undefined || size === undefined) {
    const hint = `Fix its shape as well, with \`shape=${name}:…\`.`;
    faults.push(diagnostic('shape-unknown', `the input "${name}" has no fixed shape over which to spread a constant`, hint));
    return layer;
  }
  if (values.length !== 1 && values.length !== size) {
    const message = `\`const\` gives ${values.length} values for the input "${name}" of ${size}`;
    faults.push(diagnostic('shape-mismatch', message, 'Give one value, or one for each element.'));
    return layer;
  }
  const spread = (): Float32Array => (values.length === 1 ? new Float32Array(size).fill(values[0] ?? 0) : Float32Array.from(values));
  return makeLayer('MemoryData', layer.name, [], layer.tops, inputParams(shape), [computedWeight(size, spread)]);
}
