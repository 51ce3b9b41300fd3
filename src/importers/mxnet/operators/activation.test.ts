import { expect, it } from 'vitest';
import { result } from '../testing.ts';

const row = { shape: [1, 2], values: [-2, 4] };

it.each([
  [{}, [-0.5, 4]],
  [{ act_type: 'leaky', slope: '0.1' }, [-0.2, 4]],
  [{ act_type: 'rrelu', lower_bound: '0.1', upper_bound: '0.3' }, [-0.4, 4]],
  [{ act_type: 'elu' }, [0.25 * (Math.exp(-2) - 1), 4]],
  [{ act_type: 'selu' }, [1.7580993408473766 * (Math.exp(-2) - 1), 1.0507009873554805 * 4]],
])('has the slopes of LeakyReLU (%j)', (attributes, expected) => {
  const { values } = result('LeakyReLU', attributes, [row]);
  for (const [index, value] of values.entries()) expect(value).toBeCloseTo(expected[index] ?? 0, 5);
});

it('broadcasts the slopes of channels or a single slope', () => {
  const image = { shape: [1, 2, 1, 2], values: [-1, 1, -2, 2] };
  expect(result('LeakyReLU', { act_type: 'prelu' }, [image], [{ shape: [2], values: [0.5, 3] }]).values).toEqual([-0.5, 1, -6, 2]);
  expect(result('LeakyReLU', { act_type: 'prelu' }, [image], [{ shape: [1], values: [0.5] }]).values).toEqual([-0.5, 1, -1, 2]);
});

it.each(['identity', '_copy', 'BlockGrad', 'stop_gradient', 'MakeLoss', 'make_loss', 'Dropout'])(
  'passes through the operand of %s',
  (operator) => {
    expect(result(operator, {}, [row])).toEqual(row);
  },
);

it('lists the supported types', () => {
  expect(() => result('Activation', { act_type: 'swish' }, [row])).toThrow(
    '`act_type` must be one of relu, sigmoid, log_sigmoid, mish, tanh, softrelu, softsign, got swish',
  );
});
