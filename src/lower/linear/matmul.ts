import { type Dimension, formatShape, product, type Shape, sameShape } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { fusedShapes, type MatmulPlan, matmulPlan } from '../../graph/ops/linear/matmul.ts';
import { withScalar } from '../arithmetic.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { innerProduct, matrixWeight, rowsOf } from './matrix.ts';

/** Matrix products: InnerProduct for a constant right operand, Gemm for a constant left operand, MatMul otherwise. */
export const matmulLowerings: LoweringFamily = {
  MatMul: (node) => {
    const plan = matmulPlan(node.shape(0), node.shape(1));
    node.define(0, constantProduct(node, plan, plain) ?? dynamicProduct(node, plan, plain));
  },
  'com.microsoft:FusedMatMul': (node) => {
    const plan = matmulPlan(...fusedShapes(node));
    const form = {
      transA: node.int('transA', 0) !== 0 && node.shape(0).length > 1,
      transB: node.int('transB', 0) !== 0 && node.shape(1).length > 1,
      alpha: node.float('alpha', 1),
    };
    const byConstant = constantProduct(node, plan, form);
    if (byConstant !== undefined) node.define(0, byConstant);
    else {
      const result = dynamicProduct(node, plan, form);
      node.define(0, form.alpha === 1 ? result : withScalar(node, 'MUL', result, form.alpha));
    }
  },
};

/** Whether the last two axes of each operand are swapped first, and the factor of the product. */
interface ProductForm {
  readonly transA: boolean;
  readonly transB: boolean;
  readonly alpha: number;
}

const plain: ProductForm = { transA: false, transB: false, alpha: 1 };

/** A product with a constant matrix. Returns `undefined` if no operand is constant or a layer for dynamic operands is better. */
function constantProduct(node: LoweringNode, plan: MatmulPlan, { transA, transB, alpha }: ProductForm): DraftBlob | undefined {
  const { batchA, batchB, m, k, n } = plan;
  const right = node.constant(1);
  if (right !== undefined && product(batchB) === 1 && typeof k === 'number' && typeof n === 'number') {
    const rows = product([...batchA, m]);
    // With one row or one column and no batch, the transposed operand has the same elements in the same order.
    if (!transA || (product(batchA) === 1 && (m === 1 || k === 1))) {
      const stored = transB ? { rows: n, columns: k } : { rows: k, columns: n };
      return innerProduct(node, rowsOf(node, 0, rows, k), n, matrixWeight({ tensor: right, ...stored, transpose: !transB, factor: alpha }));
    }
  }
  const left = node.constant(0);
  if (left === undefined || product(batchA) !== 1 || typeof m !== 'number' || typeof k !== 'number') return undefined;
  const stored = transA ? { rows: k, columns: m } : { rows: m, columns: k };
  if (n === 1) {
    const weight = matrixWeight({ tensor: left, ...stored, transpose: transA, factor: alpha });
    return innerProduct(node, rowsOf(node, 1, product(batchB), k), m, weight);
  }
  if (product(batchB) !== 1) return undefined;
  const params = {
    transA: transA ? 1 : 0,
    transB: transB ? 1 : 0,
    constantA: 1,
    constantC: 1,
    constantM: m,
    constantK: k,
    constant_broadcast_type_C: -1,
  };
  const weight = matrixWeight({ tensor: left, ...stored, transpose: false, factor: alpha });
  return node.layer('Gemm', [node.blob(1, transB ? [n, k] : [k, n])], params, [m, n], [weight]);
}

/** A product of two blobs as MatMul, which supports up to two batch axes and broadcasts each. */
function dynamicProduct(node: LoweringNode, plan: MatmulPlan, { transA, transB }: ProductForm): DraftBlob {
  const { k, n } = plan;
  const { groups, m } = storedGroups(node, plan) ?? batchGroups(plan, !transA);
  const batchA = groups.map((group) => group.a);
  const batchB = groups.map((group) => group.b);
  const left = transA ? swapped(node, node.blob(0, [...batchA, k, m])) : node.blob(0, [...batchA, m, k]);
  const right = node.blob(1, [...batchB, ...(transB ? [n, k] : [k, n])]);
  const shape = [...groups.map((group) => group.full), m, n];
  return node.layer('MatMul', [left, right], { transB: transB ? 1 : 0 }, shape);
}

/** Two batch axes as both operands are stored with them, which takes no Reshape. */
function storedGroups(node: LoweringNode, plan: MatmulPlan): { readonly groups: readonly BatchGroup[]; readonly m: Dimension } | undefined {
  const [a, b] = [storedBatch(node, 0), storedBatch(node, 1)];
  if (a === undefined || b === undefined || !sameShape(a, b)) return undefined;
  return { groups: a.map((size) => ({ a: size, b: size, full: size })), m: plan.m };
}

/** The batch axes of an operand that is stored as two of these and a matrix. */
function storedBatch(node: LoweringNode, index: number): Shape | undefined {
  const stored = node.isDynamic(index) ? node.storedShape(index) : undefined;
  const shape = node.shape(index);
  const axes = [...shape.slice(0, -2).filter((size) => size !== 1), ...shape.slice(-2)];
  return stored?.length === 4 && sameShape(stored, axes) ? stored.slice(0, 2) : undefined;
}

/** Swaps the last two axes of a blob. */
function swapped(node: LoweringNode, blob: DraftBlob): DraftBlob {
  const shape = [...blob.shape.slice(0, -2), ...blob.shape.slice(-2).reverse()];
  return node.layer('Permute', [blob], { order_type: 1 }, shape);
}

interface BatchGroup {
  readonly a: Dimension;
  readonly b: Dimension;
  readonly full: Dimension;
}

/**
 * The batch axes. Adjacent axes that broadcast in the same way are merged. If only A has batch axes, they become rows of A (`mayFold`).
 * Throws if more than two remain.
 */
function batchGroups(plan: MatmulPlan, mayFold: boolean): { readonly groups: readonly BatchGroup[]; readonly m: Dimension } {
  const { batch, batchA, batchB, m } = plan;
  if (mayFold && product(batchB) === 1) return { groups: [], m: product([...batchA, m]) };
  const aligned = (own: Shape, axis: number): Dimension => own[axis - batch.length + own.length] ?? 1;
  const groups: (BatchGroup & { readonly kind: string })[] = [];
  batch.forEach((full, axis) => {
    const a = aligned(batchA, axis);
    const b = aligned(batchB, axis);
    if (a === 1 && b === 1) return;
    // With a dynamic size against another size, only ncnn at run time knows which side broadcasts.
    const kind = a === b ? 'both' : b === 1 ? 'a' : a === 1 ? 'b' : `axis ${axis}`;
    const last = groups.at(-1);
    if (last?.kind === kind) {
      groups[groups.length - 1] = { kind, a: product([last.a, a]), b: product([last.b, b]), full: product([last.full, full]) };
    } else groups.push({ kind, a, b, full });
  });
  if (groups.length > 2) {
    throw new OperatorError(
      'unsupported',
      `ncnn supports two batch axes, but broadcasting ${formatShape(batchA)} with ${formatShape(batchB)} needs ${groups.length}`,
      'Expand one of the operands to the shape of the other first.',
    );
  }
  return { groups, m };
}
