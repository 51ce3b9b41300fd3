import type { Remedy } from '../diagnostics/advice.ts';
import { type Diagnostic, diagnostic, type Place } from '../diagnostics/diagnostic.ts';
import { cutBefore } from '../diagnostics/remedies.ts';
import { decompositionRefusal, isKnownOperator, resolvedOperators } from '../graph/decompositions/index.ts';
import { isStatic } from '../graph/ir/dimension.ts';
import type { Graph, Node } from '../graph/ir/graph.ts';
import type { OperatorNode } from '../graph/ir/operator.ts';
import { nodePlace, toDiagnostic } from '../graph/stages/infer.ts';
import { controlFlowAdvisor, controlFlowOperators } from './controlFlow.ts';

/** Why no lowering supports a node. For control flow, this includes errors in the nested graphs. All nodes of a graph share one advisor. */
export function refusalsOf(
  node: OperatorNode,
  graph: Graph,
  adviseControlFlow: (node: OperatorNode) => Diagnostic = controlFlowAdvisor(graph),
): readonly Diagnostic[] {
  const error = decompositionRefusal(node, (name) => graph.types.get(name));
  if (error !== undefined) return [toDiagnostic({ node, error })];
  if (controlFlowOperators.has(node.operator)) return [...unknownInside(node.node), adviseControlFlow(node)];
  const place = nodePlace(node);
  if (!isKnownOperator(node.operator)) return [unknownOperator(node.operator, place)];
  const sequence = graph.types.get(node.node.outputs[0] ?? '')?.sequence;
  if (sequence === undefined) return [diagnostic('operator-unsupported', `ncnn has no layer for ${node.operator}`, cutBefore, place)];
  const remedy: Remedy = { hint: 'Choose the tensors in the sequence as outputs.', advice: [{ option: 'outputs', names: sequence }] };
  return [diagnostic('operator-unsupported', 'the sequence is an output of the model, but ncnn supports only tensors', remedy, place)];
}

/**
 * Whether a node is refused only because values that it reads could not be computed. This is never so for unknown operators, except for
 * those of a domain that is explained once. Other nodes might fold if the ranks of their operands were known, or be decomposed if the sizes
 * were.
 */
export function isConsequence(node: OperatorNode, failed: ReadonlySet<string>): boolean {
  if (node.operator.startsWith(blockedDomain)) return node.node.inputs.some((name) => failed.has(name));
  if (!isKnownOperator(node.operator)) return false;
  const needsSizes = resolvedOperators.has(node.operator);
  return node.node.inputs.some((name, place) => {
    const shape = node.optionalInput(place)?.shape;
    return failed.has(name) && (shape === undefined || (needsSizes && !isStatic(shape)));
  });
}

function unknownInside(node: Node): readonly Diagnostic[] {
  return [...node.attributes.values()].flatMap((attribute) => {
    if (attribute.kind !== 'graph') return [];
    return attribute.value.nodes.flatMap((inner) => {
      // The name that the node gets when the branch is inlined.
      const [name, { operator }] = [`${node.name}/${inner.name}`, inner];
      return isKnownOperator(operator) ? unknownInside({ ...inner, name }) : [unknownOperator(operator, { node: name, operator })];
    });
  });
}

/** onnxruntime's private domain for operators on blocks of channels, which its highest optimization level produces. */
const blockedDomain = 'com.microsoft.nchwc:';

function unknownOperator(operator: string, place: Place): Diagnostic {
  if (operator.startsWith(blockedDomain)) {
    const message = `onnxruntime optimized the model for a specific CPU: ${operator} works on channels in that CPU's block layout`;
    const hint = 'Convert the original model, or save it from onnxruntime with the optimization level ORT_ENABLE_EXTENDED.';
    return diagnostic('operator-unknown', message, hint, place);
  }
  const hint = 'Map the operator to a layer of your own runtime, cut the graph before this node, or export the model without it.';
  return diagnostic('operator-unknown', `the operator ${operator} is unknown`, { ...cutBefore, hint }, place);
}
