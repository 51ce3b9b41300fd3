import { boolValue, intValue, none, type TorchValue } from '../../values/value.ts';
import type { Builtin, BuiltinFamily } from './builtin.ts';

const cpu: TorchValue = { kind: 'device', device: 'cpu' };

const constantly =
  (value: TorchValue): Builtin =>
  () =>
    value;
const firstArgument: Builtin = ({ args: [value] }) => value;

/** A function with a fixed result for tensors; for other arguments, the name has another meaning. */
const ofTensors =
  (value: TorchValue): Builtin =>
  ({ args: [tensor] }) =>
    tensor?.kind === 'tensor' ? value : undefined;

/** The environment of a program: it runs on a CPU, without gradients, and its warnings are not shown. */
export const environmentBuiltins: BuiltinFamily = {
  device: ({ args: [value] }) => {
    if (value?.kind === 'string') return { kind: 'device', device: value.value };
    return value?.kind === 'device' ? value : cpu;
  },
  layout: ofTensors({ kind: 'layout', layout: 'strided' }),
  get_device: ofTensors(intValue(-1)),
  is_cpu: ofTensors(boolValue(true)),
  ...Object.fromEntries(
    [
      'is_cuda',
      'is_xpu',
      'is_mps',
      'is_meta',
      'is_mkldnn',
      'is_quantized',
      'is_sparse',
      'is_nested',
      'is_leaf',
      'requires_grad',
      'retains_grad',
    ].map((name) => [name, ofTensors(boolValue(false))]),
  ),
  grad: ofTensors(none),
  data: firstArgument,
  cpu: firstArgument,
  cuda: firstArgument,
  requires_grad_: firstArgument,
  is_grad_enabled: constantly(boolValue(false)),
  set_grad_enabled: constantly(none),
  is_autocast_enabled: constantly(boolValue(false)),
  is_autocast_cpu_enabled: constantly(boolValue(false)),
  is_scripting: constantly(boolValue(true)),
  warn: constantly(none),
  print: constantly(none),
  Print: constantly(none),
  manual_seed: constantly(none),
  unchecked_unwrap_optional: firstArgument,
  _unwrap_optional: firstArgument,
  unchecked_cast: firstArgument,
};
