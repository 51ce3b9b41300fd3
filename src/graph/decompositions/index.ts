import { GraphEditor } from '../ir/editor.ts';
import type { ValueType } from '../ir/graph.ts';
import { OperatorError, type OperatorNode } from '../ir/operator.ts';
import type { Decomposition, GraphRules } from '../ir/rules.ts';
import { operators } from '../ops/index.ts';
import { attention } from './attention/attention.ts';
import { flexAttention } from './attention/flexAttention.ts';
import { linearAttention } from './attention/linearAttention.ts';
import { rotaryEmbedding } from './attention/rotaryEmbedding.ts';
import { bitwise } from './bitwise.ts';
import { causalConvolution } from './causalConvolution.ts';
import { fusedActivations } from './contributed/activations.ts';
import { fusedAttention } from './contributed/attention.ts';
import { channelsLast } from './contributed/channelsLast.ts';
import { fusedEmbedding } from './contributed/embedding.ts';
import { renamedOperators } from './contributed/renamed.ts';
import { cumulativeProduct } from './cumulativeProduct.ts';
import { dynamicAxis } from './dynamic/dynamicAxis.ts';
import { dynamicDiagonal } from './dynamic/dynamicDiagonal.ts';
import { lists } from './lists.ts';
import { loops } from './loops.ts';
import { losses } from './losses.ts';
import { oneHotScatter } from './oneHotScatter.ts';
import { blockwiseWeights } from './quantized/blockwiseWeights.ts';
import { quantizedElementwise } from './quantized/quantizedElementwise.ts';
import { quantizedLinear } from './quantized/quantizedLinear.ts';
import { quantizedPooling } from './quantized/quantizedPooling.ts';
import { quantizedRecurrent } from './quantized/quantizedRecurrent.ts';
import { gridOfSamples } from './samples/gridOfSamples.ts';
import { sampleBySample } from './samples/sampleBySample.ts';
import { samplesAsAxis } from './samples/samplesAsAxis.ts';
import { tensorScatter } from './tensorScatter.ts';
import { topK } from './topK.ts';

/** The decompositions that do not depend on the batch. To add a family, add a file here and a line to this list. */
export const samplewiseDecompositions: readonly Decomposition[] = [
  dynamicAxis,
  dynamicDiagonal,
  attention,
  flexAttention,
  linearAttention,
  rotaryEmbedding,
  causalConvolution,
  tensorScatter,
  oneHotScatter,
  cumulativeProduct,
  losses,
  topK,
  bitwise,
  quantizedLinear,
  quantizedElementwise,
  quantizedPooling,
  quantizedRecurrent,
  blockwiseWeights,
  fusedActivations,
  fusedAttention,
  fusedEmbedding,
  channelsLast,
  renamedOperators,
  loops,
  lists,
];

/** Every decomposition. The last ones are for operators that ncnn computes on one sample, in case the batch cannot be removed. */
export const decompositions: readonly Decomposition[] = [...samplewiseDecompositions, samplesAsAxis, gridOfSamples, sampleBySample];

/** Operators that are replaced by others: by a decomposition or by their subgraphs. */
export const resolvedOperators: ReadonlySet<string> = new Set([
  'If',
  ...decompositions.flatMap((decomposition) => decomposition.operators),
]);

/** Whether an operator is known, so that a failure is not due to an unknown operator. */
export function isKnownOperator(operator: string): boolean {
  return operators.has(operator) || resolvedOperators.has(operator);
}

/** The rules for an editor, with the given decompositions. */
export function graphRules(list: readonly Decomposition[] = decompositions): GraphRules {
  const byOperator = new Map<string, Decomposition[]>();
  for (const decomposition of list) {
    for (const operator of decomposition.operators) {
      const entry = byOperator.get(operator);
      if (entry === undefined) byOperator.set(operator, [decomposition]);
      else entry.push(decomposition);
    }
  }
  return { operators, decompositions: byOperator };
}

/** Why a node was not decomposed; `undefined` if no decomposition applies to such nodes, or if the node was to stay. */
export function decompositionRefusal(view: OperatorNode, declared: (name: string) => ValueType | undefined): OperatorError | undefined {
  const { node } = view;
  const operands = node.inputs.flatMap((_, place) => view.optionalInput(place) ?? []);
  const constants = new Map(operands.flatMap(({ name, constant }) => (constant === undefined ? [] : [[name, constant] as const])));
  const types = new Map(
    node.outputs.flatMap((output) => {
      const type = declared(output);
      return type === undefined ? [] : [[output, type] as const];
    }),
  );
  const inputs = operands.map(({ constant, name, ...type }) => ({ name, type }));
  const graph = { name: node.name, inputs, outputs: node.outputs, nodes: [node], constants, types };
  const editor = new GraphEditor(graph, { rules: graphRules() });
  try {
    editor.add(node);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
  }
  return editor.refusals.get(node.name);
}
