import { axisIn, type ShapeFamily, type ShapeRule } from './rule.ts';

const reduction: ShapeRule = ({ bottoms: [bottom], number, numbers }) => {
  if (bottom === undefined) return undefined;
  const all = number('reduce_all') !== 0 || bottom.length === 1;
  const axes = new Set(numbers('axes').map((axis) => axisIn(bottom, axis)));
  const reduced = (axis: number): boolean => all || axes.has(axis);
  if (number('keepdims') !== 0) return [bottom.map((size, axis) => (reduced(axis) ? 1 : size))];
  const rest = bottom.filter((_, axis) => !reduced(axis));
  return [rest.length === 0 ? [1] : rest];
};

export const reductionShapes: ShapeFamily = { Reduction: reduction };
