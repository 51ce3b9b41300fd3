import type { OperatorRules, SymbolOperator } from '../operator.ts';

/** Functions without an ncnn layer, computed by formulas that are accurate to about 1e-6. */
export const specialOperatorRules: OperatorRules = {
  gamma: (node) => {
    const { isReflected, logarithm, sine } = logarithmOfGamma(node);
    return node.emit('Div', [node.emit('Exp', [reflected(node, isReflected, logarithm)]), sine]);
  },
  gammaln: (node) => {
    const { isReflected, logarithm, sine } = logarithmOfGamma(node);
    return node.emit('Sub', [reflected(node, isReflected, logarithm), node.emit('Log', [node.emit('Abs', [sine])])]);
  },
  erfinv: inverseErrorFunction,
};

const by = (node: SymbolOperator, operator: string, value: string, number: number): string =>
  node.emit(operator, [value, node.scalarLike(number, value)]);

/** The published Lanczos coefficients for g = 5 and N = 6. */
const lanczos = [76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155, 1.208650973866179e-3, -5.395239384953e-6];

/**
 * ln Γ(y) by Lanczos, with y = x for x ≥ 1/2 and y = 1 - x below, where Γ(x) = π / (sin(πx) Γ(1 - x)). The sine is 1 if x is not reflected.
 */
function logarithmOfGamma(node: SymbolOperator): { readonly isReflected: string; readonly logarithm: string; readonly sine: string } {
  const x = node.input(0);
  const isReflected = node.emit('Cast', [by(node, 'Less', x, 0.5)], { to: 'float32' });
  const isUnreflected = node.emit('Sub', [node.scalarLike(1, x), isReflected]);
  const direction = node.emit('Sub', [isUnreflected, isReflected]);
  const y = node.emit('Add', [node.emit('Mul', [x, direction]), isReflected]);

  const terms = lanczos.map((coefficient, index) => node.emit('Div', [node.scalarLike(coefficient, y), by(node, 'Add', y, index + 1)]));
  const series = by(node, 'Add', node.emit('Sum', terms), 1.000000000190015);
  const shifted = by(node, 'Add', y, 5.5);
  const power = node.emit('Mul', [by(node, 'Add', y, 0.5), node.emit('Log', [shifted])]);
  const scale = node.emit('Log', [node.emit('Div', [by(node, 'Mul', series, Math.sqrt(2 * Math.PI)), y])]);
  const logarithm = node.emit('Add', [node.emit('Sub', [power, shifted]), scale]);

  const wave = node.emit('Sin', [by(node, 'Mul', x, Math.PI)]);
  return { isReflected, logarithm, sine: node.emit('Add', [node.emit('Mul', [wave, isReflected]), isUnreflected]) };
}

/** ln(π / Γ(y)) if x is reflected, else ln Γ(y). */
function reflected(node: SymbolOperator, isReflected: string, logarithm: string): string {
  const direction = by(node, 'Add', by(node, 'Mul', isReflected, -2), 1);
  return node.emit('Add', [node.emit('Mul', [logarithm, direction]), by(node, 'Mul', isReflected, Math.log(Math.PI))]);
}

/** Giles' polynomials in w = -ln(1 - x²), highest power first: in w - 5/2 for w < 5, and in √w - 3 above. */
const central = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
];
const tail = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
];

function inverseErrorFunction(node: SymbolOperator): string {
  const x = node.input(0);
  const one = node.scalarLike(1, x);
  const product = node.emit('Mul', [node.emit('Sub', [one, x]), by(node, 'Add', x, 1)]);
  // No float32 below 1 gives a larger w.
  const w = by(node, 'Min', node.emit('Neg', [node.emit('Log', [product])]), 17);
  const isTail = node.emit('Cast', [by(node, 'GreaterOrEqual', w, 5)], { to: 'float32' });
  const polynomial = (variable: string, [highest = 0, ...coefficients]: readonly number[]): string =>
    coefficients
      .slice(1)
      .reduce(
        (sum, coefficient) => by(node, 'Add', node.emit('Mul', [sum, variable]), coefficient),
        by(node, 'Add', by(node, 'Mul', variable, highest), coefficients[0] ?? 0),
      );
  const inside = polynomial(by(node, 'Sub', by(node, 'Min', w, 5), 2.5), central);
  const outside = polynomial(by(node, 'Sub', node.emit('Sqrt', [node.emit('Max', [w, node.scalarLike(0, w)])]), 3), tail);
  const mixed = node.emit('Add', [inside, node.emit('Mul', [isTail, node.emit('Sub', [outside, inside])])]);
  // Infinite at 1 and -1.
  const distance = node.emit('Sub', [one, node.emit('Floor', [node.emit('Abs', [x])])]);
  return node.emit('Div', [node.emit('Mul', [mixed, x]), distance]);
}
