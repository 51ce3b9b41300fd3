import type { GraphView } from '../../ir/graphIndex.ts';
import type { Rewrite } from '../rewrite.ts';

/** Removes initial states of zeros, and final states that nothing reads: exporters always write both. */
export const dropStates: Rewrite = {
  name: 'drop-states',
  operators: ['LSTM', 'ncnn:ProjectedLSTM', 'GRU', 'RNN'],
  match: (node, graph) => {
    const inputs = node.inputs.map((name, index) => ((index === 5 || index === 6) && isZero(name, graph) ? '' : name));
    const read = (name: string): boolean => graph.isOutput(name) || graph.readerCount(name) > 0;
    const outputs = node.outputs.map((name, index) => (index === 0 || name === '' || read(name) ? name : ''));
    const changed =
      inputs.some((name, index) => name !== node.inputs[index]) || outputs.some((name, index) => name !== node.outputs[index]);
    return changed ? (edit) => edit.emitLike(node, { inputs, outputs }) : undefined;
  },
};

function isZero(name: string, graph: GraphView): boolean {
  return (
    graph
      .constantOf(name)
      ?.toFloat32()
      .every((value) => value === 0) ?? false
  );
}
