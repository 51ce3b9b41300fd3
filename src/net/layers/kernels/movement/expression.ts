import { type BlobData, extents, LayerError } from '../call.ts';

const operators: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '//': (left, right) => Math.floor(left / right),
  max: Math.max,
  min: Math.min,
};

/**
 * Evaluates a list of integer expressions over the sizes of blobs in ncnn's syntax, such as `*(0w,2),1h`. Throws for functions that are not
 * defined on integers.
 */
export function evaluateSizes(expression: string, blobs: readonly BlobData[]): readonly number[] {
  const stack: number[] = [];
  for (const token of expression
    .split(/[(),]/)
    .filter((part) => part !== '')
    .reverse()) {
    const size = /^(\d)([whdc])$/.exec(token);
    const operator = Object.hasOwn(operators, token) ? operators[token] : undefined;
    if (size !== null) stack.push(sizeOf(blobs[Number(size[1])], size[2] ?? ''));
    else if (operator !== undefined) stack.push(operator(stack.pop() ?? Number.NaN, stack.pop() ?? Number.NaN));
    else stack.push(/^-?\d+$/.test(token) ? Number(token) : Number.NaN);
  }
  if (stack.some((value) => !Number.isInteger(value))) throw new LayerError(`the expression "${expression}" is not supported`);
  return stack.reverse();
}

function sizeOf(blob: BlobData | undefined, axis: string): number {
  if (blob === undefined) throw new LayerError('the expression names a bottom that does not exist');
  const { w, h, d, c } = extents(blob);
  return { w, h, d, c }[axis] ?? Number.NaN;
}
