import type { PickleValue } from '../archive/pickleValue.ts';
import type { ScalarType } from '../archive/scalarType.ts';

/** A tensor of a file without a graph. */
export interface NamedTensor {
  /** Its keys: `conv1.weight`. */
  readonly name: string;
  readonly type: ScalarType;
  readonly shape: readonly number[];
}

/** The tensors in a pickled value without duplicates, with their keys. */
export function tensorsIn(root: PickleValue): readonly NamedTensor[] {
  const tensors: NamedTensor[] = [];
  for (const { value, name } of walk(root)) {
    if (value.kind !== 'tensor') continue;
    const { type, shape } = value.tensor.layout;
    tensors.push({ name, type, shape });
  }
  return tensors;
}

/** Whether `torch.load` must be called with `weights_only=False`, because the file contains instances of classes that it does not know. */
export function containsInstances(root: PickleValue): boolean {
  for (const { value } of walk(root)) if (value.kind === 'object') return true;
  return false;
}

/** A value and everything in it, each once, with its keys. Settings of a checkpoint often refer to their parent, so values may contain themselves. */
function* walk(root: PickleValue): Generator<{ readonly value: PickleValue; readonly name: string }> {
  const seen = new Set<PickleValue>();
  const pending: { readonly value: PickleValue; readonly name: string }[] = [{ value: root, name: '' }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, name } = next;
    if (seen.has(value)) continue;
    seen.add(value);
    yield next;
    // The last pushed value is visited first.
    for (const [key, part] of partsOf(value).toReversed()) pending.push({ value: part, name: joinName(name, key) });
  }
}

/** Attributes of torch's modules that contain their parts and are not part of parameter names. */
const holders: ReadonlySet<string> = new Set(['_parameters', '_buffers', '_modules']);

function joinName(name: string, key: string): string {
  if (holders.has(key) || key === '') return name;
  return name === '' ? key : `${name}.${key}`;
}

function partsOf(value: PickleValue): readonly (readonly [string, PickleValue])[] {
  switch (value.kind) {
    case 'dict':
      return value.entries.map(([key, entry]) => [key.kind === 'string' || key.kind === 'int' ? String(key.value) : '', entry]);
    case 'list':
    case 'tuple':
      return value.elements.map((element, index) => [String(index), element]);
    case 'object': {
      const args = value.argumentList.map((argument) => ['', argument] as const);
      return value.state === undefined ? args : [...args, ['', value.state]];
    }
    default:
      return [];
  }
}
