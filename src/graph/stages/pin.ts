import { closest } from '../../diagnostics/closest.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { type Dimension, elementCount, formatShape, isStatic } from '../ir/dimension.ts';
import type { Graph, GraphInput } from '../ir/graph.ts';
import { allocate, type DataType, isFloat, Tensor } from '../ir/tensor.ts';
import { requestedShape } from './requestedShape.ts';

/** What is fixed from outside: shapes and values of inputs, by name or position (`#0`), and the outputs wanted. */
export interface Pins {
  /** -1 leaves an axis as the model declares it. */
  readonly shape?: Readonly<Record<string, readonly number[]>> | undefined;
  readonly const?: Readonly<Record<string, PinnedValue>> | undefined;
  readonly outputs?: readonly string[] | undefined;
}

export type PinnedValue = number | bigint | boolean | readonly (number | bigint | boolean)[];

export interface Pinned {
  readonly graph: Graph;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The graph with shapes fixed, inputs made constants and its end cut at other outputs. A symbol that gets a size on
 * one input gets it on all of them. An input that became a constant stays in the list of inputs.
 */
export function pin(graph: Graph, pins: Pins): Pinned {
  const diagnostics: Diagnostic[] = [];
  const inputs = new Map(graph.inputs.map((input) => [input.name, input]));
  const find = (name: string, option: string): GraphInput | undefined => {
    const position = /^#(\d+)$/.exec(name);
    const found = inputs.get(name) ?? (position ? graph.inputs[Number(position[1])] : undefined);
    if (found === undefined) diagnostics.push(unknownName(name, option, 'input', [...inputs.keys()]));
    return found === undefined ? undefined : inputs.get(found.name);
  };

  const symbols = new Map<string, number>();
  for (const [name, sizes] of Object.entries(pins.shape ?? {})) {
    const input = find(name, 'shape');
    if (input === undefined) continue;
    const problem = bindSymbols(input, sizes, symbols);
    const shape = requestedShape(input.name, sizes, input.type.shape);
    if (problem === undefined) inputs.set(input.name, { ...input, type: { ...input.type, shape } });
    else diagnostics.push(problem);
  }
  const resolve = (size: Dimension): Dimension => (typeof size === 'string' ? (symbols.get(size) ?? size) : size);
  for (const [name, input] of inputs) {
    if (input.type.shape !== undefined) inputs.set(name, { ...input, type: { ...input.type, shape: input.type.shape.map(resolve) } });
  }

  const constants = new Map(graph.constants);
  for (const [name, value] of Object.entries(pins.const ?? {})) {
    const input = find(name, 'const');
    if (input === undefined) continue;
    const tensor = spread(input, value);
    if (tensor instanceof Tensor) {
      constants.set(input.name, tensor);
      inputs.set(input.name, { ...input, type: { dtype: tensor.dtype, shape: tensor.shape } });
    } else diagnostics.push(tensor);
  }

  const outputs = pins.outputs?.length ? cutAt(graph, pins.outputs, diagnostics) : graph.outputs;
  return { graph: { ...graph, inputs: [...inputs.values()], constants, outputs }, diagnostics };
}

function bindSymbols(input: GraphInput, sizes: readonly number[], symbols: Map<string, number>): Diagnostic | undefined {
  const declared = input.type.shape;
  if (declared === undefined) return undefined;
  const given = `shape=${input.name}:${sizes.join(',')}`;
  if (declared.length !== sizes.length) {
    return diagnostic(
      'shape-mismatch',
      `\`${given}\` has ${sizes.length} axes, but the input "${input.name}" has ${declared.length}: ${formatShape(declared)}`,
      'Give one size for each axis of the input.',
    );
  }
  for (const [axis, size] of declared.entries()) {
    const wanted = sizes[axis] ?? 0;
    if (wanted === -1) continue;
    const known = typeof size === 'string' ? symbols.get(size) : size;
    if (known !== undefined && known !== wanted) {
      return diagnostic(
        'shape-mismatch',
        `\`${given}\` sets axis ${axis} to ${wanted}, but the model fixes it to ${known} (${formatShape(declared)})`,
        'Only free axes can be set; export the model with a free axis there, or for this size.',
      );
    }
    if (typeof size === 'string') symbols.set(size, wanted);
  }
  return undefined;
}

/** A pinned value as a tensor of the input's type; a single value is spread over the declared shape. */
function spread(input: GraphInput, value: PinnedValue): Tensor | Diagnostic {
  const { dtype, shape } = input.type;
  const values = typeof value === 'object' ? value : [value];
  const sizes = shape !== undefined && isStatic(shape) ? shape : impliedShape(shape, values.length);
  if (dtype === 'string' || sizes === undefined) {
    return diagnostic(
      'shape-unknown',
      `the input "${input.name}" (${dtype} ${formatShape(shape)}) cannot be pinned while its shape is free`,
      `Give its shape too: \`shape=${input.name}:…\`.`,
    );
  }
  const size = elementCount(sizes);
  if (values.length !== size && values.length !== 1) {
    return diagnostic(
      'option-invalid',
      `\`const=${input.name}:…\` gives ${values.length} values, but the input ${formatShape(sizes)} takes ${size}`,
      'Give one value for all elements, or one for each.',
    );
  }
  const odd = isFloat(dtype) ? undefined : values.find((element) => typeof element === 'number' && !fits(dtype, element));
  if (odd !== undefined) {
    return diagnostic(
      'option-invalid',
      `\`const=${input.name}:…\` gives ${odd}, but the input is of ${dtype}`,
      dtype === 'bool' ? 'Give `true` or `false`.' : 'Give a whole number.',
    );
  }
  const array = allocate(dtype, size);
  for (let index = 0; index < size; index++) {
    const element = values.length === 1 ? values[0] : values[index];
    if (array instanceof BigInt64Array || array instanceof BigUint64Array) array[index] = toBigInt(element ?? 0);
    else array[index] = dtype === 'bool' ? Number(Boolean(element)) : Number(element ?? 0);
  }
  return Tensor.of(dtype, sizes, array);
}

function fits(dtype: DataType, value: number): boolean {
  return dtype === 'bool' ? value === 0 || value === 1 : Number.isInteger(value);
}

/** A shape with free axes, as far as the number of values settles it: `[N]` given three values is `[3]`. */
function impliedShape(shape: readonly Dimension[] | undefined, count: number): readonly number[] | undefined {
  if (shape === undefined) return count === 1 ? [] : [count];
  const free = shape.filter((size) => typeof size === 'string');
  const rest = elementCount(shape.filter((size) => typeof size === 'number'));
  if (free.length !== 1 || rest === 0 || count % rest !== 0) return undefined;
  return shape.map((size) => (typeof size === 'number' ? size : count / rest));
}

function toBigInt(value: number | bigint | boolean): bigint {
  return typeof value === 'number' ? BigInt(Math.trunc(value)) : BigInt(value);
}

function cutAt(graph: Graph, wanted: readonly string[], diagnostics: Diagnostic[]): readonly string[] {
  const values = new Set([...graph.nodes.flatMap((node) => node.outputs), ...graph.inputs.map((input) => input.name)]);
  for (const name of wanted) {
    if (!values.has(name)) diagnostics.push(unknownName(name, 'output', 'tensor', [...new Set([...graph.outputs, ...values])]));
  }
  return [...new Set(wanted)];
}

function unknownName(name: string, option: string, kind: string, known: readonly string[]): Diagnostic {
  const near = closest(name, known);
  const list = near.length > 0 ? `Did you mean ${near.map((entry) => `"${entry}"`).join(' or ')}?` : `There are ${listed(known)}.`;
  return diagnostic('name-unknown', `\`${option}=${name}\`: the model has no ${kind} "${name}"`, list);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => `"${name}"`);
  return names.length > 8 ? `${shown.join(', ')} and ${names.length - 8} more` : shown.join(', ');
}
