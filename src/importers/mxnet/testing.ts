import { type DataType, Tensor } from '../../graph/ir/tensor.ts';
import { evaluate } from '../../graph/stages/evaluate.ts';
import { convertSymbol } from './convertSymbol.ts';
import { readSymbol } from './symbol.ts';

/** The array header of each file generation. */
export type Header = 'legacy' | 'v1' | 'v2' | 'v3';

export interface ArrayToWrite {
  readonly dtype?: Exclude<DataType, 'string'>;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const magics = { v1: 0xf993fac8, v2: 0xf993fac9, v3: 0xf993faca };
const flags: readonly string[] = ['float32', 'float64', 'float16', 'uint8', 'int32', 'int8', 'int64'];

/** The bytes of a `.params` with these arrays. */
export function paramsFile(arrays: Readonly<Record<string, ArrayToWrite>>, header: Header = 'v2'): Uint8Array {
  const bytes: number[] = [];
  const uint = (value: number | bigint, size: number): void => {
    for (let index = 0; index < size; index++) bytes.push(Number((BigInt(value) >> BigInt(8 * index)) & 255n));
  };
  const entries = Object.entries(arrays);
  for (const value of [0x112, 0, entries.length]) uint(value, 8);
  for (const [, { dtype = 'float32', shape, values }] of entries) {
    if (header !== 'legacy') uint(magics[header], 4);
    if (header === 'v2' || header === 'v3') uint(0, 4);
    uint(shape.length, 4);
    for (const size of shape) uint(size, header === 'legacy' ? 4 : 8);
    for (const value of [1, 0, flags.indexOf(dtype)]) uint(value, 4);
    const data = dtype === 'int64' ? Tensor.int64(values, shape) : Tensor.of(dtype, shape, arrayOf(dtype, values));
    bytes.push(...data.bytes());
  }
  uint(entries.length, 8);
  for (const [name] of entries) {
    const text = new TextEncoder().encode(name);
    uint(text.length, 8);
    bytes.push(...text);
  }
  return Uint8Array.from(bytes);
}

function arrayOf(dtype: string, values: readonly number[]): Float32Array | Float64Array | Int32Array | Int8Array | Uint8Array {
  switch (dtype) {
    case 'float64':
      return Float64Array.from(values);
    case 'int32':
      return Int32Array.from(values);
    case 'int8':
      return Int8Array.from(values);
    case 'uint8':
      return Uint8Array.from(values);
    default:
      return Float32Array.from(values);
  }
}

export interface NodeToWrite {
  readonly op: string;
  readonly name: string;
  readonly attrs?: Readonly<Record<string, string>>;
  readonly inputs?: readonly (readonly number[])[];
}

/** The JSON of a symbol whose head is its last node. */
export function symbolFile(nodes: readonly NodeToWrite[], heads: readonly (readonly number[])[] = [[nodes.length - 1, 0, 0]]): string {
  return JSON.stringify({ nodes: nodes.map((node) => ({ inputs: [], ...node })), heads });
}

/** A convolution of a 2-channel image to 1 channel, with the weights `conv_weight` [1, 2, 3, 3] and `conv_bias` [1]. */
export const convolutionSymbol: readonly NodeToWrite[] = [
  { op: 'null', name: 'data', attrs: { __shape__: '(1, 2, 8, 8)' } },
  { op: 'null', name: 'conv_weight' },
  { op: 'null', name: 'conv_bias' },
  {
    op: 'Convolution',
    name: 'conv',
    attrs: { kernel: '(3, 3)', num_filter: '1' },
    inputs: [
      [0, 0, 0],
      [1, 0, 0],
      [2, 0, 0],
    ],
  },
];

export const convolutionWeights: Readonly<Record<string, ArrayToWrite>> = {
  'arg:conv_weight': { shape: [1, 2, 3, 3], values: Array.from({ length: 18 }, (_, index) => index / 16) },
  'arg:conv_bias': { shape: [1], values: [5] },
};

/** A float32 tensor for tests. */
export interface SymbolValues {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Consecutive numbers from `first` on. */
export function countedValues(shape: readonly number[], first = 1): SymbolValues {
  const size = shape.reduce((product, entry) => product * entry, 1);
  return { shape, values: Array.from({ length: size }, (_, index) => first + index) };
}

/** The results of one operator for the given inputs and the weights after them. Attributes are spelled as in a symbol. */
export function convertedResults(
  operator: string,
  attrs: Readonly<Record<string, string>>,
  inputs: readonly SymbolValues[],
  weights: readonly SymbolValues[] = [],
  outputs = 1,
): readonly SymbolValues[] {
  const variables = [...inputs, ...weights].map(({ shape }, index) => {
    const declared = { __shape__: `(${shape.join(',')},)` };
    return { op: 'null', name: `v${index}`, ...(index < inputs.length ? { attrs: declared } : {}) };
  });
  const node = { op: operator, name: 'out', attrs, inputs: variables.map((_, index) => [index, 0]) };
  const heads = Array.from({ length: outputs }, (_, output) => [variables.length, output]);
  const symbol = readSymbol(new TextEncoder().encode(symbolFile([...variables, node], heads)), 'net-symbol.json');
  const tensors = [...inputs, ...weights].map(({ shape, values }, index) => [`v${index}`, Tensor.float32(values, shape)] as const);
  const graph = convertSymbol(symbol, new Map(tensors.slice(inputs.length)), {});
  const results = evaluate(graph, new Map(tensors.slice(0, inputs.length)));
  return graph.outputs.map((name) => {
    const result = results.get(name) ?? graph.constants.get(name);
    return { shape: result?.shape ?? [], values: [...(result?.toFloat32() ?? [])] };
  });
}

/** The first result of {@link convertedResults}. */
export function result(...parts: Parameters<typeof convertedResults>): SymbolValues {
  return convertedResults(...parts)[0] ?? { shape: [], values: [] };
}
