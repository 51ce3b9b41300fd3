import { recordOf } from '../net/layers/layerTypes.ts';
import { operatorOf } from '../net/layers/operators.ts';
import { paramEntries, paramsById } from '../net/layers/params.ts';
import type { Layer } from '../net/net.ts';

/** The most important parameters of a layer in a short form: `3×3, stride 2`, `ADD`; empty if the type says enough. */
export function summaryOf(layer: Layer): string {
  if (layer.type === 'Custom') return '';
  const number = numbersOf(layer);
  const operation = operationOf(layer);
  if (operation !== '') return number('with_scalar') === 1 ? `${operation} ${formatScalar(number('b') ?? 0)}` : operation;
  if (layer.type === 'Pooling') {
    const kind = number('pooling_type') === 1 ? 'average' : 'max';
    return number('global_pooling') === 1 ? `global ${kind}` : joined([kind, kernelOf(number)]);
  }
  if (recordOf(layer)?.family === 'convolution') return joined([kernelOf(number), groupsOf(number)]);
  return '';
}

/** The operation of a layer whose type leaves it open, such as `ADD` of a `BinaryOp`; empty for others. */
export function operationOf(layer: Layer): string {
  return operatorOf(layer)?.name ?? '';
}

type Numbers = (name: string) => number | undefined;

/** The numeric parameters with a value, by ncnn's names. */
function numbersOf(layer: Layer): Numbers {
  const known = layer.type === 'Custom' ? undefined : paramsById(layer.type);
  const values = new Map(paramEntries(layer).map(({ id, value }) => [known?.get(id)?.name ?? '', value]));
  return (name) => {
    const value = values.get(name);
    return typeof value === 'number' ? value : undefined;
  };
}

function kernelOf(number: Numbers): string {
  const width = number('kernel_w');
  if (width === undefined) return '';
  const height = number('kernel_h') ?? width;
  const stride = number('stride_w') ?? 1;
  const strideHeight = number('stride_h') ?? stride;
  const dilation = number('dilation_w') ?? 1;
  return joined([
    `${height}×${width}`,
    stride === 1 && strideHeight === 1 ? '' : `stride ${stride === strideHeight ? stride : `${strideHeight}×${stride}`}`,
    dilation === 1 ? '' : `dilation ${dilation}`,
  ]);
}

function groupsOf(number: Numbers): string {
  const groups = number('group') ?? 1;
  return groups === 1 || groups === number('num_output') ? '' : `${groups} groups`;
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(', ');
}

function formatScalar(value: number): string {
  return String(Number(value.toPrecision(4)));
}
