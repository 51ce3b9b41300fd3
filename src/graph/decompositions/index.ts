import type { ValueType } from '../ir/graph.ts';
import { OperatorError, type OperatorNode } from '../ir/operator.ts';
import { operators } from '../ops/index.ts';
import { attention } from './attention/attention.ts';
import { flexAttention } from './attention/flexAttention.ts';
import { linearAttention } from './attention/linearAttention.ts';
import { rotaryEmbedding } from './attention/rotaryEmbedding.ts';
import { bitwise } from './bitwise.ts';
import { causalConvolution } from './causalConvolution.ts';
import { contributed } from './contributed.ts';
import { cumulativeProduct } from './cumulativeProduct.ts';
import { type Decomposed, type Decomposition, decompose } from './decomposition.ts';
import { dynamicAxis } from './dynamic/dynamicAxis.ts';
import { dynamicDiagonal } from './dynamic/dynamicDiagonal.ts';
import { lists } from './lists.ts';
import { losses } from './losses.ts';
import { quantizedElementwise } from './quantized/quantizedElementwise.ts';
import { quantizedLinear } from './quantized/quantizedLinear.ts';
import { repetition } from './repetition.ts';
import { gridOfSamples } from './samples/gridOfSamples.ts';
import { sampleBySample } from './samples/sampleBySample.ts';
import { samplesAsAxis } from './samples/samplesAsAxis.ts';
import { tensorScatter } from './tensorScatter.ts';
import { topK } from './topK.ts';

/** The expansions that no batch matters to. A new family is a file here and a line in this list. */
export const samplewiseDecompositions: readonly Decomposition[] = [
  dynamicAxis,
  dynamicDiagonal,
  attention,
  flexAttention,
  linearAttention,
  rotaryEmbedding,
  causalConvolution,
  tensorScatter,
  cumulativeProduct,
  losses,
  topK,
  bitwise,
  quantizedLinear,
  quantizedElementwise,
  contributed,
  repetition,
  lists,
];

/** Every expansion. The last ones are for operators that ncnn computes on one sample, where a batch could not be carried around them. */
export const decompositions: readonly Decomposition[] = [...samplewiseDecompositions, samplesAsAxis, gridOfSamples, sampleBySample];

/** The expansions of each operator, in their order. */
export type DecompositionTable = ReadonlyMap<string, readonly Decomposition[]>;

export function decompositionTable(list: readonly Decomposition[]): DecompositionTable {
  const operatorNames = new Set(list.flatMap((expansion) => expansion.operators));
  return new Map([...operatorNames].map((name) => [name, list.filter((expansion) => expansion.operators.includes(name))]));
}

/** The simpler nodes that stand for a node; `undefined` where it stays, be it that there are none. */
export function decomposeNode(
  view: OperatorNode,
  declared: (name: string) => ValueType | undefined,
  table: DecompositionTable,
): Decomposed | undefined {
  if (isFolded(view)) return undefined;
  try {
    return firstExpanded(view, declared, table);
  } catch (error) {
    // The lowering says why, together with all else that stands in the way.
    if (error instanceof OperatorError) return undefined;
    throw error;
  }
}

function firstExpanded(
  view: OperatorNode,
  declared: (name: string) => ValueType | undefined,
  table: DecompositionTable,
): Decomposed | undefined {
  for (const expansion of table.get(view.operator) ?? []) {
    const expanded = decompose(expansion, view, declared);
    if (expanded !== undefined) return expanded;
  }
  return undefined;
}

/** Whether the operator itself computes its results while converting. */
function isFolded(view: OperatorNode): boolean {
  const constant = view.node.inputs.every((name, index) => name === '' || view.constant(index) !== undefined);
  return constant && operators.get(view.operator)?.evaluate !== undefined;
}

/** Why a node was not written out; `undefined` where nothing writes out such nodes, or it was to stay. */
export function decompositionRefusal(view: OperatorNode, declared: (name: string) => ValueType | undefined): OperatorError | undefined {
  try {
    firstExpanded(view, declared, decompositionTable(decompositions));
    return undefined;
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
}
