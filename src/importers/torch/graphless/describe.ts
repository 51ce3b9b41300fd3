import { namedEntries, type PickleValue } from '../archive/pickleValue.ts';
import { type NamedTensor, tensorsIn } from './contents.ts';
import { exportHint, pythonString } from './recipe.ts';

/** What is in a file without a graph, and the way to a model that can be converted. */
export interface GraphlessContents {
  /** With its article: `the weights of a model`. */
  readonly what: string;
  /** What to do, in one sentence. */
  readonly hint: string;
  readonly tensors: readonly NamedTensor[];
}

/** Keys of a checkpoint under which frameworks keep the weights, the likeliest first. */
const weightKeys = [
  'state_dict',
  'model_state_dict',
  'model_state',
  'model',
  'net',
  'params_ema',
  'params',
  'weights',
  'generator',
] as const;

/** What torch.save has written: weights, a whole module, or a checkpoint with one of them in it. */
export function describeCheckpoint(root: PickleValue, name: string): GraphlessContents {
  const load = (options = ''): string => `torch.load(${pythonString(name)}${options})`;
  if (root.kind === 'object') return describeModule(root.className, tensorsIn(root), name, `model = ${load(', weights_only=False')}`);
  const entries = namedEntries(root);
  const key = weightKeys.find((wanted) => entries.has(wanted));
  const inner = (key === 'model' ? nonEmpty(entries.get('ema')) : undefined) ?? (key === undefined ? undefined : entries.get(key));
  if (inner?.kind === 'object') {
    const tensors = tensorsIn(inner);
    const loading = `model = ${load(', weights_only=False')}[${pythonString(inner === entries.get('ema') ? 'ema' : (key ?? ''))}].float()`;
    return describeModule(inner.className, tensors, name, loading);
  }
  const isNested = key !== undefined && inner?.kind === 'dict' && tensorsIn(inner).length > 0;
  const tensors = tensorsIn(isNested ? inner : root);
  const loading = `model = Net(); model.load_state_dict(${load()}${isNested ? `[${pythonString(key)}]` : ''})`;
  return { what: 'the weights of a model', hint: exportHint({ name, loading, tensors }), tensors };
}

function nonEmpty(value: PickleValue | undefined): PickleValue | undefined {
  return value?.kind === 'object' ? value : undefined;
}

/** A pickled module: its class is named, its code is not in the file. */
function describeModule(className: string, tensors: readonly NamedTensor[], name: string, loading: string): GraphlessContents {
  if (className.startsWith('ultralytics.')) {
    const hint = `Export it by the command of Ultralytics: yolo export model=${name} format=torchscript`;
    return { what: `a model of Ultralytics (${className})`, hint, tensors };
  }
  return { what: `a module of the class ${className}`, hint: exportHint({ name, loading, tensors, className }), tensors };
}
