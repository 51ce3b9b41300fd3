import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ConstantValue, ConvertOptions } from '../convertOptions.ts';
import { byInput, type InputDeclaration, type InputRules } from './inputs.ts';

/** An input that can be pinned. */
export interface PinnableInput extends InputDeclaration {
  /** `float32`, `int64`, `bool` and others. */
  readonly dtype: string;
}

export interface RequestedConstant {
  readonly shape: readonly number[];
  /** Number of elements. */
  readonly size: number;
  readonly at: (index: number) => number | bigint | boolean;
}

export interface RequestedConstants {
  /** The constants by input name. */
  readonly constants: ReadonlyMap<string, RequestedConstant>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Maximum number of elements of a constant: a short option must not exhaust the memory. */
const maxElements = 2 ** 26;

/** The inputs that the `const` option pins; a single value fills the shape of its input. */
export function requestConstants(
  inputs: readonly PinnableInput[],
  constant: ConvertOptions['const'],
  rules: InputRules,
): RequestedConstants {
  const diagnostics: Diagnostic[] = [];
  const constants = new Map<string, RequestedConstant>();
  const requested = byInput(constant ?? {}, inputs, diagnostics);
  for (const input of inputs) {
    const value = requested.get(input.name);
    if (value === undefined) continue;
    const spread = spreadConstant(input, value, rules);
    if ('at' in spread) constants.set(input.name, spread);
    else diagnostics.push(spread);
  }
  return { constants, diagnostics };
}

function spreadConstant(input: PinnableInput, value: ConstantValue, rules: InputRules): RequestedConstant | Diagnostic {
  const { name, dtype } = input;
  const values = typeof value === 'object' ? value : [value];
  const shape = constantShape(input, values.length, rules);
  if (shape === undefined) {
    const message = `the input "${name}" cannot become a constant while its shape, ${describeShape(input)}, is dynamic`;
    return diagnostic('shape-unknown', message, {
      hint: 'Fix the shape of the input too.',
      advice: [{ option: 'shape', input: name }],
    });
  }
  const size = shape.reduce((count, length) => count * length, 1);
  if (size > maxElements) {
    const message = `the constant for the input "${name}" would have ${size} elements; the maximum is ${maxElements}`;
    return diagnostic('limit-exceeded', message, 'Use a smaller input.');
  }
  if (values.length !== 1 && values.length !== size) {
    const message = `the constant for the input "${name}" has ${values.length} values, expected 1 or ${size} for the shape [${shape.join(',')}]`;
    return diagnostic('option-invalid', message, 'Give one value for all elements, or one for each.');
  }
  const odd = values.find((element) => !fits(dtype, element));
  if (odd !== undefined) {
    const message = `the constant for the input "${name}" has the value ${odd}, expected ${dtype}`;
    return diagnostic('option-invalid', message, dtype === 'bool' ? 'Give `true` or `false`.' : 'Give values of the type of the input.');
  }
  const [first = 0] = values;
  return { shape, size, at: values.length === 1 ? () => first : (index) => values[index] ?? 0 };
}

/** The shape of an input, completed from the number of values: `[N]` with three values is `[3]`. */
function constantShape({ shape }: PinnableInput, count: number, { minAxes }: InputRules): readonly number[] | undefined {
  if (shape === undefined) return minAxes > 0 ? undefined : count === 1 ? [] : [count];
  const known = shape.filter((size) => typeof size === 'number');
  if (known.length === shape.length) return known;
  const knownSize = known.reduce((size, length) => size * length, 1);
  if (shape.length - known.length !== 1 || knownSize === 0 || count % knownSize !== 0) return undefined;
  return shape.map((size) => (typeof size === 'number' ? size : count / knownSize));
}

function describeShape({ shape }: InputDeclaration): string {
  return shape === undefined ? 'which the model does not declare' : `[${shape.join(',')}]`;
}

function fits(dtype: string, value: number | bigint | boolean): boolean {
  if (dtype.includes('float')) return true;
  if (dtype === 'bool') return typeof value === 'boolean' || value === 0 || value === 1;
  const [, unsigned, bits] = /^(u?)int(\d+)$/.exec(dtype) ?? [];
  if (bits === undefined || (typeof value === 'number' && !Number.isInteger(value))) return false;
  const integer = BigInt(value);
  return (unsigned === 'u' ? BigInt.asUintN(Number(bits), integer) : BigInt.asIntN(Number(bits), integer)) === integer;
}
