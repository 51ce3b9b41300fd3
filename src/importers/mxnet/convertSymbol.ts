import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import { cutBefore } from '../../diagnostics/remedies.ts';
import { formatShape, type Shape } from '../../graph/ir/dimension.ts';
import { type Graph, type GraphInput, makeNode, type Node, type ValueType } from '../../graph/ir/graph.ts';
import { createNames } from '../../graph/ir/names.ts';
import { codeOf, OperatorError, usualRemedies } from '../../graph/ir/operator.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import { inferAndFold } from '../../graph/stages/infer.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import { argumentName } from './argumentNames.ts';
import { SymbolAttributes } from './attributes.ts';
import { declaredShape, inputShape, isIndexOnly, variableType } from './inputs.ts';
import { type GraphWriter, SymbolOperator } from './operator.ts';
import { operatorRules } from './operators/index.ts';
import { entriesOf, inferenceOutputs, neededNodes } from './prune.ts';
import type { Entry, SymbolGraph, SymbolNode } from './symbol.ts';

export interface ConvertedSymbol {
  readonly graph: Graph;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The Graph of a symbol: nodes in the order of the file, each written as nodes with the meaning of ONNX by the rule of its operator.
 * Types are inferred on the way, as many rules depend on them. Outputs are named as MXNet names them (`softmax_output`).
 *
 * Throws `NcnnError` with everything that is wrong: operators without a rule, weights that are missing or of another shape, inputs whose
 * shape nobody says.
 */
export function convertSymbol(symbol: SymbolGraph, params: ReadonlyMap<string, Tensor>, options: ConvertOptions): ConvertedSymbol {
  const diagnostics: Diagnostic[] = [];
  const heads = inferenceOutputs(symbol);
  const needed = neededNodes(symbol, heads);
  diagnostics.push(...unknownOperators(symbol, needed));

  const names = createNames();
  const nodes: Node[] = [];
  const constants = new Map<string, Tensor>();
  const types = new Map<string, ValueType>();
  const inputs: GraphInput[] = [];
  /** Weights that the file of arrays lacks; their variables have no value until a rule says their shape. */
  const missing = new Set<string>();
  /** Values of the outputs of each node; `undefined` where it failed. */
  const values = new Map<number, readonly string[]>();
  for (const node of symbol.nodes) names.take(node.name);

  const addVariable = (node: SymbolNode, index: number): void => {
    const { name } = node;
    values.set(index, [name]);
    const value = params.get(name);
    if (value !== undefined) {
      constants.set(name, asFloat(value));
      types.set(name, { dtype: 'float32', shape: value.shape });
      return;
    }
    const shape = inputShape(node, inputs.length, options);
    const dtype = isIndexOnly(symbol, needed, index, params) ? 'int32' : variableType(node);
    if (isMissingWeight(symbol, needed, index, options)) missing.add(name);
    else inputs.push({ name, type: { dtype, shape } });
    types.set(name, { dtype, shape });
  };

  const addOperator = (node: SymbolNode, index: number): void => {
    const operands = entriesOf(node).map(({ node: source, output }) => values.get(source)?.[output]);
    const rule = operatorRules.get(node.operator);
    // What stands in the way was told of where it arose.
    if (rule === undefined || operands.includes(undefined)) return;
    const made: Node[] = [];
    const writer: GraphWriter = {
      emit: (operator, from, attributes, count) => {
        const outputs = Array.from({ length: count }, () => names.fresh(`${node.name}/${operator}`));
        const added = makeNode(operator, from, outputs, attributes, outputs[0]);
        infer(added, { constants, types }, made);
        return outputs;
      },
      constant: (value) => {
        const name = names.fresh(`${node.name}/constant`);
        constants.set(name, value);
        types.set(name, { dtype: value.dtype, shape: value.shape });
        return name;
      },
      typeOf: (value) => types.get(value) ?? { dtype: 'float32', shape: undefined },
      constantOf: (value) => constants.get(value),
      weight: (operand, value, shape) => {
        if (missing.has(value)) {
          diagnostics.push(weightMissing(value, shape, node, operand));
          // Nothing is made of the size that the symbol says: it may be any.
          const placeholder = names.fresh(`${node.name}/missing`);
          types.set(placeholder, { dtype: 'float32', shape });
          return placeholder;
        }
        const found = types.get(value)?.shape;
        if (found !== undefined && !sameShape(found, shape)) {
          const message = `the ${argumentName(node.operator, operand)} "${value}" is ${formatShape(found)} instead of ${formatShape(shape)}`;
          throw new NcnnError([diagnostic('weights-mismatch', message, weightsHint)]);
        }
        return value;
      },
    };
    const known = operands.filter((value) => value !== undefined);
    try {
      const result = rule(new SymbolOperator(node.name, node.operator, new SymbolAttributes(node.attributes), known, writer));
      values.set(index, named(node, typeof result === 'string' ? [result] : result, made, { names, nodes, constants, types }));
    } catch (error) {
      const place = { node: node.name, operator: node.operator, shapes: known.map((value) => formatShape(types.get(value)?.shape)) };
      if (error instanceof OperatorError)
        diagnostics.push(diagnostic(codeOf[error.reason], error.message, error.remedy ?? usualRemedies[error.reason], place));
      else if (error instanceof NcnnError)
        diagnostics.push(...error.diagnostics.map((entry) => ({ ...entry, place: { ...entry.place, ...place } })));
      else if (error instanceof RangeError)
        diagnostics.push(diagnostic('limit-exceeded', error.message, 'Check the sizes that the symbol gives for the node.', place));
      else throw error;
    }
  };

  for (const [index, node] of symbol.nodes.entries()) if (needed.has(index) && node.operator === 'null') addVariable(node, index);
  const shapeless = inputs.filter(({ type }) => type.shape === undefined);
  if (shapeless.length > 0) throw new NcnnError([...diagnostics, ...shapeless.map(({ name }) => shapeMissing(name, symbol, params))]);
  for (const [index, node] of symbol.nodes.entries()) if (needed.has(index) && node.operator !== 'null') addOperator(node, index);
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new NcnnError(diagnostics);

  const outputs = heads.map((head) => outputOf(head, symbol, values, { names, nodes, types }));
  const graph = { name: symbol.nodes.at(-1)?.name ?? '', inputs, outputs: [...new Set(outputs)], nodes, constants, types };
  return { graph, diagnostics };
}

/** What is known of values while the graph is put together. */
interface Values {
  readonly constants: Map<string, Tensor>;
  readonly types: Map<string, ValueType>;
}

/** Infers a node and adds it to `made`, with what it is written out as; one of constants alone becomes a constant. */
function infer(node: Node, { constants, types }: Values, made: Node[]): void {
  const operands = [...new Set(node.inputs)].filter((name) => name !== '');
  const inputs = operands.flatMap((name) =>
    constants.has(name) ? [] : [{ name, type: types.get(name) ?? { dtype: 'float32' as const, shape: undefined } }],
  );
  const own = new Map(
    operands.flatMap((name) =>
      [[name, constants.get(name)] as const].flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
    ),
  );
  const { graph, diagnostics } = inferAndFold({ name: '', inputs, outputs: node.outputs, nodes: [node], constants: own, types: new Map() });
  if (diagnostics.length > 0) throw new NcnnError(diagnostics);
  for (const output of node.outputs) {
    const value = graph.constants.get(output);
    const type = graph.types.get(output);
    if (value !== undefined) constants.set(output, value);
    if (type !== undefined) types.set(output, type);
  }
  if (node.outputs.some((output) => !constants.has(output))) made.push(node);
}

/**
 * Adds the nodes that a rule made, its results under MXNet's names, and the last of the nodes under that of the symbol's. A result that
 * is the value of another node keeps its name.
 */
function named(
  node: SymbolNode,
  results: readonly string[],
  made: readonly Node[],
  { names, nodes, constants, types }: Values & { readonly names: ReturnType<typeof createNames>; readonly nodes: Node[] },
): readonly string[] {
  const fresh = new Set(made.flatMap(({ outputs }) => outputs));
  const renamed = new Map<string, string>();
  for (const [index, result] of results.entries()) {
    if (!fresh.has(result) || renamed.has(result)) continue;
    renamed.set(result, names.fresh(results.length === 1 ? `${node.name}_output` : `${node.name}_output${index}`));
  }
  const rename = (value: string): string => renamed.get(value) ?? value;
  for (const [from, to] of renamed) {
    const [type, value] = [types.get(from), constants.get(from)];
    if (type !== undefined) types.set(to, type);
    if (value !== undefined) constants.set(to, value);
  }
  const last = made.findLast(({ outputs }) => outputs.some((output) => renamed.has(output)));
  for (const entry of made) {
    nodes.push({
      ...entry,
      name: entry === last ? node.name : entry.name,
      inputs: entry.inputs.map(rename),
      outputs: entry.outputs.map(rename),
    });
  }
  return results.map(rename);
}

/** The name of an output of the model; a value that is no node's own gets a node that gives it the name. */
function outputOf(
  head: Entry,
  symbol: SymbolGraph,
  values: ReadonlyMap<number, readonly string[]>,
  {
    names,
    nodes,
    types,
  }: { readonly names: ReturnType<typeof createNames>; readonly nodes: Node[]; readonly types: Map<string, ValueType> },
): string {
  const node = symbol.nodes[head.node];
  const results = values.get(head.node) ?? [];
  const value = results[head.output];
  if (node === undefined || value === undefined) {
    const message = `output ${head.output} of the node is none that a trained net has`;
    throw new NcnnError([
      diagnostic('operator-unsupported', message, cutBefore, { node: node?.name ?? '', operator: node?.operator ?? '' }),
    ]);
  }
  if (node.operator === 'null' || nodes.some(({ outputs }) => outputs.includes(value) && value.startsWith(`${node.name}_output`)))
    return value;
  const name = names.fresh(results.length === 1 ? `${node.name}_output` : `${node.name}_output${head.output}`);
  nodes.push(makeNode('Identity', [value], [name]));
  const type = types.get(value);
  if (type !== undefined) types.set(name, type);
  return name;
}

function unknownOperators(symbol: SymbolGraph, needed: ReadonlySet<number>): readonly Diagnostic[] {
  return symbol.nodes.flatMap(({ name, operator }, index) => {
    if (!needed.has(index) || operator === 'null' || operatorRules.has(operator)) return [];
    return [diagnostic('operator-unknown', `the operator ${operator} is not known`, cutBefore, { node: name, operator })];
  });
}

/** Whether a variable without a value is a weight: it is read as one, and nobody says that it is fed. */
function isMissingWeight(symbol: SymbolGraph, needed: ReadonlySet<number>, index: number, { shape = {} }: ConvertOptions): boolean {
  const variable = symbol.nodes[index];
  if (variable === undefined || Object.hasOwn(shape, variable.name)) return false;
  for (const [place, node] of symbol.nodes.entries()) {
    if (!needed.has(place)) continue;
    for (const [operand, entry] of node.inputs.entries()) {
      if (entry.node !== index) continue;
      const role = argumentName(node.operator, operand);
      if (role !== 'data' && role !== 'label' && (declaredShape(variable) === undefined || variable.name.endsWith(`_${role}`))) return true;
    }
  }
  return false;
}

function weightMissing(name: string, shape: Shape, node: SymbolNode, operand: number): Diagnostic {
  const message = `the ${argumentName(node.operator, operand)} "${name}" is missing, an array of ${formatShape(shape)}`;
  return diagnostic('weights-mismatch', message, weightsHint, { node: node.name, operator: node.operator });
}

const weightsHint = 'Give the `.params` that belongs to this very symbol.';

/** A shape to paste for an input, with the channels that the first weight behind it has. */
function shapeMissing(name: string, symbol: SymbolGraph, params: ReadonlyMap<string, Tensor>): Diagnostic {
  const index = symbol.nodes.findIndex((node) => node.operator === 'null' && node.name === name);
  const reader = symbol.nodes.find(({ inputs }) => inputs[0]?.node === index);
  const weight = params.get(symbol.nodes[reader?.inputs[1]?.node ?? -1]?.name ?? '');
  const groups = Number(reader?.attributes.get('num_group') ?? 1);
  const example =
    reader?.operator === 'FullyConnected' && weight?.shape.length === 2
      ? [1, weight.shape[1] ?? 1]
      : [1, weight?.shape.length === 4 ? (weight.shape[1] ?? 3) * groups : 3, 224, 224];
  return diagnostic('shape-unknown', `the symbol does not say which shape the input "${name}" has`, {
    hint: 'Fix the shape of the input, also where you pin it.',
    advice: [{ option: 'shape', input: name, dims: example, isExample: true }],
  });
}

function sameShape(found: Shape, wanted: Shape): boolean {
  return (
    found.length === wanted.length &&
    found.every((size, axis) => typeof size === 'string' || typeof wanted[axis] === 'string' || size === wanted[axis])
  );
}

/** MXNet feeds weights of any type to operators as float32, which is what ncnn computes in. */
function asFloat(value: Tensor): Tensor {
  return value.dtype === 'float32' ? value : Tensor.of('float32', value.shape, value.toFloat32());
}
