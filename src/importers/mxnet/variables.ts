import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { GraphInput } from '../../graph/ir/graph.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import { declaredShape, inputShape, isIndexOnly, variableType } from './inputs.ts';
import { argumentName } from './operators/index.ts';
import type { SymbolGraph, SymbolNode } from './symbol.ts';
import { type Use, usesOf } from './uses.ts';

/** The variables of a symbol, divided into inputs and weights. */
export interface Variables {
  readonly inputs: readonly GraphInput[];
  readonly constants: ReadonlyMap<string, Tensor>;
  /** Names of weights that are missing from the file of arrays. */
  readonly missing: readonly string[];
  /** Errors for inputs without a known shape. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Divides the variables that needed nodes read into inputs and weights. Weights may lack a value. */
export function readVariables(
  symbol: SymbolGraph,
  needed: ReadonlySet<number>,
  params: ReadonlyMap<string, Tensor>,
  options: ConvertOptions,
): Variables {
  const uses = usesOf(symbol, needed);
  const heads = new Set(symbol.heads.map(({ node }) => node));
  const inputs: GraphInput[] = [];
  const constants = new Map<string, Tensor>();
  const missing: string[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [index, node] of symbol.nodes.entries()) {
    if (node.operator !== 'null' || !needed.has(index)) continue;
    const { name } = node;
    const readers = uses[index] ?? [];
    const value = params.get(name);
    if (value !== undefined) constants.set(name, asFloat(value));
    else if (isMissingWeight(node, readers, options)) missing.push(name);
    else {
      const shape = inputShape(node, inputs.length, options);
      const isIndex = !heads.has(index) && isIndexOnly(readers, symbol, params);
      inputs.push({ name, type: { dtype: isIndex ? 'int32' : variableType(node), shape } });
      if (shape === undefined) diagnostics.push(shapeMissing(name, readers, symbol, params));
    }
  }
  return { inputs, constants, missing, diagnostics };
}

/** Whether a variable without a value is a weight: a node reads it as one, and no option declares it as an input. */
function isMissingWeight(variable: SymbolNode, readers: readonly Use[], { shape = {} }: ConvertOptions): boolean {
  if (Object.hasOwn(shape, variable.name)) return false;
  const isDeclared = declaredShape(variable) !== undefined;
  return readers.some(({ node, operand }) => {
    const argument = argumentName(node.operator, operand);
    return argument !== 'data' && argument !== 'label' && (!isDeclared || variable.name.endsWith(`_${argument}`));
  });
}

/** A hint with a shape for an input; the number of channels is taken from the first weight that uses it. */
function shapeMissing(name: string, readers: readonly Use[], symbol: SymbolGraph, params: ReadonlyMap<string, Tensor>): Diagnostic {
  const reader = readers.find(({ operand }) => operand === 0)?.node;
  const weight = params.get(symbol.nodes[reader?.inputs[1]?.node ?? -1]?.name ?? '');
  const groups = Number(reader?.attributes.get('num_group') ?? 1);
  const example =
    reader?.operator === 'FullyConnected' && weight?.shape.length === 2
      ? [1, weight.shape[1] ?? 1]
      : [1, weight?.shape.length === 4 ? (weight.shape[1] ?? 3) * groups : 3, 224, 224];
  return diagnostic('shape-unknown', `the symbol does not declare the shape of the input "${name}"`, {
    hint: 'Fix the shape of the input, even if you pin it.',
    advice: [{ option: 'shape', input: name, dims: example, isExample: true }],
  });
}

/** MXNet passes weights of any type to operators as float32, which ncnn also computes in. */
function asFloat(value: Tensor): Tensor {
  return value.dtype === 'float32' ? value : Tensor.of('float32', value.shape, value.toFloat32());
}
