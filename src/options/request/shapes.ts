import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions } from '../convertOptions.ts';
import { byInput, type InputDeclaration, type InputRules } from './inputs.ts';

type Sizes = readonly (number | string)[];

export interface RequestedShapes<T> {
  /** The inputs, with their shapes as asked for. */
  readonly inputs: readonly T[];
  /** Names of those whose shape was asked for. */
  readonly changed: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Gives inputs the shapes of the `shape` option. -1 leaves an axis as the model declares it, which is how one that is free stays free; where
 * nothing is declared it gets a symbol. Where sizes are fixed, a symbol that gets a size on one input gets it on all of them.
 */
export function requestShapes<T extends InputDeclaration>(
  inputs: readonly T[],
  shape: ConvertOptions['shape'],
  rules: InputRules,
): RequestedShapes<T> {
  const diagnostics: Diagnostic[] = [];
  const requested = byInput(shape ?? {}, inputs, diagnostics);
  const symbols = new Map<string, number>();
  const accepted = new Map<string, readonly number[]>();
  for (const input of inputs) {
    const sizes = requested.get(input.name);
    if (sizes === undefined) continue;
    const problem = sizesProblem(input, sizes, rules) ?? (rules.areSizesFixed ? bindSymbols(input, sizes, symbols) : undefined);
    if (problem === undefined) accepted.set(input.name, sizes);
    else diagnostics.push(problem);
  }
  const shaped = inputs.map((input): T => {
    const sizes = accepted.get(input.name);
    const known = sizes === undefined ? input.shape : withDeclared(input, sizes);
    return { ...input, shape: known?.map((size) => (typeof size === 'string' ? (symbols.get(size) ?? size) : size)) };
  });
  return { inputs: shaped, changed: new Set(accepted.keys()), diagnostics };
}

function withDeclared({ name, shape }: InputDeclaration, sizes: readonly number[]): Sizes {
  return sizes.map((size, axis) => (size === -1 ? (shape?.[axis] ?? `${name}_${axis}`) : size));
}

function sizesProblem({ name, shape }: InputDeclaration, sizes: readonly number[], rules: InputRules): Diagnostic | undefined {
  const { minAxes, maxAxes } = rules;
  const given = `the shape [${sizes.join(',')}] for the input "${name}"`;
  if (shape !== undefined && sizes.length !== shape.length) {
    const message = `${given} has ${sizes.length} axes; the model declares ${shape.length}, [${shape.join(',')}]`;
    const hasBatch = sizes.length === shape.length + 1 && sizes[0] === 1;
    return diagnostic(
      'shape-mismatch',
      message,
      hasBatch ? 'Leave the batch axis out.' : 'Give one size for each axis that the model declares.',
    );
  }
  if (sizes.length < minAxes || sizes.length > maxAxes) {
    const message = `${given} has ${sizes.length} axes; an input of this format has ${minAxes} to ${maxAxes}`;
    return diagnostic('option-invalid', message, 'Give one size for each axis of the input.');
  }
  const odd = sizes.find((size) => size !== -1 && !(Number.isSafeInteger(size) && size >= minAxes));
  if (odd === undefined) return undefined;
  const message = `${given} has an axis of ${odd}; expected a whole number from ${minAxes} on, or -1`;
  return diagnostic('option-invalid', message, 'Give the size of the axis, or -1 to leave it as the model declares it.');
}

function bindSymbols(
  { name, shape = [] }: InputDeclaration,
  sizes: readonly number[],
  symbols: Map<string, number>,
): Diagnostic | undefined {
  for (const [axis, declared] of shape.entries()) {
    const wanted = sizes[axis] ?? -1;
    if (wanted === -1) continue;
    const known = typeof declared === 'string' ? symbols.get(declared) : declared;
    if (known !== undefined && known !== wanted) {
      const message = `the shape [${sizes.join(',')}] for the input "${name}" sets axis ${axis} to ${wanted}, but it is ${known} in [${shape.join(',')}]`;
      return diagnostic('shape-mismatch', message, 'Set free axes only; export the model with a free axis there, or for this size.');
    }
    if (typeof declared === 'string') symbols.set(declared, wanted);
  }
  return undefined;
}
