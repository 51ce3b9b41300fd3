import { namedEntries, type PickleValue } from '../archive/pickleValue.ts';
import { containsInstances, type NamedTensor, tensorsIn } from './contents.ts';
import { exportHint, pythonString } from './recipe.ts';

/** The contents of a file without a graph, and how to get a model that can be converted. */
export interface GraphlessContents {
  /** With its article: `the weights of a model`. */
  readonly what: string;
  /** What the user should do, in one sentence. */
  readonly hint: string;
  readonly tensors: readonly NamedTensor[];
}

/** Keys of a checkpoint under which frameworks store the weights, the most likely first. */
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

/** The contents of a torch.save file: weights, a whole module, or a checkpoint that contains one of them. */
export function describeCheckpoint(root: PickleValue, name: string): GraphlessContents {
  const load = (options = ''): string => `torch.load(${pythonString(name)}${options})`;
  if (root.kind === 'object') return describeModule(root.className, tensorsIn(root), name, `model = ${load(', weights_only=False')}`);
  const entries = namedEntries(root);
  const key = weightKeys.find((candidate) => entries.has(candidate));
  const inner = (key === 'model' ? nonEmpty(entries.get('ema')) : undefined) ?? (key === undefined ? undefined : entries.get(key));
  if (inner?.kind === 'object') {
    const tensors = tensorsIn(inner);
    const loading = `model = ${load(', weights_only=False')}[${pythonString(inner === entries.get('ema') ? 'ema' : (key ?? ''))}].float()`;
    return describeModule(inner.className, tensors, name, loading);
  }
  const isNested = key !== undefined && inner?.kind === 'dict' && tensorsIn(inner).length > 0;
  const tensors = tensorsIn(isNested ? inner : root);
  const options = containsInstances(root) ? ', weights_only=False' : '';
  const loading = `model = Net(); model.load_state_dict(${load(options)}${isNested ? `[${pythonString(key)}]` : ''})`;
  return { what: 'the weights of a model', hint: exportHint({ name, loading, tensors }), tensors };
}

function nonEmpty(value: PickleValue | undefined): PickleValue | undefined {
  return value?.kind === 'object' ? value : undefined;
}

/** A pickled module: the file contains the name of its class but not its code. */
function describeModule(className: string, tensors: readonly NamedTensor[], name: string, loading: string): GraphlessContents {
  if (className.startsWith('ultralytics.')) {
    const hint = `Export the model with the Ultralytics command: yolo export model=${name} format=torchscript`;
    return { what: `a model of Ultralytics (${className})`, hint, tensors };
  }
  return { what: `a module of the class ${className}`, hint: exportHint({ name, loading, tensors, className }), tensors };
}
