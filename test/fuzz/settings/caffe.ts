import { blob, bytes, message, text } from '../../../src/importers/caffe/testing.ts';
import type { Random } from '../random.ts';
import { otherFloat, otherInteger } from './values.ts';

/** A Caffe net, as in a line of `test/fixtures/fuzz/caffe.jsonl`: its prototxt, and the shapes of its weights. */
export interface CaffeCase {
  readonly name: string;
  readonly text: string;
  readonly weights: Readonly<Record<string, readonly (readonly number[])[]>>;
}

const words: readonly string[] = [
  ...['true', 'false', 'MAX', 'AVE', 'STOCHASTIC', 'SUM', 'PROD', 'MEAN', 'ASUM', 'SUMSQ', 'ACROSS_CHANNELS', 'WITHIN_CHANNEL', 'CORNER'],
  ...['CENTER_SIZE', 'CORNER_SIZE', 'CAFFE', 'CUDNN', 'NEAREST', 'BILINEAR', 'nonsense', '""'],
];

/** A setting with its value: `kernel_size: 3`. */
const setting = /([A-Za-z_]\w*)\s*:\s*("[^"]*"|[^\s{}\][,]+)/g;
/** Settings that describe the topology of the net. */
const topology: readonly string[] = ['name', 'type', 'bottom', 'top'];

/** A net with one to three layer parameters changed, repeated, removed, or taken from another layer. */
export function changeCaffe({ text: prototxt, ...rest }: CaffeCase, random: Random): CaffeCase {
  let changed = prototxt;
  for (let count = 1 + random.below(3); count > 0; count--) changed = changeSetting(changed, random);
  return { ...rest, text: changed };
}

function changeSetting(prototxt: string, random: Random): string {
  const settings = [...prototxt.matchAll(setting)].filter(([, key = '']) => !topology.includes(key));
  if (settings.length === 0) return prototxt;
  const chosen = random.pick(settings);
  const [whole, key = '', value = ''] = chosen;
  const replaced = (replacement: string): string =>
    prototxt.slice(0, chosen.index) + replacement + prototxt.slice(chosen.index + whole.length);
  switch (random.below(8)) {
    case 0:
      return replaced('');
    case 1:
      return replaced(Array.from({ length: random.pick([2, 3, 10, 70]) }, () => whole).join(' '));
    case 2:
      return replaced(`${whole} ${random.pick(settings)[0]}`);
    default:
      return replaced(`${key}: ${otherValue(value, random)}`);
  }
}

function otherValue(value: string, random: Random): string {
  if (value.startsWith('"') || Number.isNaN(Number(value))) return random.pick(words);
  return String(random.below(3) === 0 || value.includes('.') ? otherFloat(value, random) : otherInteger(Number(value), random));
}

/** The prototxt and the caffemodel of a case. */
export function caffeFiles({ text: prototxt, weights }: CaffeCase): Readonly<Record<string, string | Uint8Array>> {
  const layers = Object.entries(weights).map(([layer, shapes]) =>
    message(100, text(1, layer), ...shapes.map((shape) => blob(7, shape, fill(shape)))),
  );
  return { 'net.prototxt': prototxt, 'net.caffemodel': bytes(text(1, 'net'), ...layers) };
}

function fill(shape: readonly number[]): readonly number[] {
  return Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, index) => ((index % 7) + 1) / 8);
}
