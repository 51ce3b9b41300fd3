import { type Diagnostic, diagnostic, throwErrors } from '../../../diagnostics/diagnostic.ts';
import { type Dimension, factorsOf } from '../../../graph/ir/dimension.ts';
import type { GraphInput } from '../../../graph/ir/graph.ts';
import { maxAxes } from '../../../graph/ir/limits.ts';
import type { ConvertOptions } from '../../../options/convertOptions.ts';
import { requestShapes } from '../../../options/request/shapes.ts';
import { storedDtype, type TorchDtype } from '../values/dtype.ts';
import { parseSize } from './expression.ts';
import type { JsonNode } from './jsonNode.ts';

/** An input tensor of the model. */
export interface ProgramInput {
  /** Its name in the model: `x`, `d.k.0`. */
  readonly name: string;
  /** Its name in the graph. */
  readonly argument: string;
  readonly dtype: TorchDtype;
  readonly shape: readonly Dimension[];
}

/**
 * The inputs with the sizes from the `shape` option. The size of a symbol applies everywhere, also if another axis is a multiple of it.
 * Throws `NcnnError` for sizes that the program was not exported for.
 */
export function shapedInputs(
  inputs: readonly ProgramInput[],
  ranges: JsonNode,
  options: Pick<ConvertOptions, 'shape'>,
): readonly ProgramInput[] {
  const { inputs: requested, diagnostics } = requestShapes(inputs, options.shape, { areSizesFixed: true, minAxes: 0, maxAxes });
  const symbols = new Map<string, number>();
  for (const [place, { shape }] of inputs.entries()) {
    for (const [axis, declared] of shape.entries()) bindSymbol(declared, requested[place]?.shape[axis], symbols);
  }
  throwErrors([...diagnostics, ...rangeDiagnostics(symbols, ranges)]);
  return requested.map((input, place) => ({
    ...input,
    shape: input.shape.map((size, axis) => {
      const declared = inputs[place]?.shape[axis];
      return typeof size === 'number' || typeof declared !== 'string' ? size : parseSize(declared, (name) => symbols.get(name) ?? name);
    }),
  }));
}

/** The inputs of the graph; a complex tensor has its parts on an additional axis. */
export function graphInputs(inputs: readonly ProgramInput[]): readonly GraphInput[] {
  return inputs.map(({ name, dtype, shape }) => {
    const stored = storedDtype(dtype);
    return { name, type: { dtype: stored, shape: stored === dtype ? shape : [...shape, 2] } };
  });
}

/** Sets the symbol of a size that is a multiple of one symbol. */
function bindSymbol(declared: Dimension, size: Dimension | undefined, symbols: Map<string, number>): void {
  if (typeof declared === 'number' || typeof size !== 'number') return;
  const { factor, symbols: names } = factorsOf(declared);
  const [name, ...others] = names;
  if (name !== undefined && others.length === 0 && size % factor === 0) symbols.set(name, size / factor);
}

function rangeDiagnostics(symbols: ReadonlyMap<string, number>, ranges: JsonNode): readonly Diagnostic[] {
  return [...symbols].flatMap(([name, size]) => {
    const range = ranges.isPresent ? ranges.get(name) : undefined;
    if (!range?.isPresent) return [];
    const [min, max] = ['min_val', 'max_val'].map((key) => (range.get(key).isPresent ? range.get(key).number() : undefined));
    // torch.export uses 2 as the minimum of every dynamic size; a program for several samples also accepts a single sample.
    if (size >= (min === undefined || min <= 2 ? 1 : min) && size <= (max ?? size)) return [];
    const message = `the dynamic size ${name} is set to ${size}; the program was exported for ${min ?? 0} to ${max ?? 'any'}`;
    return [diagnostic('shape-mismatch', message, 'Give sizes in this range, or export the model for the size.')];
  });
}
