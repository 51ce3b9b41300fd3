import { float } from '../../../../graph/ir/graph.ts';
import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';
import { asFloat } from '../promotion.ts';

/** Activations. */
export const activationFamily: AtenFamily = [
  atenOperator('relu(Tensor self) -> Tensor', (call) => call.emit('Relu', [call.input('self')])),
  atenOperator('relu6(Tensor self) -> Tensor', (call) => bounded(call, call.input('self'), 0, 6)),
  atenOperator('hardtanh(Tensor self, Scalar min_val=-1, Scalar max_val=1) -> Tensor', (call) =>
    bounded(call, call.input('self'), call.float('min_val'), call.float('max_val')),
  ),
  atenOperator('hardsigmoid(Tensor self) -> Tensor', (call) => hardSigmoid(call, call.input('self'))),
  atenOperator('hardswish(Tensor self) -> Tensor', (call) => call.emit('HardSwish', [call.input('self')])),
  atenOperator('silu(Tensor self) -> Tensor', (call) => sigmoidProduct(call, call.input('self'))),
  atenOperator('mish(Tensor self) -> Tensor', (call) => call.emit('Mish', [call.input('self')])),
  atenOperator("gelu(Tensor self, *, str approximate='none') -> Tensor", (call) => {
    const approximate = call.string('approximate');
    if (approximate !== 'none' && approximate !== 'tanh')
      throw new OperatorError('invalid', `the gelu approximation "${approximate}" is not supported`);
    return call.emit('Gelu', [call.input('self')], { approximate });
  }),
  atenOperator('leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor', (call) =>
    call.emit('LeakyRelu', [call.input('self')], { alpha: float(call.float('negative_slope')) }),
  ),
  atenOperator('prelu(Tensor self, Tensor weight) -> Tensor', (call) => prelu(call, call.input('self'), call.input('weight'))),
  atenOperator('_prelu_kernel(Tensor self, Tensor weight) -> Tensor', (call) =>
    call.emit('PRelu', [call.input('self'), call.input('weight')]),
  ),
  atenOperator(
    'rrelu(Tensor self, Scalar lower=0.125, Scalar upper=0.3333333333333333, bool training=False, Generator? generator=None) -> Tensor',
    (call) => {
      if (call.bool('training'))
        throw new OperatorError('unsupported', 'rrelu is random in training', 'Export the model after model.eval().');
      return call.emit('LeakyRelu', [call.input('self')], { alpha: float((call.float('lower') + call.float('upper')) / 2) });
    },
  ),
  atenOperator('elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor', elu),
  atenOperator('selu(Tensor self) -> Tensor', (call) => call.emit('Selu', [call.input('self')])),
  atenOperator('celu(Tensor self, Scalar alpha=1.0) -> Tensor', (call) =>
    call.emit('Celu', [call.input('self')], { alpha: float(call.float('alpha')) }),
  ),
  atenOperator('softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor', softplus),
  atenOperator('log_sigmoid(Tensor self) -> Tensor', (call) =>
    call.emit('Neg', [call.emit('Softplus', [call.emit('Neg', [call.input('self')])])]),
  ),
  atenOperator('hardshrink(Tensor self, Scalar lambd=0.5) -> Tensor', (call) =>
    call.emit('Shrink', [call.input('self')], { lambd: float(call.float('lambd')), bias: float(0) }),
  ),
  atenOperator('softshrink(Tensor self, Scalar lambd=0.5) -> Tensor', (call) => {
    const lambd = call.float('lambd');
    return call.emit('Shrink', [call.input('self')], { lambd: float(lambd), bias: float(lambd) });
  }),
  atenOperator('threshold(Tensor self, Scalar threshold, Scalar value) -> Tensor', (call) => {
    const value = call.input('self');
    const isAbove = call.emit('Greater', [value, call.scalarLike(call.float('threshold'), value)]);
    return call.emit('Where', [isAbove, value, call.scalarLike(call.float('value'), value)]);
  }),
  atenOperator('glu(Tensor self, int dim=-1) -> Tensor', (call) => {
    const value = call.input('self');
    const axis = call.axis(call.int('dim'), call.rankOf(value));
    const [first = '', second = ''] = call.emitAll('Split', [value], 2, { axis, num_outputs: 2 });
    return call.emit('Mul', [first, call.emit('Sigmoid', [second])]);
  }),
];

/** Clips a value to two bounds. */
function bounded(call: AtenCall, value: string, low: number, high: number): string {
  return call.emit('Clip', [value, call.scalarLike(low, value), call.scalarLike(high, value)]);
}

function hardSigmoid(call: AtenCall, value: string): string {
  return call.emit('HardSigmoid', [value], { alpha: float(1 / 6), beta: float(0.5) });
}

function sigmoidProduct(call: AtenCall, input: string): string {
  const value = asFloat(call, input);
  return call.emit('Mul', [value, call.emit('Sigmoid', [value])]);
}

/** The slopes are along axis 1, or along the only axis. */
function prelu(call: AtenCall, value: string, slopes: string): string {
  const rank = call.rankOf(value);
  const [count] = call.sizesOf(slopes);
  if (count === undefined || rank <= 2) return call.emit('PRelu', [value, slopes]);
  return call.emit('PRelu', [value, call.reshape(slopes, [count, ...Array.from({ length: rank - 2 }, () => 1)])]);
}

/** `scale · (alpha · (exp(input_scale · x) - 1))` below 0, `scale · x` above. */
function elu(call: AtenCall): string {
  const value = call.input('self');
  const [alpha, scale, inputScale] = [call.float('alpha'), call.float('scale'), call.float('input_scale')];
  if (inputScale === 1) {
    const result = call.emit('Elu', [value], { alpha: float(alpha) });
    return scale === 1 ? result : call.emit('Mul', [result, call.scalarLike(scale, value)]);
  }
  const power = call.emit('Exp', [call.emit('Mul', [value, call.scalarLike(inputScale, value)])]);
  const below = call.emit('Mul', [call.emit('Sub', [power, call.scalarLike(1, value)]), call.scalarLike(alpha * scale, value)]);
  const above = call.emit('Mul', [value, call.scalarLike(scale, value)]);
  return call.emit('Where', [call.emit('Greater', [value, call.scalarLike(0, value)]), above, below]);
}

/** `log(1 + exp(beta · x)) / beta`, or x itself above the threshold. */
function softplus(call: AtenCall): string {
  const value = call.input('self');
  const [beta, threshold] = [call.float('beta'), call.float('threshold')];
  const scaled = beta === 1 ? value : call.emit('Mul', [value, call.scalarLike(beta, value)]);
  const result = call.emit('Softplus', [scaled]);
  const divided = beta === 1 ? result : call.emit('Mul', [result, call.scalarLike(1 / beta, value)]);
  // From 20 on, both are equal in float32.
  if (threshold >= 20) return divided;
  return call.emit('Where', [call.emit('Greater', [scaled, call.scalarLike(threshold, value)]), value, divided]);
}
