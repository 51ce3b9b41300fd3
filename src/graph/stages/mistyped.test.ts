/** A node with operands of any type and shape is rejected or computed; the only exception is an `OperatorError`. */
import { expect, it } from 'vitest';
import { makeNode } from '../ir/graph.ts';
import { allocate, type DataType, Tensor } from '../ir/tensor.ts';
import { operators } from '../ops/index.ts';
import { inferAndFold } from './infer.ts';

const types: readonly DataType[] = ['float32', 'int64', 'bool', 'string', 'int32', 'float16', 'uint8'];
const shapes: readonly (readonly number[])[] = [[], [0], [1], [2], [3, 3], [1, 2, 3], [1, 2, 3, 3], [2, 0], [1, 1, 1, 1, 2]];
const numbers = [0, 1, -1, 2, 3, 0.5, 1e9, -7, Number.NaN, Number.POSITIVE_INFINITY];
const combinations = 20;

/** A deterministic choice on every machine. */
function createPick(seed: number): <T>(list: readonly T[]) => T {
  let state = seed;
  return (list) => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    const entry = list[Math.floor((state / 2 ** 31) * list.length)];
    if (entry === undefined) throw new RangeError('nothing to pick from');
    return entry;
  };
}

function tensorOf(pick: ReturnType<typeof createPick>): Tensor {
  const [dtype, shape] = [pick(types), pick(shapes)];
  const size = shape.reduce((count, length) => count * length, 1);
  if (dtype === 'string') return Tensor.of(dtype, shape, new Array<string>(size).fill('text'));
  const array = allocate(dtype, size);
  for (let index = 0; index < size; index++) {
    const value = pick(numbers);
    array[index] =
      array instanceof BigInt64Array || array instanceof BigUint64Array ? BigInt(Math.trunc(Number.isFinite(value) ? value : 0)) : value;
  }
  return Tensor.of(dtype, shape, array);
}

it.each([...operators.keys()])('%s', (operator) => {
  const pick = createPick([...operator].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 2 ** 31);
  for (let round = 0; round < combinations; round++) {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, pick([1, 2, 3, 4, 5, 6]));
    const tensors = new Map(names.map((name) => [name, tensorOf(pick)]));
    const constants = new Map([...tensors].filter(() => pick([true, true, false])));
    const inputs = [...tensors].map(([name, { dtype, shape }]) => ({ name, type: { dtype, shape } }));
    const attributes = pick([{}, { axis: pick([0, -1, 9]) }, { axes: [pick([0, -1, 9])] }, { to: 1, axis: 0 }]);
    const nodes = [makeNode(operator, names, ['x', 'y'], attributes)];
    const graph = {
      name: 'test',
      inputs: inputs.filter(({ name }) => !constants.has(name)),
      outputs: ['x', 'y'],
      nodes,
      constants,
      types: new Map(),
    };
    expect(() => inferAndFold(graph), JSON.stringify([round, inputs, [...constants.keys()], attributes])).not.toThrow();
  }
});
