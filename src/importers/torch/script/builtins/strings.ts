import { boolValue, describeValue, intValue, listValue, stringValue, type TorchValue } from '../../values/value.ts';
import {
  type Builtin,
  type BuiltinFamily,
  checkLength,
  entriesPerValue,
  knownInteger,
  positionIn,
  reserve,
  sequenceElements,
  slicePositions,
  stringOf,
} from './builtin.ts';

/** A value formatted like Python's `str`. Numbers that Python rounds differently only occur in messages. */
export function pythonText(value: TorchValue): string {
  switch (value.kind) {
    case 'string':
      return value.value;
    case 'bool':
      return value.value ? 'True' : 'False';
    case 'none':
      return 'None';
    case 'int':
      return String(value.value);
    case 'float':
      return Number.isInteger(value.value) && Math.abs(value.value) < 1e16
        ? value.value.toFixed(1)
        : String(value.value).replace('Infinity', 'inf').replace('NaN', 'nan');
    case 'dimension':
      return value.dimension;
    case 'list':
      return `[${value.elements.map(quotedText).join(', ')}]`;
    case 'tuple':
      return `(${value.elements.map(quotedText).join(', ')}${value.elements.length === 1 ? ',' : ''})`;
    case 'device':
      return value.device;
    default:
      return describeValue(value);
  }
}

function quotedText(value: TorchValue): string {
  return value.kind === 'string' ? `'${value.value}'` : pythonText(value);
}

function ofString(compute: (text: string, args: readonly TorchValue[]) => TorchValue): Builtin {
  return (call) => {
    const [text] = call.args;
    if (text?.kind !== 'string') return undefined;
    const result = compute(text.value, call.args.slice(1));
    if (result.kind === 'string') reserve(call, result.value.length);
    else if (result.kind === 'list') reserve(call, result.elements.length, entriesPerValue * result.elements.length);
    return result;
  };
}

/** `str.format` with empty braces, and `%` with any letter, which is all that TorchScript has. */
function format(text: string, args: readonly TorchValue[]): TorchValue {
  let next = 0;
  return stringValue(
    text.replace(/\{\{|\}\}|\{\}/g, (found) => {
      if (found !== '{}') return found.charAt(0);
      const value = args[next++];
      return value === undefined ? found : pythonText(value);
    }),
  );
}

function percentFormat(text: string, args: readonly TorchValue[]): TorchValue {
  let next = 0;
  const values = args.length === 1 && args[0]?.kind === 'tuple' ? args[0].elements : args;
  return stringValue(
    text.replace(/%(?:%|[-+ #0]*\d*(?:\.\d+)?[a-zA-Z])/g, (found) => {
      if (found === '%%') return '%';
      const value = values[next++];
      return value === undefined ? found : pythonText(value);
    }),
  );
}

function strip(text: string, characters: TorchValue | undefined, sides: 'both' | 'start' | 'end'): TorchValue {
  const isStripped = (character: string | undefined): boolean =>
    character !== undefined && (characters?.kind === 'string' ? characters.value.includes(character) : /\s/.test(character));
  let [start, end] = [0, text.length];
  if (sides !== 'end') while (start < end && isStripped(text[start])) start++;
  if (sides !== 'start') while (end > start && isStripped(text[end - 1])) end--;
  return stringValue(text.slice(start, end));
}

function split(text: string, [separator]: readonly TorchValue[]): TorchValue {
  const parts = separator?.kind === 'string' ? text.split(separator.value) : text.split(/\s+/).filter((part) => part !== '');
  return listValue(parts.map(stringValue));
}

function join(separator: string, [list]: readonly TorchValue[]): TorchValue {
  return stringValue((sequenceElements(list) ?? []).map((element) => stringOf(element, 'a part of a text')).join(separator));
}

export const stringBuiltins: BuiltinFamily = {
  str: (call) => {
    const text = call.args[0] === undefined ? '' : pythonText(call.args[0]);
    reserve(call, text.length);
    return stringValue(text);
  },
  format: ofString(format),
  percentFormat: ofString(percentFormat),
  len: ofString((text) => intValue([...text].length)),
  add: ofString((text, [more]) => stringValue(text + stringOf(more, 'the text that is added'))),
  mul: ofString((text, [times]) => {
    const count = knownInteger(times, 'the number of copies');
    checkLength(count * text.length);
    return stringValue(text.repeat(Math.max(0, count)));
  }),
  __getitem__: ofString((text, [index]) => stringValue(text.charAt(positionIn(text.length, index, 'a text')))),
  slice: ofString((text, [start, end, step]) =>
    stringValue(
      slicePositions(text.length, start, end, step)
        .map((position) => text.charAt(position))
        .join(''),
    ),
  ),
  __contains__: ofString((text, [part]) => boolValue(text.includes(stringOf(part, 'the part')))),
  join: ofString(join),
  split: ofString(split),
  strip: ofString((text, [characters]) => strip(text, characters, 'both')),
  lstrip: ofString((text, [characters]) => strip(text, characters, 'start')),
  rstrip: ofString((text, [characters]) => strip(text, characters, 'end')),
  lower: ofString((text) => stringValue(text.toLowerCase())),
  upper: ofString((text) => stringValue(text.toUpperCase())),
  startswith: ofString((text, [part]) => boolValue(text.startsWith(stringOf(part, 'the part')))),
  endswith: ofString((text, [part]) => boolValue(text.endsWith(stringOf(part, 'the part')))),
  find: ofString((text, [part]) => intValue(text.indexOf(stringOf(part, 'the part')))),
  count: ofString((text, [part]) => intValue(text.split(stringOf(part, 'the part')).length - 1)),
  replace: ofString((text, [from, to]) => stringValue(text.replaceAll(stringOf(from, 'the part'), () => stringOf(to, 'the replacement')))),
  isdigit: ofString((text) => boolValue(/^\d+$/.test(text))),
  list: ofString((text) => listValue([...text].map(stringValue))),
};
