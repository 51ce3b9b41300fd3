import { type Dimension, product, type Shape } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { type Equation, parseEquation } from '../../graph/ops/linear/equation.ts';
import { reduceAxis } from '../arithmetic.ts';
import { operandBlob, type TensorBlob } from '../movement/grouping.ts';
import { permuted } from '../movement/transpose.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { innerProduct, matrixWeight } from './matrix.ts';

/**
 * Einsum of one operand is a sum over axes; of two operands, it is a matrix product between permutations. Other cases (diagonals, more
 * operands) use ncnn's Einsum layer, which is slow but supports them.
 */
export const einsumLowerings: LoweringFamily = {
  Einsum: (node) => {
    const shapes = node.inputs().map((_, index) => node.shape(index));
    const equation = parseEquation(node.string('equation'), shapes);
    const terms = node.inputs().map((_, index) => termOf(equation, shapes[index] ?? [], index));
    const output = equation.output.filter((label) => equation.sizes.get(label) !== 1);
    const [left, right] = terms;
    const diagonal = terms.some(({ labels }) => new Set(labels).size < labels.length);
    if (!diagonal && left !== undefined && terms.length === 1) singleSum(node, equation, left, output);
    else if (!diagonal && left !== undefined && right !== undefined && terms.length === 2) asProduct(node, equation, left, right, output);
    else asEinsum(node, equation, terms, output);
  },
};

/** An operand without its axes of size 1, which do not affect the element order and may broadcast against larger ones. */
interface Term {
  readonly index: number;
  readonly labels: readonly string[];
  readonly shape: Shape;
}

function termOf({ operands }: Equation, shape: Shape, index: number): Term {
  const labels = operands[index] ?? [];
  return { index, labels: labels.filter((_, axis) => shape[axis] !== 1), shape: shape.filter((size) => size !== 1) };
}

function sizesOf({ sizes }: Equation, labels: readonly string[]): Shape {
  return labels.map((label) => sizes.get(label) ?? 1);
}

/** Permutes the operand's axes to the order of the labels. */
function inOrder(node: LoweringNode, { index, labels, shape }: Term, target: readonly string[]): TensorBlob {
  const { blob } = operandBlob(node, index);
  return permuted(
    node,
    { blob, shape },
    target.map((label) => labels.indexOf(label)),
  );
}

function singleSum(node: LoweringNode, equation: Equation, term: Term, output: readonly string[]): void {
  const summed = term.labels.filter((label) => !output.includes(label));
  const { blob } = inOrder(node, term, [...output, ...summed]);
  if (summed.length === 0) node.define(0, blob);
  else {
    const matrix = node.view(blob, [product(sizesOf(equation, output)), product(sizesOf(equation, summed))]);
    node.define(0, reduceAxis(node, 'SUM', matrix, 1));
  }
}

function asProduct(node: LoweringNode, equation: Equation, first: Term, second: Term, output: readonly string[]): void {
  // A constant goes on the right, where it can be the weight of an InnerProduct.
  const [a, b] = node.constant(first.index) !== undefined ? [second, first] : [first, second];
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = output.filter((label) => shared.includes(label));
  const inner = shared.filter((label) => !output.includes(label));
  const rows = output.filter((label) => a.labels.includes(label) && !shared.includes(label));
  const columns = output.filter((label) => b.labels.includes(label) && !shared.includes(label));
  const extent = (labels: readonly string[]): Dimension => product(sizesOf(equation, labels));
  const [m, k, n] = [extent(rows), extent(inner), extent(columns)];
  const left = summedOut(node, equation, a, [...batch, ...rows, ...inner]);
  const resultShape = sizesOf(equation, [...batch, ...rows, ...columns]);
  const constant = node.constant(b.index);
  const same = (labels: readonly string[]): boolean =>
    labels.length === b.labels.length && labels.every((label, axis) => label === b.labels[axis]);
  const stored = same([...inner, ...columns]) ? 'inner first' : same([...columns, ...inner]) ? 'columns first' : 'otherwise';
  const finish = (blob: TensorBlob['blob']): void => {
    const labels = [...batch, ...rows, ...columns];
    const order = output.map((label) => labels.indexOf(label));
    node.define(0, permuted(node, { blob, shape: resultShape }, order).blob);
  };
  if (constant !== undefined && batch.length === 0 && stored !== 'otherwise' && typeof k === 'number' && typeof n === 'number') {
    const transpose = stored === 'inner first';
    const weight = matrixWeight({ tensor: constant, rows: transpose ? k : n, columns: transpose ? n : k, transpose, factor: 1 });
    finish(innerProduct(node, node.view(left, m === 1 ? [k] : [m, k]), n, weight));
    return;
  }
  const front = batch.length === 0 ? [] : [extent(batch)];
  const straight = same([...batch, ...inner, ...columns]);
  const right = summedOut(node, equation, b, straight ? [...batch, ...inner, ...columns] : [...batch, ...columns, ...inner]);
  const bottoms = [node.view(left, [...front, m, k]), node.view(right, [...front, ...(straight ? [k, n] : [n, k])])];
  finish(node.layer('MatMul', bottoms, { transB: straight ? 0 : 1 }, [...front, m, n]));
}

/** Permutes the operand's axes to the order of the labels, and sums over all other axes. */
function summedOut(node: LoweringNode, equation: Equation, term: Term, remaining: readonly string[]): TensorBlob['blob'] {
  const summed = term.labels.filter((label) => !remaining.includes(label));
  const { blob } = inOrder(node, term, [...remaining, ...summed]);
  if (summed.length === 0) return blob;
  return reduceAxis(node, 'SUM', node.view(blob, [product(sizesOf(equation, remaining)), product(sizesOf(equation, summed))]), 1);
}

/**
 * ncnn's Einsum: labels are letters from `i` on. The labels of the result come first and in order, and each tensor has one to four axes.
 */
function asEinsum(node: LoweringNode, equation: Equation, terms: readonly Term[], output: readonly string[]): void {
  // A result without axes gets an axis of size 1, and so does an operand without axes.
  const one = '1';
  const result = output.length === 0 ? [one] : output;
  const needsOne = output.length === 0 ? terms.findIndex(({ labels }) => labels.length < 4) : -1;
  const full = terms.map((term, index) => {
    if (term.labels.length > 0 && index !== needsOne) return term;
    return { ...term, labels: [one, ...term.labels], shape: [1, ...term.shape] };
  });
  const names = [...new Set([...result, ...full.flatMap(({ labels }) => labels)])];
  const fits =
    result.length <= 4 && full.every(({ labels }) => labels.length <= 4) && full.some(({ labels }) => labels.includes(result[0] ?? one));
  if (!fits || names.length > 16) {
    throw new OperatorError(
      'unsupported',
      `"${node.string('equation')}" has operands or a result with more than the four axes that ncnn supports`,
    );
  }
  const letter = (label: string): string => String.fromCharCode('i'.charCodeAt(0) + names.indexOf(label));
  const word = (labels: readonly string[]): string => labels.map(letter).join('');
  const text = `${full.map(({ labels }) => word(labels)).join(',')}->${word(result)}`;
  const bottoms = full.map(({ index, shape }) => node.blob(index, shape));
  const params = { equation_mat: Array.from(text, (character) => character.charCodeAt(0)) };
  node.define(0, node.layer('Einsum', bottoms, params, output.length === 0 ? [1] : sizesOf(equation, output)));
}
