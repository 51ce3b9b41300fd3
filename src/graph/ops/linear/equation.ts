import { type Dimension, formatShape, type Shape } from '../../ir/dimension.ts';
import { OperatorError } from '../../ir/operator.ts';

/** An Einsum equation with `...` expanded: one label for each axis of every operand and of the result. */
export interface Equation {
  readonly operands: readonly (readonly string[])[];
  readonly output: readonly string[];
  /** The size of each label; an axis of size 1 in `...` is broadcast to it. */
  readonly sizes: ReadonlyMap<string, Dimension>;
}

/**
 * Parses an Einsum equation for operands of the given shapes. Labels are single letters; the axes of `...` get the labels `.0`, `.1` …,
 * counted from the last one. Without an arrow, the result has these axes followed by the labels that occur once, sorted.
 */
export function parseEquation(text: string, shapes: readonly Shape[]): Equation {
  const [left = '', right] = text.replaceAll(/\s/g, '').split('->');
  const terms = left.split(',');
  if (terms.length !== shapes.length) {
    throw new OperatorError('invalid', `the equation "${text}" has ${terms.length} operands, but the node has ${shapes.length}`);
  }
  const operands = terms.map((term, index) => labelsOf(term, shapes[index] ?? [], text));
  const sizes = new Map<string, Dimension>();
  operands.forEach((labels, index) => {
    labels.forEach((label, axis) => {
      const size = shapes[index]?.[axis] ?? 1;
      const known = sizes.get(label);
      if (known === undefined || known === 1 || (typeof known === 'string' && typeof size === 'number' && size !== 1))
        sizes.set(label, size);
      else if (typeof size === 'number' && typeof known === 'number' && size !== known && size !== 1) {
        throw new OperatorError('invalid', `"${label}" of "${text}" is ${known} and ${size} at once (in ${formatShape(shapes[index])})`);
      }
    });
  });
  const dots = [...sizes.keys()].filter((label) => label.startsWith('.')).sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)));
  const output = right === undefined ? [...dots, ...onceOccurring(operands)] : expand(right, dots);
  for (const label of output) {
    if (!sizes.has(label)) throw new OperatorError('invalid', `"${label}" of the result of "${text}" is not in any operand`);
  }
  return { operands, output, sizes };
}

function labelsOf(term: string, shape: Shape, text: string): readonly string[] {
  const named = term.replace('...', '').length;
  const dots = term.includes('...') ? shape.length - named : 0;
  if (dots < 0 || named + dots !== shape.length) {
    throw new OperatorError('invalid', `"${term}" of the equation "${text}" does not fit an operand of shape ${formatShape(shape)}`);
  }
  return expand(
    term,
    Array.from({ length: dots }, (_, axis) => `.${dots - 1 - axis}`),
  );
}

function expand(term: string, dots: readonly string[]): readonly string[] {
  const [front = '', back] = term.split('...');
  return back === undefined ? [...front] : [...front, ...dots, ...back];
}

function onceOccurring(operands: readonly (readonly string[])[]): readonly string[] {
  const all = operands.flat().filter((label) => !label.startsWith('.'));
  return all.filter((label) => all.indexOf(label) === all.lastIndexOf(label)).sort();
}
