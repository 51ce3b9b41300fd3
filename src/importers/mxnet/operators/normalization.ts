import { float } from '../../../graph/ir/graph.ts';
import { checkList } from '../../../graph/ir/limits.ts';
import { OperatorError } from '../../../graph/ir/operator.ts';
import { Tensor } from '../../../graph/ir/tensor.ts';
import type { ConvertOperator, OperatorRule, OperatorRules, SymbolOperator } from '../operator.ts';

const affineArguments = ['data', 'gamma', 'beta'] as const;
const batchNormRule: OperatorRule = { convert: batchNorm, arguments: [...affineArguments, 'moving_mean', 'moving_var'], states: 2 };

/** Normalizations in inference mode. */
export const normalizationOperatorRules: OperatorRules = {
  BatchNorm: batchNormRule,
  BatchNorm_v1: batchNormRule,
  CuDNNBatchNorm: batchNormRule,
  _contrib_SyncBatchNorm: batchNormRule,
  InstanceNorm: { convert: instanceNorm, arguments: affineArguments },
  LayerNorm: { convert: layerNorm, arguments: affineArguments },
  GroupNorm: { convert: groupNorm, arguments: affineArguments },
  LRN: (node) => {
    const { attributes } = node;
    return node.emit('LRN', [node.input(0)], {
      size: attributes.integer('nsize', 0),
      alpha: float(attributes.number('alpha', 1e-4)),
      beta: float(attributes.number('beta', 0.75)),
      bias: float(attributes.number('knorm', 2)),
    });
  },
  L2Normalization: (node) => {
    const data = node.input(0);
    const mode = node.attributes.choice('mode', ['instance', 'channel', 'spatial'], 'instance');
    const axes = node.shapeOf(data).map((_, axis) => axis);
    const along = mode === 'channel' ? [1] : axes.slice(mode === 'instance' ? 1 : 2);
    const squares = node.emit('ReduceSumSquare', [data, node.integers(along)], { keepdims: 1 });
    const sum = node.emit('Add', [squares, node.scalarLike(node.attributes.number('eps', 1e-10), data)]);
    return node.emit('Div', [data, node.emit('Sqrt', [sum])]);
  },
};

function instanceNorm(node: SymbolOperator): string {
  const channels = [node.shapeOf(node.input(0))[1] ?? 1];
  const operands = [node.input(0), node.weight(1, channels), node.weight(2, channels)];
  return node.emit('InstanceNormalization', operands, { epsilon: float(node.attributes.number('eps', 1e-3)) });
}

function layerNorm(node: SymbolOperator): string {
  const epsilon = float(node.attributes.number('eps', 1e-5));
  const axis = node.axis(node.attributes.integer('axis', -1), node.shapeOf(node.input(0)).length);
  const size = [node.shapeOf(node.input(0))[axis] ?? 1];
  const weights = [node.weight(1, size), node.weight(2, size)];
  return moved(node, axis, -1, (data) => node.emit('LayerNormalization', [data, ...weights], { axis: -1, epsilon }));
}

/** With `fix_gamma`, gamma is 1 and the value in the file is ignored. */
function batchNorm(node: SymbolOperator): ReturnType<ConvertOperator> {
  const { attributes } = node;
  const shape = node.shapeOf(node.input(0));
  const axis = node.axis(attributes.integer('axis', 1), shape.length);
  const channels = [shape[axis] ?? 1];
  const ones = (): string => {
    const [size] = channels;
    if (typeof size !== 'number') throw new OperatorError('shape', 'the number of channels is unknown');
    checkList(size);
    return node.constant(Tensor.of('float32', [size], new Float32Array(size).fill(1)));
  };
  const gamma = attributes.boolean('fix_gamma', true) ? ones() : node.weight(1, channels);
  const weights = [gamma, ...[2, 3, 4].map((operand) => node.weight(operand, channels))];
  const epsilon = float(attributes.number('eps', 1e-3));
  return moved(node, axis, 1, (data) => node.emit('BatchNormalization', [data, ...weights], { epsilon }));
}

function groupNorm(node: SymbolOperator): string {
  const groups = node.attributes.integer('num_groups', 1);
  const [, channels] = node.sizesOf(node.input(0));
  const size = channels ?? 1;
  checkList(size);
  // Release 1.6 has one weight per group.
  const perChannel = (operand: number): string => {
    const found = node.constantOf(node.input(operand));
    if (found === undefined || found.size === size || found.size !== groups) return node.weight(operand, [size]);
    const values = found.toFloat32();
    return node.constant(
      Tensor.of(
        'float32',
        [size],
        Float32Array.from({ length: size }, (_, channel) => values[Math.floor((channel * groups) / size)] ?? 0),
      ),
    );
  };
  const epsilon = float(node.attributes.number('eps', 1e-5));
  return node.emit('GroupNormalization', [node.input(0), perChannel(1), perChannel(2)], { num_groups: groups, epsilon });
}

/** Transposes the data so that an ONNX operator with a fixed axis can compute along another; -1 is the last axis. */
function moved(node: SymbolOperator, axis: number, targetAxis: number, compute: (data: string) => string): string {
  const data = node.input(0);
  const order = node.shapeOf(data).map((_, place) => place);
  const target = targetAxis < 0 ? order.length + targetAxis : targetAxis;
  if (axis === target) return compute(data);
  const otherAxes = order.filter((place) => place !== axis);
  const perm = [...otherAxes.slice(0, target), axis, ...otherAxes.slice(target)];
  return node.transpose(
    compute(node.transpose(data, perm)),
    order.map((place) => perm.indexOf(place)),
  );
}
