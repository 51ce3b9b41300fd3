/**
 * Sizes of axes. A dimension is a number or a symbol: the name the model gives a free axis (`batch`, `H`), or an
 * expression over such names (`floor(H/2)`). Equal strings are equal sizes; different strings may be.
 */
export type Dimension = number | string;

/** The sizes of all axes, outermost first. */
export type Shape = readonly Dimension[];

export function isStatic(shape: Shape): shape is readonly number[] {
  return shape.every((dimension) => typeof dimension === 'number');
}

/** Product of sizes; symbols make a canonical product such as `6*H*W`. */
export function product(dimensions: Shape): Dimension {
  let factor = 1;
  const symbols: string[] = [];
  for (const dimension of dimensions) {
    if (typeof dimension === 'number') factor *= dimension;
    else {
      for (const part of dimension.split('*')) {
        if (/^\d+$/.test(part)) factor *= Number(part);
        else symbols.push(part);
      }
    }
  }
  if (symbols.length === 0 || factor === 0) return factor;
  symbols.sort();
  return factor === 1 ? symbols.join('*') : `${factor}*${symbols.join('*')}`;
}

/**
 * A size computed from another one. With a number the function is applied; with a symbol the result is the
 * expression, written by the caller so that equal computations give equal symbols.
 */
export function derive(dimension: Dimension, compute: (size: number) => number, expression: (symbol: string) => string): Dimension {
  return typeof dimension === 'number' ? compute(dimension) : `(${expression(dimension)})`;
}

/** Number of elements of a shape that is known. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, size) => count * size, 1);
}

export function sameShape(left: Shape, right: Shape): boolean {
  return left.length === right.length && left.every((dimension, axis) => dimension === right[axis]);
}

/** `[1,3,H,W]`, or `?` where the rank is unknown. */
export function formatShape(shape: Shape | undefined): string {
  return shape === undefined ? '?' : `[${shape.join(',')}]`;
}

/**
 * Numpy broadcasting of two shapes. A symbol against 1 gives the symbol; a symbol against a number gives the
 * number (anything else would fail when run); two different symbols give the first.
 * Returns `undefined` when the shapes cannot be broadcast.
 */
export function broadcastShapes(left: Shape, right: Shape): Shape | undefined {
  const rank = Math.max(left.length, right.length);
  const result: Dimension[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const a = left[axis - rank + left.length] ?? 1;
    const b = right[axis - rank + right.length] ?? 1;
    if (a === b || b === 1) result.push(a);
    else if (a === 1) result.push(b);
    else if (typeof a === 'string') result.push(b);
    else if (typeof b === 'string') result.push(a);
    else return undefined;
  }
  return result;
}
