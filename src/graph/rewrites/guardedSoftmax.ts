import { makeNode, type Node } from '../graph.ts';
import { Tensor } from '../tensor.ts';
import type { GraphIndex, Rewrite } from './rewrite.ts';

/** The lowest finite float32; against any number that is not as low its exponential is 0, as that of -infinity is. */
const lowest = -3.4028234663852886e38;

/**
 * `Where(masked, constant, Softmax(x))`, as attention guards rows that are masked as a whole: there Softmax gives NaN,
 * which the condition replaces. ncnn has no way to drop a NaN once it is there, so the scores get a finite lower bound,
 * which keeps it from arising and changes no other row.
 */
export const guardSoftmax: Rewrite = {
  name: 'guard-softmax',
  match: (node, graph) => {
    if (node.operator !== 'Where') return undefined;
    const [condition = '', yes = '', no = ''] = node.inputs;
    const guarded = graph.constant(yes) !== undefined ? softmaxBehind(no, node, graph) : undefined;
    if (guarded === undefined) return undefined;
    const bounded = `${no}/bounded`;
    const result = `${no}/guarded`;
    const [scores = ''] = guarded.inputs;
    return {
      nodes: [
        makeNode('Max', [scores, `${bounded}/lowest`], [bounded]),
        { ...guarded, name: result, inputs: [bounded], outputs: [result] },
        { ...node, inputs: [condition, yes, result] },
      ],
      constants: new Map([[`${bounded}/lowest`, Tensor.float32([lowest])]]),
    };
  },
};

/** The float32 Softmax that makes a value which nothing else reads. */
function softmaxBehind(name: string, reader: Node, graph: GraphIndex): Node | undefined {
  const softmax = graph.producer(name, 'Softmax');
  if (softmax === undefined || !graph.isOnlyRead(name, reader) || graph.type(name)?.dtype !== 'float32') return undefined;
  const bound = graph.producer(softmax.inputs[0], 'Max');
  return bound?.inputs.some((input) => graph.number(input) === lowest) ? undefined : softmax;
}
