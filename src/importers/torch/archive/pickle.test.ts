import { expect, it } from 'vitest';
import { Budget } from '../../../budget/budget.ts';
import { bytesInMemory } from '../../../bytes/byteSource.ts';
import { NcnnError } from '../../../diagnostics/diagnostic.ts';
import { type PickleContext, readPickle, readPickleAt } from './pickle.ts';
import { namedEntries, type PickleValue } from './pickleValue.ts';
import { emptyStorage } from './storedTensor.ts';

const floats = new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer);
/** Two storages: `0` contains the floats 0 to 5; any other is empty. */
const context: PickleContext = {
  file: 'net.pt (data.pkl)',
  storage: (key) => (key === '0' ? { key, source: () => bytesInMemory(floats) } : emptyStorage(key)),
};

/** A pickle as text, one byte per character, with the prefix `\x80\x02`. */
function read(text: string, options: Partial<PickleContext> = {}): PickleValue {
  return readPickle(bytesOf(`\x80\x02${text}`), { ...context, ...options });
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof NcnnError) return error.diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n');
    throw error;
  }
  return '';
}

const string = (text: string): string => `X${String.fromCharCode(text.length)}\0\0\0${text}`;
const storage = `(${string('storage')}ctorch\nFloatStorage\n${string('0')}${string('cpu')}K\x06tQ`;
/** A 2 x 3 tensor from element 0, transposed. */
const tensor = `ctorch._utils\n_rebuild_tensor_v2\n(${storage}K\0K\x03K\x02\x86K\x01K\x03\x86\x89ccollections\nOrderedDict\n)RtR`;

it('reads plain values', () => {
  const numbers = 'K\x05M\x00\x01J\xff\xff\xff\xff\x8a\x01\xfe\x8a\x09\0\0\0\0\0\0\0\0\x01\x8a\0G\x3f\xe0\0\0\0\0\0\0';
  expect(read(`(N\x88\x89${numbers}${string('a')}U\x01bt.`)).toEqual({
    kind: 'tuple',
    elements: [
      { kind: 'none' },
      { kind: 'bool', value: true },
      { kind: 'bool', value: false },
      ...[5n, 256n, -1n, -2n, 2n ** 64n, 0n].map((value) => ({ kind: 'int', value })),
      { kind: 'float', value: 0.5 },
      { kind: 'string', value: 'a' },
      { kind: 'string', value: 'b' },
    ],
  });
});

it('reads containers, including those that are memoized before they are filled', () => {
  const one = { kind: 'int', value: 1n };
  expect(read(']q\0K\x01a(K\x01K\x01eh\0h\0\x87.')).toMatchObject({ kind: 'tuple', elements: [{}, {}, { elements: [one, one, one] }] });
  expect([...namedEntries(read(`}${string('a')}K\x01s(${string('b')}K\x01u.`)).entries()]).toEqual([
    ['a', one],
    ['b', one],
  ]);
  expect(read('((K\x01lK\x01d\x85.')).toMatchObject({ kind: 'tuple' });
});

it('rebuilds tensors from their storages', () => {
  const value = read(`${tensor}.`);
  expect(value).toMatchObject({ kind: 'tensor', isParameter: false });
  expect(value.kind === 'tensor' ? value.tensor.tensor().shape : []).toEqual([3, 2]);
  expect(value.kind === 'tensor' ? [...value.tensor.tensor().values()] : []).toEqual([0, 3, 1, 4, 2, 5]);
  expect(read(`ctorch._utils\n_rebuild_parameter\n(${tensor}\x88ccollections\nOrderedDict\n)RtR.`)).toMatchObject({ isParameter: true });
  const subclass = `ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._utils\n_rebuild_tensor_v2\nctorch.nn.parameter\nParameter\n`;
  expect(read(`${subclass}(${storage}K\0K\x02\x85K\x01\x85\x89NtNtR.`)).toMatchObject({ kind: 'tensor' });
});

it('keeps the class and the state of an object', () => {
  const value = read(`c__torch__.net\nNet\n)\x81}${string('w')}${tensor}sb.`);
  expect(value).toMatchObject({ kind: 'object', className: '__torch__.net.Net' });
  expect(namedEntries(value).get('w')).toMatchObject({ kind: 'tensor' });
});

it('reads a member of an Enum, whose value is not in a tuple', () => {
  const value = { className: '__torch__.net.Mode', argumentList: [{ kind: 'string', value: 'sum' }] };
  expect(read(`c__torch__.net\nMode\n${string('sum')}R.`)).toMatchObject(value);
});

it('reads other torch values', () => {
  expect(read('ctorch\nfloat16\n.')).toEqual({ kind: 'dtype', type: 'float16' });
  expect(read(`ctorch\ndevice\n${string('cuda')}K\x01\x86R.`)).toEqual({ kind: 'device', name: 'cuda:1' });
  expect(read('cbuiltins\ncomplex\nG\x3f\xf0\0\0\0\0\0\0G\x3f\xe0\0\0\0\0\0\0\x86R.')).toEqual({
    kind: 'complex',
    real: 1,
    imaginary: 0.5,
  });
  expect(read(`ctorch.jit._pickle\nrestore_type_tag\n]K\x01a${string('List[int]')}\x86R.`)).toMatchObject({ kind: 'list' });
  expect(read('ctorch._utils\n_rebuild_qtensor\n)R.')).toEqual({ kind: 'unsupported', what: 'a quantized tensor' });
});

it('names a forbidden global and never runs it', () => {
  expect(refusal(() => read(`cos\nsystem\n${string('ls')}\x85R.`))).toBe(
    'type-unsupported: the pickle uses os.system, which is not among the classes and functions that torch writes for a model',
  );
  expect(read(`cos\nsystem\n${string('ls')}\x85R.`, { allowsAnyClass: true })).toEqual({
    kind: 'object',
    className: 'os.system',
    argumentList: [{ kind: 'string', value: 'ls' }],
    state: undefined,
  });
});

it('reads consecutive pickles', () => {
  const bytes = bytesOf('\x80\x02K\x01.\x80\x02K\x02.');
  const { value, end } = readPickleAt(bytes, 0, context);
  expect([value, end, readPickleAt(bytes, end, context).value]).toEqual([{ kind: 'int', value: 1n }, 5, { kind: 'int', value: 2n }]);
});

it.each([
  ['K', 'file-truncated: the pickle ends too early, near byte 2'],
  ['K\x01', 'file-truncated: the pickle ends too early, near byte 4'],
  ['.', 'file-malformed: the pickle is damaged near byte 2: the stack is empty'],
  ['K\x01\x86.', 'file-malformed: the pickle is damaged near byte 4: the stack is empty'],
  ['t.', 'file-malformed: the pickle is damaged near byte 2: a mark is missing'],
  ['h\x07.', 'file-malformed: the pickle is damaged near byte 2: memo 7 is not set'],
  ['K\x01)R.', 'file-malformed: the pickle is damaged near byte 5: int cannot be called'],
  ['K\x01Q.', 'file-malformed: the pickle is damaged near byte 4: a persistent id is not that of a storage'],
  [
    'ctorch._utils\n_rebuild_tensor_v2\n)R.',
    'file-malformed: the pickle is damaged near byte 36: torch._utils._rebuild_tensor_v2 does not accept the arguments ()',
  ],
  ['(K\x01d.', 'file-malformed: the pickle is damaged near byte 5: a key of a dict has no value'],
  ['i.', 'file-malformed: the pickle is damaged near byte 2: the opcode 0x69 is not among those that torch writes'],
  [']q\0h\0a.', 'limit-exceeded: a value of the pickle contains itself'],
  [`${'('.repeat(2000)}${'t'.repeat(2000)}.`, 'limit-exceeded: the pickle is nested deeper than 1000 levels'],
])('rejects %j', (text, expected) => {
  expect(refusal(() => read(text))).toBe(expected);
});

it('rejects other protocols', () => {
  expect(refusal(() => readPickle(bytesOf('\x80\x04N.'), context))).toContain('expected pickle protocol 2, got 4');
});

it('rejects too many values', () => {
  expect(refusal(() => read('(NNNt.', { budget: new Budget({ maxEntries: 4 }) }))).toContain('more than 4 messages, fields and values');
  expect(read('(NNNt.', { budget: new Budget({ maxEntries: 6 }) })).toMatchObject({ kind: 'tuple' });
});
