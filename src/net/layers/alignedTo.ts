/**
 * The shape of an operand of BinaryOp, extended with axes of size 1 to the rank of the other operand. A vector goes on the outermost axis
 * if its length equals the size of that axis, and otherwise on the innermost one; operands of other ranks go on the outermost axes.
 */
export function alignedTo(shape: readonly number[], other: readonly number[]): readonly number[] {
  const missing = other.length - shape.length;
  if (missing <= 0) return shape;
  const ones = Array.from({ length: missing }, () => 1);
  return shape.length > 1 || shape[0] === other[0] ? [...shape, ...ones] : [...ones, ...shape];
}
