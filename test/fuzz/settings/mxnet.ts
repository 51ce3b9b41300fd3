import { paramsFile } from '../../../src/importers/mxnet/testing.ts';
import type { Random } from '../random.ts';
import { otherFloat, otherInteger, otherList } from './values.ts';

/** An MXNet symbol with the shapes of its weights and inputs, as in a line of `test/fixtures/fuzz/mxnet.jsonl`. */
export interface MxnetCase {
  readonly name: string;
  readonly nodes: readonly MxnetNode[];
  readonly heads: readonly (readonly number[])[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly shapes: Readonly<Record<string, number[]>>;
}

interface MxnetNode {
  readonly op: string;
  readonly name: string;
  readonly inputs?: readonly (readonly number[])[];
  attrs?: Record<string, string>;
}

const words: readonly string[] = [
  ...[
    'None',
    'True',
    'False',
    'max',
    'avg',
    'sum',
    'lp',
    'valid',
    'full',
    'same',
    'nearest',
    'bilinear',
    'rnn_tanh',
    'lstm',
    'gru',
    'edge',
  ],
  ...[
    'constant',
    'reflect',
    'float16',
    'float32',
    'int32',
    'null',
    'channel',
    'instance',
    'spatial',
    'leaky',
    'prelu',
    'elu',
    'rrelu',
    'gelu',
  ],
  ...['()', '(,)', '[]', '(None,)', '((1,2),(3,4))', '1L', '(1L, 2L)', 'nan', '', 'relu', 'sigmoid', 'softsign', 'nonsense'],
];

/** A symbol with one to three attributes changed, removed, or taken from another operator; or with another input shape. */
export function changeMxnet(original: MxnetCase, random: Random): MxnetCase {
  const model = structuredClone(original);
  const withAttributes = model.nodes.filter(({ attrs }) => Object.keys(attrs ?? {}).length > 0);
  for (let count = 1 + random.below(3); count > 0; count--) {
    if (withAttributes.length === 0 || random.below(8) === 0) changeShape(model.shapes, random);
    else changeAttribute(random.pick(withAttributes), random.pick(withAttributes), random);
  }
  return model;
}

function changeShape(shapes: Record<string, number[]>, random: Random): void {
  const names = Object.keys(shapes);
  if (names.length === 0) return;
  const name = random.pick(names);
  shapes[name] = otherList(shapes[name] ?? [], otherInteger, 1, random);
}

function changeAttribute(node: MxnetNode, donor: MxnetNode, random: Random): void {
  const { attrs: attributes = {} } = node;
  const keys = Object.keys(attributes);
  if (keys.length === 0) return;
  const key = random.pick(keys);
  const value = attributes[key] ?? '';
  const others = Object.entries(donor.attrs ?? {});
  switch (random.below(8)) {
    case 0:
      delete attributes[key];
      return;
    case 1: {
      const [other, text] = others.length === 0 ? [key, value] : random.pick(others);
      attributes[other] = text;
      return;
    }
    case 2:
      attributes[key] = random.pick(words);
      return;
    default:
      attributes[key] = otherText(value, random);
  }
}

/** The text with another number; a list with other numbers. */
function otherText(value: string, random: Random): string {
  const numbers = [...value.matchAll(/-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi)];
  if (numbers.length === 0) return random.pick(words);
  if (value.startsWith('(') && random.below(2) === 0) {
    const list = otherList(
      numbers.map(([number]) => Number(number)),
      otherInteger,
      1,
      random,
    );
    return `(${list.join(', ')}${list.length === 1 ? ',' : ''})`;
  }
  const chosen = random.pick(numbers);
  const other = chosen[0].includes('.') ? otherFloat(chosen[0], random) : otherInteger(Number(chosen[0]), random);
  return value.slice(0, chosen.index) + String(other) + value.slice(chosen.index + chosen[0].length);
}

/** The symbol and the weights of a case. */
export function mxnetFiles({ nodes, heads, weights }: MxnetCase): Readonly<Record<string, string | Uint8Array>> {
  const variables = nodes.flatMap(({ op }, index) => (op === 'null' ? [index] : []));
  const symbol = { nodes: nodes.map((node) => ({ inputs: [], ...node })), arg_nodes: variables, heads };
  const arrays = Object.entries(weights).map(([name, shape]) => [name, { shape, values: fill(shape) }] as const);
  return { 'net-symbol.json': JSON.stringify(symbol), 'net-0000.params': paramsFile(Object.fromEntries(arrays)) };
}

function fill(shape: readonly number[]): readonly number[] {
  return Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, index) => ((index % 7) + 1) / 8);
}
