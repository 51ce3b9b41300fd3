import type { Dimension } from '../../graph/ir/dimension.ts';
import type { Tensor } from '../../graph/ir/tensor.ts';
import { projectionInput, type RecurrentKind, type RecurrentSettings } from '../../graph/ops/recurrent/settings.ts';
import type { BlobShape } from '../../net/net.ts';
import { computedWeight, type Weight } from '../../net/weight.ts';
import { type DraftBlob, weightOfTensor } from '../builder.ts';
import type { LoweringNode } from '../node.ts';

/** A recurrent node with the facts about its input that the lowerings need. */
export interface SequenceNode {
  readonly settings: RecurrentSettings;
  /** Number of steps of the input and of Y. */
  readonly steps: Dimension;
  readonly batch: Dimension;
  /** Number of steps that are computed. Later steps of Y are zero. */
  readonly length: Dimension;
}

/** Indices of ncnn's gates in ONNX's order: I F O G in i o f c, R U N in z r h. */
const gateOrder: Readonly<Record<RecurrentKind, readonly number[]>> = { LSTM: [0, 2, 1, 3], GRU: [1, 0, 2], RNN: [0] };

const defaultActivations: Readonly<Record<RecurrentKind, string>> = { LSTM: 'sigmoid,tanh,tanh', GRU: 'sigmoid,tanh', RNN: 'tanh' };

/** Why ncnn's layer cannot compute the node; `undefined` if it can. */
export function refusalOfLayer(node: LoweringNode, { settings, batch }: SequenceNode): string | undefined {
  const { kind, activations } = settings;
  if (batch !== 1) return `ncnn's ${kind} takes one sample at a time, not ${batch}`;
  if ([1, 2, 3, projectionInput].some((index) => node.isDynamic(index))) return `ncnn's ${kind} needs constant weights`;
  if (activations.some((functions) => functions.map(({ name }) => name.toLowerCase()).join() !== defaultActivations[kind])) {
    return `ncnn's ${kind} has fixed activations`;
  }
  if (Number.isFinite(settings.clip)) return `ncnn's ${kind} does not clip`;
  if (kind === 'GRU' && !settings.linearBeforeReset) return "ncnn's GRU multiplies by the reset gate after the linear part, not before";
  if (kind === 'LSTM' && settings.inputForget) return "ncnn's LSTM does not couple the input gate and the forget gate";
  if (kind === 'LSTM' && node.optionalInput(7) !== undefined) return "ncnn's LSTM has no peepholes";
  if (node.optionalInput(projectionInput) !== undefined && settings.outputSize === settings.hiddenSize) {
    return "ncnn's LSTM projects only to another width";
  }
  return undefined;
}

/**
 * One layer over [steps, input]. Its result [steps, directions * output] has the elements of Y in order, and the states [directions,
 * output] and [directions, hidden] those of Y_h and Y_c. ncnn takes either all initial states as bottoms or none, and likewise outputs all
 * final states as tops or none.
 */
export function lowerToLayer(node: LoweringNode, { settings, steps, length }: SequenceNode): void {
  const { kind, reversed, hiddenSize, outputSize } = settings;
  const directions = reversed.length;
  const inputSize = node.shape(0)[2] ?? 1;
  const all = node.blob(0, [steps, inputSize]);
  const x = length === steps ? all : firstRows(node, all, length);

  const states = kind === 'LSTM' ? [outputSize, hiddenSize] : [outputSize];
  const initial = states.some((_, index) => node.optionalInput(5 + index) !== undefined)
    ? states.map((width, index) =>
        node.optionalInput(5 + index) === undefined
          ? node.constantBlob(new Float32Array(directions * width), [directions, width], 'zero')
          : node.blob(5 + index, [directions, width]),
      )
    : [];
  const wantsStates = node.hasOutput(1) || node.hasOutput(2);
  const tops: BlobShape[] = [
    [length, directions * outputSize],
    ...(wantsStates ? states.map((width): BlobShape => [directions, width]) : []),
  ];
  const [w, r, projection] = [node.constant(1), node.constant(2), node.constant(projectionInput)];
  if (w === undefined || r === undefined) return;
  const params = {
    num_output: outputSize,
    weight_data_size: w.size,
    direction: directions === 2 ? 2 : reversed[0] ? 1 : 0,
    ...(projection === undefined ? {} : { hidden_size: hiddenSize }),
  };
  const weights = [
    reordered(w, settings),
    biases(node.constant(3), settings),
    reordered(r, settings),
    ...(projection === undefined ? [] : [weightOfTensor(projection)]),
  ];
  const [y, ...last] = node.layers(kind, [x, ...initial], params, tops, weights);
  if (y === undefined) return;
  node.define(0, length === steps ? y : withZeroRows(node, y, Number(steps) - Number(length)));
  last.forEach((state, index) => {
    node.define(index + 1, state);
  });
}

/** The gate blocks of each direction in ncnn's order. */
function reordered(tensor: Tensor, { kind, gates, reversed }: RecurrentSettings): Weight {
  const order = gateOrder[kind];
  if (order.length === 1) return weightOfTensor(tensor);
  return computedWeight(tensor.size, () => {
    const values = tensor.toFloat32();
    const block = values.length / (reversed.length * gates);
    const result = new Float32Array(values.length);
    for (let direction = 0; direction < reversed.length; direction++) {
      order.forEach((gate, place) => {
        const from = (direction * gates + gate) * block;
        result.set(values.subarray(from, from + block), (direction * gates + place) * block);
      });
    }
    return result;
  });
}

/** The sum of both biases per gate, in ncnn's order. For the new gate of a GRU they stay separate. */
function biases(tensor: Tensor | undefined, { kind, gates, reversed, hiddenSize }: RecurrentSettings): Weight {
  const rows = kind === 'GRU' ? 4 : gates;
  const size = reversed.length * rows * hiddenSize;
  return computedWeight(size, () => {
    const result = new Float32Array(size);
    if (tensor === undefined) return result;
    const values = tensor.toFloat64();
    for (let direction = 0; direction < reversed.length; direction++) {
      const at = (half: number, gate: number, unit: number): number =>
        values[((direction * 2 + half) * gates + gate) * hiddenSize + unit] ?? 0;
      const put = (row: number, compute: (unit: number) => number): void => {
        for (let unit = 0; unit < hiddenSize; unit++) result[(direction * rows + row) * hiddenSize + unit] = compute(unit);
      };
      gateOrder[kind].forEach((gate, row) => {
        if (kind === 'GRU' && row === 2) {
          put(2, (unit) => at(0, gate, unit));
          put(3, (unit) => at(1, gate, unit));
        } else put(row, (unit) => at(0, gate, unit) + at(1, gate, unit));
      });
    }
    return result;
  });
}

/** The first rows of a 2-D blob. */
function firstRows(node: LoweringNode, blob: DraftBlob, rows: Dimension): DraftBlob {
  const [all = 1, width = 1] = blob.shape;
  const count = Number(rows);
  const [head] = node.layers('Slice', [blob], { slices: [count, Number(all) - count], axis: 0 }, [
    [count, width],
    [Number(all) - count, width],
  ]);
  return head ?? blob;
}

/** Appends rows of zeros to a 2-D blob. */
export function withZeroRows(node: LoweringNode, blob: DraftBlob, rows: number): DraftBlob {
  const [height = 1, width = 1] = blob.shape;
  const zeros = node.filled(0, [rows, Number(width)], 'padding');
  return node.layer('Concat', [blob, zeros], { axis: 0 }, [Number(height) + rows, width]);
}
