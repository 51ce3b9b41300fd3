import { OperatorError } from '../../../graph/ir/operator.ts';
import { isFloat } from '../../../graph/ir/tensor.ts';
import type { ConvertOperator, OperatorRules, SymbolOperator } from '../operator.ts';

/** Computes one value from two. */
type Binary = (node: SymbolOperator, left: string, right: string) => string;

const plain =
  (operator: string): Binary =>
  (node, left, right) =>
    node.emit(operator, [left, right]);

/** A comparison returns 1 or 0 in the type of its operands. */
const compared =
  (operator: string, negated = false): Binary =>
  (node, left, right) => {
    const result = node.emit(operator, [left, right]);
    return asNumbers(node, negated ? node.emit('Not', [result]) : result, left);
  };

const logical =
  (operator: string): Binary =>
  (node, left, right) =>
    asNumbers(node, node.emit(operator, [truth(node, left), truth(node, right)]), left);

/** Python's modulo: the remainder has the sign of the divisor. */
const remainder: Binary = (node, left, right) => {
  if (!isFloat(node.dtype(left))) return node.emit('Mod', [left, right]);
  const whole = node.emit('Floor', [node.emit('Div', [left, right])]);
  return node.emit('Sub', [left, node.emit('Mul', [whole, right])]);
};

const hypotenuse: Binary = (node, left, right) => {
  const square = (value: string): string => node.emit('Mul', [value, value]);
  return node.emit('Sqrt', [node.emit('Add', [square(left), square(right)])]);
};

/** By MXNet name, in lower case. `names` also lists the aliases. */
const functions: readonly { readonly names: readonly string[]; readonly compute: Binary }[] = [
  { names: ['add', 'plus', 'grad_add'], compute: plain('Add') },
  { names: ['sub', 'minus', 'subtract'], compute: plain('Sub') },
  { names: ['mul', 'multiply'], compute: plain('Mul') },
  { names: ['div', 'true_divide'], compute: plain('Div') },
  { names: ['mod'], compute: remainder },
  { names: ['power'], compute: plain('Pow') },
  { names: ['maximum'], compute: plain('Max') },
  { names: ['minimum'], compute: plain('Min') },
  { names: ['hypot'], compute: hypotenuse },
  { names: ['equal'], compute: compared('Equal') },
  { names: ['not_equal'], compute: compared('Equal', true) },
  { names: ['greater'], compute: compared('Greater') },
  { names: ['greater_equal'], compute: compared('GreaterOrEqual') },
  { names: ['lesser', 'less'], compute: compared('Less') },
  { names: ['lesser_equal', 'less_equal'], compute: compared('LessOrEqual') },
  { names: ['logical_and'], compute: logical('And') },
  { names: ['logical_or'], compute: logical('Or') },
  { names: ['logical_xor'], compute: logical('Xor') },
];

/** Functions whose operands are swapped in the variants with a leading scalar. */
const reversible = ['sub', 'minus', 'subtract', 'div', 'true_divide', 'mod', 'power'];

/** `not_equal` in the spelling of older releases: `Not_Equal`. */
function capitals(name: string): string {
  return name.replace(/(^|_)[a-z]/g, (letters) => letters.toUpperCase());
}

const ofTwo =
  (compute: Binary): ConvertOperator =>
  (node) =>
    compute(node, node.input(0), node.input(1));
const withScalar =
  (compute: Binary, reversed: boolean): ConvertOperator =>
  (node) => {
    const data = node.input(0);
    const value = node.attributes.number('scalar', 1);
    const scalar = node.scalarLike(value, data);
    return reversed ? compute(node, scalar, data) : compute(node, data, scalar);
  };

function spellings({ names, compute }: (typeof functions)[number]): readonly (readonly [string, ConvertOperator])[] {
  return names.flatMap((name) => {
    const two = ['elemwise_', 'broadcast_', '_', '_npi_', ''].map((prefix) => `${prefix}${name}`);
    const rules = [...two, `_${capitals(name)}`].map((spelling) => [spelling, ofTwo(compute)] as const);
    const scalars = [`_${name}_scalar`, `_npi_${name}_scalar`, `_${capitals(name).replaceAll('_', '')}Scalar`, `_${capitals(name)}Scalar`];
    const first = reversible.includes(name) ? [`_r${name}_scalar`, `_npi_r${name}_scalar`, `_R${capitals(name)}Scalar`] : [];
    return [
      ...rules,
      ...scalars.map((spelling) => [spelling, withScalar(compute, false)] as const),
      ...first.map((spelling) => [spelling, withScalar(compute, true)] as const),
    ];
  });
}

/** Functions of two tensors, with and without broadcasting, and of a tensor and a scalar, in all spellings. */
export const elementwiseOperatorRules: OperatorRules = {
  ...Object.fromEntries(functions.flatMap(spellings)),
  add_n: sum,
  ElementWiseSum: sum,
  _sum: sum,
  clip: (node) => {
    const [data, { attributes }] = [node.input(0), node];
    return node.emit('Clip', [
      data,
      node.scalarLike(attributes.number('a_min', -Infinity), data),
      node.scalarLike(attributes.number('a_max', Infinity), data),
    ]);
  },
  smooth_l1: (node) => {
    const sigma = node.attributes.number('scalar', 1) ** 2;
    const size = node.emit('Abs', [node.input(0)]);
    const near = node.emit('Min', [size, node.scalarLike(1 / sigma, size)]);
    const square = node.emit('Mul', [node.emit('Mul', [near, near]), node.scalarLike(sigma / 2, size)]);
    return node.emit('Add', [square, node.emit('Sub', [size, near])]);
  },
  where: (node) => {
    const [condition, chosen, other] = [node.input(0), node.input(1), node.input(2)];
    const [conditionShape, rank] = [node.shapeOf(condition), node.shapeOf(chosen).length];
    // A 1-D condition selects rows.
    const wide =
      conditionShape.length === 1 && rank > 1
        ? node.unsqueeze(
            condition,
            Array.from({ length: rank - 1 }, (_, axis) => axis + 1),
          )
        : condition;
    return node.emit('Where', [truth(node, wide), chosen, other]);
  },
  logical_not: (node) => {
    const data = node.input(0);
    return asNumbers(node, node.emit('Not', [truth(node, data)]), data);
  },
};

function sum(node: SymbolOperator): string {
  if (node.inputs.length === 0) throw new OperatorError('invalid', 'no inputs to add');
  return node.inputs.length === 1 ? node.input(0) : node.emit('Sum', node.inputs);
}

function truth(node: SymbolOperator, value: string): string {
  return node.dtype(value) === 'bool' ? value : node.emit('Cast', [value], { to: 'bool' });
}

function asNumbers(node: SymbolOperator, value: string, like: string): string {
  const dtype = node.dtype(like);
  return node.emit('Cast', [value], { to: dtype === 'bool' ? 'float32' : dtype });
}
