import { closest } from '../../diagnostics/closest.ts';
import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import { requestedShape } from '../../graph/stages/requestedShape.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import type { CaffeInput } from './inputs.ts';
import { CaffeLayerError, fixed, fixedProduct } from './layer.ts';

/** The inputs with the shapes that were asked for. Throws `NcnnError`: `name-unknown`. */
export function shapedInputs(inputs: readonly CaffeInput[], { shape = {} }: ConvertOptions): readonly CaffeInput[] {
  const shapes = byInput(shape, inputs, 'shape');
  return inputs.map((input) => {
    const sizes = shapes.get(input.name);
    return sizes === undefined ? input : { ...input, shape: requestedShape(input.name, sizes, input.shape) };
  });
}

/** Values of the inputs that are pinned, spread over their shapes. Throws `NcnnError`: `name-unknown`, `shape-mismatch`, `shape-unknown`. */
export function pinnedValues(inputs: readonly CaffeInput[], { const: constants = {} }: ConvertOptions): ReadonlyMap<string, Float32Array> {
  const given = byInput(constants, inputs, 'const');
  const faults: Diagnostic[] = [];
  const pinned = new Map<string, Float32Array>();
  for (const { name, shape } of inputs) {
    const constant = given.get(name);
    if (constant === undefined) continue;
    const list = (typeof constant === 'object' ? constant : [constant]).map(Number);
    try {
      const size = fixedProduct(fixed(shape));
      if (list.length === 1) pinned.set(name, new Float32Array(size).fill(list[0] ?? 0));
      else if (list.length === size) pinned.set(name, Float32Array.from(list));
      else {
        const message = `\`const\` gives ${list.length} values for the input "${name}" of ${size}`;
        faults.push(diagnostic('shape-mismatch', message, 'Give one value, or one for each element.'));
      }
    } catch (error) {
      if (!(error instanceof CaffeLayerError)) throw error;
      faults.push(diagnostic('shape-unknown', `the input "${name}" has no fixed shape to pin`, 'Fix its shape with `shape` as well.'));
    }
  }
  if (faults.length > 0) throw new NcnnError(faults);
  return pinned;
}

/** What an option says of inputs, by their names; `#0` addresses the first one. */
function byInput<T>(option: Readonly<Record<string, T>>, inputs: readonly CaffeInput[], what: string): ReadonlyMap<string, T> {
  const names = inputs.map(({ name }) => name);
  const found = new Map<string, T>();
  const faults: Diagnostic[] = [];
  for (const [key, value] of Object.entries(option)) {
    const position = /^#(\d+)$/.exec(key)?.[1];
    const name = names.includes(key) ? key : position === undefined ? undefined : names[Number(position)];
    if (name !== undefined) found.set(name, value);
    else {
      const [suggestion] = closest(key, names);
      const hint =
        suggestion === undefined ? `Its inputs are ${names.map((entry) => `"${entry}"`).join(', ')}.` : `Did you mean "${suggestion}"?`;
      faults.push(diagnostic('name-unknown', `\`${what}\` names "${key}", but the net has no such input`, hint));
    }
  }
  if (faults.length > 0) throw new NcnnError(faults);
  return found;
}
