/**
 * A shape as BinaryOp sees it beside another of more axes: a vector goes to the outermost axis where its length is the
 * size of that, and to the innermost one otherwise; the axes of others are the outermost ones.
 */
export function alignedTo(shape: readonly number[], other: readonly number[]): readonly number[] {
  const missing = other.length - shape.length;
  if (missing <= 0) return shape;
  const ones = Array.from({ length: missing }, () => 1);
  return shape.length > 1 || shape[0] === other[0] ? [...shape, ...ones] : [...ones, ...shape];
}
