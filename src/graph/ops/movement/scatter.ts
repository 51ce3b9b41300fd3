import { integerOf } from '../../ir/numericTensor.ts';
import { type Operator, OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { allocate, Tensor } from '../../ir/tensor.ts';
import { elementSources, rowSources } from './gather.ts';

/** Operators that write entries at indices: `ScatterElements` (formerly `Scatter`) and `ScatterND`. */
const scatterElements: Operator = {
  infer: sameType,
  evaluate: (node, [x, indices, updates]) => {
    if (x === undefined || indices === undefined || updates === undefined) return [];
    const axis = node.axis(node.int('axis', 0), x.shape.length);
    return [scattered(x, elementSources(x.shape, indices, axis), updates, scatterReduction(node))];
  },
};

export const scatterOperators: OperatorFamily = {
  Scatter: scatterElements,
  ScatterElements: scatterElements,
  ScatterND: {
    infer: sameType,
    evaluate: (node, [x, indices, updates]) => {
      if (x === undefined || indices === undefined || updates === undefined) return [];
      const { rows, run } = rowSources(x.shape, indices, 0);
      const targets = new Int32Array(rows.length * run);
      rows.forEach((row, index) => {
        for (let offset = 0; offset < run; offset++) targets[index * run + offset] = row * run + offset;
      });
      return [scattered(x, targets, updates, scatterReduction(node))];
    },
  },
};

export type ScatterReduction = 'none' | 'add' | 'mul' | 'min' | 'max';

export function scatterReduction(node: OperatorNode): ScatterReduction {
  const reduction = node.string('reduction', 'none');
  if (reduction === 'none' || reduction === 'add' || reduction === 'mul' || reduction === 'min' || reduction === 'max') return reduction;
  throw new OperatorError('invalid', `the reduction "${reduction}" does not exist`);
}

function sameType(node: OperatorNode): { dtype: Tensor['dtype']; shape: ReturnType<OperatorNode['shape']> | undefined }[] {
  const { dtype, shape } = node.input(0);
  return [{ dtype, shape }];
}

function scattered(x: Tensor, targets: Int32Array, updates: Tensor, reduction: ScatterReduction): Tensor {
  const values = x.values();
  const added = updates.values();
  if (x.dtype === 'string' || Array.isArray(values)) {
    const result = Array.from(values, String);
    targets.forEach((target, index) => {
      result[target] = String(added[index]);
    });
    return Tensor.of(x.dtype, x.shape, result);
  }
  const result = allocate(x.dtype, x.size);
  if (result instanceof BigInt64Array || result instanceof BigUint64Array) {
    values.forEach((value, index) => {
      result[index] = integerOf(value);
    });
    targets.forEach((target, index) => {
      result[target] = combineIntegers(result[target] ?? 0n, integerOf(added[index] ?? 0), reduction);
    });
  } else {
    values.forEach((value, index) => {
      result[index] = Number(value);
    });
    targets.forEach((target, index) => {
      result[target] = combine(result[target] ?? 0, Number(added[index]), reduction);
    });
  }
  return Tensor.of(x.dtype, x.shape, result);
}

function combine(present: number, update: number, reduction: ScatterReduction): number {
  if (reduction === 'none') return update;
  if (reduction === 'add') return present + update;
  if (reduction === 'mul') return present * update;
  return reduction === 'min' ? Math.min(present, update) : Math.max(present, update);
}

function combineIntegers(present: bigint, update: bigint, reduction: ScatterReduction): bigint {
  if (reduction === 'none') return update;
  if (reduction === 'add') return present + update;
  if (reduction === 'mul') return present * update;
  return (reduction === 'min') === present < update ? present : update;
}
