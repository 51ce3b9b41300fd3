import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import { GraphEditor } from '../../graph/ir/editor.ts';
import type { Graph, GraphInput, ValueType } from '../../graph/ir/graph.ts';
import type { ModelSource } from '../source.ts';
import { collectNames } from './collectNames.ts';
import { defineConstant, functionKey, type ImportState, opsetVersions, type Scope } from './conversion.ts';
import { createModelNames } from './modelNames.ts';
import { convertNodes } from './nodes.ts';
import { newestOpset, oldestOpset } from './opset/index.ts';
import { orderNodes } from './order.ts';
import type { GraphProto, ModelProto, NodeProto, ValueInfoProto } from './schema.ts';
import { SideFiles } from './sideFiles.ts';
import { decodeSparseTensor, decodeTensor } from './tensor.ts';
import { declaredType } from './valueTypes.ts';

export interface Decoded {
  readonly graph: Graph;
  /** Warnings and infos. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Builds the Graph of a model: initializers and `Constant` nodes become constants, model-local functions are inlined, and every node is
 * upgraded to the newest operator set. Throws one `NcnnError` with everything that is wrong.
 */
export function decodeModel(
  model: ModelProto,
  mainGraph: GraphProto,
  source: ModelSource,
  { budget, custom }: Pick<ImportState, 'budget' | 'custom'>,
): Decoded {
  const opsets = opsetVersions(model.opsetImport);
  const names = createModelNames();
  const used = new Set<string>();
  collectNames(mainGraph, names.take, (name) => used.add(name));
  const conversion: ImportState = {
    side: new SideFiles(source),
    custom,
    functions: new Map(model.functions.map((entry) => [functionKey(entry.domain, entry.name, entry.overload), entry])),
    names,
    used,
    narrow: new Map(),
    failed: new Set(),
    diagnostics: [],
    budget,
    convertGraph: (proto, scope, outer) => convertGraph(proto, scope, outer, conversion),
    convertNodes: (protos, scope, editor) => convertNodes(protos, scope, editor, conversion),
  };
  const finish = (): readonly Diagnostic[] => {
    const found = [...conversion.side.diagnostics(), ...conversion.diagnostics];
    return found.map((entry) => ({ ...entry, place: { file: source.file, ...entry.place } }));
  };

  checkOpset(opsets, mainGraph.node, conversion.diagnostics);
  if (conversion.diagnostics.some(isError)) throw new NcnnError(finish());
  const scope: Scope = { opsets, rename: (name) => name, attributes: undefined, prefix: '', calls: [] };
  const graph = convertGraph(mainGraph, scope, undefined, conversion);
  const diagnostics = finish();
  if (diagnostics.some(isError)) throw new NcnnError(diagnostics);
  return { graph, diagnostics };
}

function isError(entry: Diagnostic): boolean {
  return entry.severity === 'error';
}

function checkOpset(opsets: ReadonlyMap<string, number>, nodes: readonly NodeProto[], diagnostics: Diagnostic[]): void {
  // A model without an import has version 1: the oldest models predate opset versions.
  const opset = opsets.get('') ?? 1;
  const needed = opsets.has('') || nodes.some((node) => !node.domain || node.domain === 'ai.onnx');
  if (needed && opset < oldestOpset) {
    diagnostics.push(
      diagnostic(
        'opset-unsupported',
        `the model uses operator set ${opset}; the oldest is ${oldestOpset}`,
        'Check the model with onnx.checker, or export it again.',
        { opset },
      ),
    );
  }
  if (opset > newestOpset) {
    diagnostics.push(
      diagnostic(
        'opset-newer',
        `the model uses operator set ${opset}; its operators are interpreted as in ${newestOpset}, the newest supported one`,
        'Compare the results with those of onnxruntime, or export the model for an older operator set.',
        { opset },
      ),
    );
  }
}

/** Converts the main graph, or the body of an `If`, `Loop` or `Scan` whose nodes may use names from the `outer` graph. */
function convertGraph(proto: GraphProto, scope: Scope, outer: GraphEditor | undefined, conversion: ImportState): Graph {
  const nested = outer !== undefined;
  // An input with an initializer of the same name has a default value; in old models it is simply a weight.
  const weights = new Set(proto.initializer.map((tensor) => tensor.name));
  const inputs = proto.input.filter((info) => !weights.has(info.name)).map((info) => readInput(info, scope, nested, conversion));
  const outputs = proto.output.map((info) => scope.rename(info.name ?? ''));
  const empty = { name: proto.name ?? '', inputs, outputs, nodes: [], constants: new Map(), types: declaredTypes(proto, scope) };
  const editor = new GraphEditor(empty, { names: conversion.names, outer: outer?.index });
  readInitializers(proto, scope, editor, conversion);
  convertNodes(proto.node, scope, editor, conversion);

  const { constants, types } = editor.index;
  const available = new Set([...inputs.map((input) => input.name), ...constants.keys(), ...conversion.failed]);
  // Nodes that no output needs are kept, because the option `outputs` may name them.
  const nodes = Array.from(editor.index.nodes.entries(), (entry) => entry.node);
  const ordered = orderNodes(nodes, (name) => available.has(name), nested);
  for (const entry of ordered.diagnostics) conversion.diagnostics.push(entry);
  if (!nested) checkOutputs(outputs, ordered.nodes, available, conversion);
  return { ...empty, nodes: ordered.nodes, constants, types };
}

function declaredTypes(proto: GraphProto, scope: Scope): ReadonlyMap<string, ValueType> {
  const types = new Map<string, ValueType>();
  for (const info of [...proto.valueInfo, ...proto.output, ...proto.input]) {
    const type = declaredType(info);
    const name = scope.rename(info.name ?? '');
    // An output is often declared twice, once without a shape. Keep the declaration with a shape.
    if (typeof type === 'object' && (type.shape !== undefined || !types.has(name))) types.set(name, type);
  }
  return types;
}

function readInitializers(proto: GraphProto, scope: Scope, editor: GraphEditor, conversion: ImportState): void {
  const initializers = [
    ...proto.initializer.map((tensor) => ({ tensor, decode: () => decodeTensor(tensor, conversion.side) })),
    ...proto.sparseInitializer.map((sparse) => ({ tensor: sparse.values, decode: () => decodeSparseTensor(sparse, conversion.side) })),
  ];
  for (const { tensor, decode } of initializers) {
    const name = scope.rename(tensor?.name ?? '');
    // An unused initializer may have any type, or lie in a missing file.
    if (!conversion.used.has(name)) continue;
    try {
      defineConstant(name, tensor?.dataType, editor, conversion, decode);
    } catch (error) {
      if (!(error instanceof NcnnError)) throw error;
      conversion.failed.add(name);
      for (const entry of error.diagnostics) conversion.diagnostics.push(entry);
    }
  }
}

function readInput(info: ValueInfoProto, scope: Scope, nested: boolean, conversion: ImportState): GraphInput {
  const name = scope.rename(info.name ?? '');
  const type = declaredType(info);
  if (typeof type === 'object') return { name, type };
  if (!nested) {
    const what = type ?? 'of an undeclared type';
    conversion.diagnostics.push(
      diagnostic(
        'type-unsupported',
        `the input "${name}" is ${what}; ncnn supports only tensors`,
        'Export the model with inputs that are tensors of floats, integers or bools.',
      ),
    );
  }
  // Loop bodies need not declare types; they are inferred from the node around them.
  return { name, type: { dtype: 'float32', shape: undefined } };
}

function checkOutputs(outputs: readonly string[], nodes: Graph['nodes'], available: ReadonlySet<string>, conversion: ImportState): void {
  const produced = new Set(nodes.flatMap((node) => node.outputs));
  const hint = 'Check the model with onnx.checker, or export it again.';
  if (outputs.length === 0) conversion.diagnostics.push(diagnostic('file-malformed', 'the graph has no outputs', hint));
  for (const output of outputs) {
    if (output === '' || !(available.has(output) || produced.has(output))) {
      conversion.diagnostics.push(diagnostic('file-malformed', `the output "${output}" is not produced by any node`, hint));
    }
  }
}
