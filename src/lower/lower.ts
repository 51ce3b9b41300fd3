import { Budget } from '../budget/budget.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { chooseOutputs, fixShapes } from '../diagnostics/remedies.ts';
import type { Graph, GraphInput, Node, ValueType } from '../graph/ir/graph.ts';
import { codeOf, type Operand, OperatorError } from '../graph/ir/operator.ts';
import { toDiagnostic } from '../graph/stages/infer.ts';
import type { Binding, Model } from '../net/model.ts';
import type { BlobShape } from '../net/net.ts';
import { type DraftBlob, NetBuilder } from './builder.ts';
import { controlFlowAdvisor } from './controlFlow.ts';
import { lowerings } from './index.ts';
import { indexInputs } from './indexInputs.ts';
import { LoweringNode } from './node.ts';
import { isConsequence, refusalsOf } from './refusal.ts';
import { defaultBlobShape } from './views.ts';

export type LowerResult =
  | { readonly ok: true; readonly model: Model; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly ok: false;
      readonly diagnostics: readonly Diagnostic[];
      /** The values that can be computed despite the errors, without inputs and constants. */
      readonly computed: ReadonlySet<string>;
    };

/**
 * Lowers a Graph with inferred types to a Net. All nodes are tried, so that the diagnostics include every blocker; errors that only follow
 * from an earlier failure are omitted.
 *
 * @param keptOutputs outputs that keep the blob that their readers use, whatever its shape
 */
export function lower(graph: Graph, budget: Budget = new Budget(), keptOutputs: ReadonlySet<string> = new Set()): LowerResult {
  const builder = new NetBuilder(budget.renewed());
  const diagnostics: Diagnostic[] = [];
  const failed = new Set(withoutSource(graph));
  const nodes = graph.nodes.filter((node) => !holdsSizes(graph, node));
  const used = new Set([...graph.outputs, ...nodes.flatMap((node) => node.inputs)]);
  const indices = indexInputs(graph);
  const adviseControlFlow = controlFlowAdvisor(graph);
  for (const input of graph.inputs) {
    if (!used.has(input.name)) continue;
    if (input.type.shape === undefined) {
      diagnostics.push(diagnostic('shape-unknown', `the rank of the input "${input.name}" is unknown`, fixShapes));
      failed.add(input.name);
      continue;
    }
    try {
      builder.input(input.name, defaultBlobShape(input.type.shape), indices.has(input.name));
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      diagnostics.push(diagnostic(codeOf[error.reason], `the input "${input.name}": ${error.message}`, error.remedy ?? fixShapes));
      failed.add(input.name);
    }
  }
  for (const node of nodes) {
    const operands = node.inputs.map((name): Operand | undefined => {
      if (name === '') return undefined;
      return { name, ...typeOf(graph, name), constant: graph.constants.get(name) };
    });
    const view = new LoweringNode(
      node,
      operands,
      node.outputs.map((name) => typeOf(graph, name)),
      builder,
    );
    const lowering = lowerings.get(node.operator);
    if (lowering === undefined) {
      if (!isConsequence(view, failed)) for (const entry of refusalsOf(view, graph, adviseControlFlow)) diagnostics.push(entry);
    } else if (!node.inputs.some((name) => failed.has(name))) {
      try {
        builder.begin(node.name);
        lowering(view);
        for (const entry of view.warnings) diagnostics.push(entry);
        continue;
      } catch (error) {
        if (!(error instanceof OperatorError)) throw error;
        diagnostics.push(toDiagnostic({ node: view, error }));
      }
    }
    for (const output of node.outputs) failed.add(output);
  }
  if (failed.size > 0) return { ok: false, diagnostics, computed: computedValues(graph, builder, failed) };
  return finish(graph, builder, keptOutputs, diagnostics);
}

function finish(graph: Graph, builder: NetBuilder, keptOutputs: ReadonlySet<string>, diagnostics: readonly Diagnostic[]): LowerResult {
  const blobs: DraftBlob[] = [];
  const problems: Diagnostic[] = [];
  const missing = new Set<string>();
  for (const name of graph.outputs) {
    try {
      const blob = (keptOutputs.has(name) ? builder.blobOf(name) : undefined) ?? outputBlob(graph, builder, name);
      if (blob !== undefined) {
        blobs.push(blob);
        continue;
      }
      problems.push(diagnostic('graph-empty', `output "${name}" is not computed by the net`, chooseOutputs));
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      problems.push(diagnostic('operator-unsupported', `output "${name}": ${error.message}`, error.remedy ?? chooseOutputs));
    }
    missing.add(name);
  }
  if (problems.length > 0) {
    return { ok: false, diagnostics: [...diagnostics, ...problems], computed: computedValues(graph, builder, missing) };
  }
  const { net, nameOf } = builder.build(graph.outputs, blobs);
  const inputs = graph.inputs.map((input) => bindInput(input, builder, nameOf));
  const outputs = graph.outputs.map((name, index): Binding => {
    const blob = blobs[index];
    const { dtype, shape } = typeOf(graph, name);
    return { name, dtype, shape: shape ?? [], blob: blob ? nameOf(blob) : null, blobShape: blob?.shape ?? [], feed: 'float32' };
  });
  return { ok: true, model: { net, inputs, outputs }, diagnostics };
}

function computedValues(graph: Graph, builder: NetBuilder, failed: ReadonlySet<string>): ReadonlySet<string> {
  const produced = graph.nodes.flatMap((node) => node.outputs);
  return new Set(produced.filter((name) => builder.blobOf(name) !== undefined && !failed.has(name)));
}

/** The blob to extract for an output. It has the tensor's own shape, up to axes of size 1. */
function outputBlob(graph: Graph, builder: NetBuilder, name: string): DraftBlob | undefined {
  const constant = graph.constants.get(name);
  const { shape } = typeOf(graph, name);
  if (constant !== undefined) {
    builder.begin(name);
    return builder.constant(constant, defaultBlobShape(constant.shape), name);
  }
  const stored = builder.blobOf(name);
  if (stored === undefined || shape === undefined) return stored;
  const defaultShape = defaultBlobShape(shape);
  const significant = (sizes: BlobShape): string => sizes.filter((size) => size !== 1).join(',');
  if (significant(stored.shape) === significant(defaultShape)) return stored;
  builder.begin(name);
  const blob = builder.view(stored, defaultShape);
  builder.define(name, blob);
  return blob;
}

function bindInput(input: GraphInput, builder: NetBuilder, nameOf: (blob: DraftBlob) => string): Binding {
  const stored = builder.blobOf(input.name);
  const { dtype, shape = [] } = input.type;
  return {
    name: input.name,
    dtype,
    shape,
    blob: stored === undefined ? null : nameOf(stored),
    blobShape: stored?.shape ?? defaultBlobShape(shape),
    feed: stored?.storage.int32 ? 'int32' : 'float32',
  };
}

/** Values without a producer, because the inference of their node failed. */
function withoutSource(graph: Graph): readonly string[] {
  const produced = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.constants.keys(),
    ...graph.nodes.flatMap((node) => node.outputs),
  ]);
  return graph.nodes.flatMap((node) => node.inputs.filter((name) => name !== '' && !produced.has(name)));
}

/** Whether a node only computes sizes that are known as symbols. Its readers take them from their types. */
function holdsSizes(graph: Graph, node: Node): boolean {
  return node.outputs.every((output) => output === '' || typeOf(graph, output).elements !== undefined);
}

function typeOf(graph: Graph, name: string): ValueType {
  return graph.types.get(name) ?? { dtype: 'float32', shape: undefined };
}
