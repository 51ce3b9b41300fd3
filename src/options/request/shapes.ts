import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions } from '../convertOptions.ts';
import { byInput, type InputDeclaration, type InputRules } from './inputs.ts';

type Sizes = readonly (number | string)[];

export interface RequestedShapes<T> {
  /** The inputs with their requested shapes. */
  readonly inputs: readonly T[];
  /** Names of the inputs whose shape was requested. */
  readonly changed: ReadonlySet<string>;
  /** Whether the declared types of other values may be wrong: a declared size was replaced, or a symbol has several sizes. */
  readonly isDeclaredOtherwise: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Gives inputs the shapes of the `shape` option; -1 makes an axis dynamic. A symbol that gets a single size gets it wherever it occurs in
 * the shapes of other inputs, and only there: exporters also write names for unknown sizes, so equal names do not guarantee equal sizes. If
 * sizes are fixed, replacing a declared size causes a warning.
 */
export function requestShapes<T extends InputDeclaration>(
  inputs: readonly T[],
  shape: ConvertOptions['shape'],
  rules: InputRules,
): RequestedShapes<T> {
  const diagnostics: Diagnostic[] = [];
  const requested = byInput(shape ?? {}, inputs, diagnostics);
  const accepted = new Map<string, readonly number[]>();
  for (const input of inputs) {
    const sizes = requested.get(input.name);
    if (sizes === undefined) continue;
    const problem = sizesProblem(input, sizes, rules);
    if (problem !== undefined) diagnostics.push(problem);
    else {
      accepted.set(input.name, sizes);
      if (rules.areSizesFixed) for (const entry of replacedSizes(input, sizes)) diagnostics.push(entry);
    }
  }
  const { sizes: symbols, split } = rules.areSizesFixed ? boundSymbols(inputs, accepted) : { sizes: new Map(), split: new Set<string>() };
  const shaped = inputs.map((input): T => {
    const sizes = accepted.get(input.name);
    if (sizes !== undefined) return { ...input, shape: withDeclared(input, sizes, (symbol) => !symbols.has(symbol) && !split.has(symbol)) };
    return { ...input, shape: input.shape?.map((size) => (typeof size === 'string' ? (symbols.get(size) ?? size) : size)) };
  });
  const isReplaced = diagnostics.some(({ code }) => code === 'shape-replaced');
  return { inputs: shaped, changed: new Set(accepted.keys()), isDeclaredOtherwise: isReplaced || split.size > 0, diagnostics };
}

/** The shape with a symbol for each dynamic axis: the declared one if it is still dynamic, or a new one. */
function withDeclared({ name, shape }: InputDeclaration, sizes: readonly number[], isFree: (symbol: string) => boolean): Sizes {
  return sizes.map((size, axis) => {
    const declared = shape?.[axis];
    if (size !== -1) return size;
    return typeof declared === 'string' && isFree(declared) ? declared : `${name}_${axis}`;
  });
}

/** A warning if a shape replaces sizes that the model declares. */
function replacedSizes({ name, shape = [] }: InputDeclaration, sizes: readonly number[]): readonly Diagnostic[] {
  if (shape.every((declared, axis) => typeof declared === 'string' || declared === sizes[axis])) return [];
  const message = `the shape [${sizes.join(',')}] for the input "${name}" replaces [${shape.join(',')}], which the model declares`;
  return [diagnostic('shape-replaced', message, 'Compare the results with those of the model at this size.')];
}

interface BoundSymbols {
  /** The size of each symbol for which the given shapes agree. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Symbols with several sizes, or with a size and -1: equal axes cannot be assumed. */
  readonly split: ReadonlySet<string>;
}

function boundSymbols(inputs: readonly InputDeclaration[], requested: ReadonlyMap<string, readonly number[]>): BoundSymbols {
  const sizesOf = new Map<string, Set<number>>();
  for (const { name, shape = [] } of inputs) {
    const sizes = requested.get(name);
    if (sizes === undefined) continue;
    for (const [axis, symbol] of shape.entries()) {
      if (typeof symbol === 'string') sizesOf.set(symbol, (sizesOf.get(symbol) ?? new Set()).add(sizes[axis] ?? -1));
    }
  }
  const sizes = new Map<string, number>();
  for (const [symbol, known] of sizesOf) {
    // A -1 for a symbol does not keep the size of that symbol from inputs without a given shape.
    const fixed = [...known].filter((size) => size !== -1);
    if (fixed.length === 1) sizes.set(symbol, fixed[0] ?? -1);
  }
  return { sizes, split: new Set([...sizesOf].flatMap(([symbol, known]) => (known.size > 1 ? [symbol] : []))) };
}

function sizesProblem({ name, shape }: InputDeclaration, sizes: readonly number[], rules: InputRules): Diagnostic | undefined {
  const { minAxes, maxAxes } = rules;
  const subject = `the shape [${sizes.join(',')}] for the input "${name}"`;
  if (shape !== undefined && sizes.length !== shape.length) {
    const message = `${subject} has ${sizes.length} axes; the model declares ${shape.length}, [${shape.join(',')}]`;
    const hasBatch = sizes.length === shape.length + 1 && sizes[0] === 1;
    return diagnostic(
      'shape-mismatch',
      message,
      hasBatch ? 'Leave the batch axis out.' : 'Give one size for each axis that the model declares.',
    );
  }
  if (sizes.length < minAxes || sizes.length > maxAxes) {
    const message = `${subject} has ${sizes.length} axes; an input of this format has ${minAxes} to ${maxAxes}`;
    return diagnostic('option-invalid', message, 'Give one size for each axis of the input.');
  }
  const odd = sizes.find((size) => size !== -1 && !(Number.isSafeInteger(size) && size >= minAxes));
  if (odd === undefined) return undefined;
  const message = `${subject} has an axis of ${odd}; expected a whole number of at least ${minAxes}, or -1`;
  return diagnostic('option-invalid', message, 'Give the size of the axis, or -1 for a dynamic axis.');
}
