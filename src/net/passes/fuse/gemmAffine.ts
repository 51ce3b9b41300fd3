import { paramOf } from '../../layers/params.ts';
import { fusedWeight, type Weight } from '../../weight.ts';
import { type Affine, affineOf } from '../analysis/affine.ts';
import { entry } from '../analysis/channels.ts';
import { feedsDiscontinuity } from '../analysis/discontinuity.ts';
import { float64Values, isFloatWeight } from '../analysis/float64Values.ts';
import { changed, multiplied } from '../analysis/linear.ts';
import type { LayerAmong } from '../editor.ts';
import type { Pass } from '../pass.ts';

type Gemm = LayerAmong<'Gemm'>;

export const fuseGemmAffine: Pass = {
  name: 'fuse_gemm_affine',
  description: 'Fuses constant factors and summands after a Gemm into its constant matrix and C.',
  run: (editor) => {
    let times = 0;
    for (const gemm of editor.layers('Gemm')) {
      const reader = editor.onlyReader(gemm);
      const side = sideOf(gemm);
      const affine = reader && side ? affineOf(reader, editor) : undefined;
      if (reader === undefined || side === undefined || affine === undefined || affine.source !== gemm.tops[0]) continue;
      const { channels } = affine;
      const ofSide = channels === undefined || (channels.axis === (side.isB ? 1 : 0) && channels.count === side.count);
      if (!ofSide || feedsDiscontinuity(editor, reader.tops[0])) continue;
      editor.fuse(gemm, reader, { ...changed(gemm, { ...constantC(side) }, weightsOf(gemm, side, affine)), tops: reader.tops });
      times++;
    }
    return times;
  },
};

/** The constant matrix of a Gemm and its C, both indexed by the columns or rows of the result. */
interface Side {
  readonly isB: boolean;
  /** Number of columns of the result if B is constant, of rows if A is. */
  readonly count: number;
  readonly inner: number;
  readonly matrix: Weight;
  /** Whether the entries for one column (or row) of the result are contiguous in the matrix. */
  readonly together: boolean;
  readonly addend: { readonly weight: Weight; readonly type: number } | undefined;
}

/** The broadcast type of C with one value per column (B is constant) or per row (A is constant). */
const typesOfC = { column: 4, row: 1 } as const;

function sideOf(gemm: Gemm): Side | undefined {
  const value = (name: Parameters<typeof paramOf<'Gemm', keyof Gemm['params'] & string>>[1]): number => Number(paramOf(gemm, name));
  const [isA, isB] = [value('constantA') === 1, value('constantB') === 1];
  const [matrix, c] = gemm.weights;
  const odd = (['output_N1M', 'output_elempack', 'output_elemtype', 'output_transpose', 'quantize_term'] as const).some(
    (name) => value(name) !== 0,
  );
  if (odd || isA === isB || value('constantC') !== 1 || value('alpha') === 0 || value('beta') === 0 || !isFloatWeight(matrix))
    return undefined;
  const type = value('constant_broadcast_type_C');
  if (type !== -1 && (!isFloatWeight(c) || !(type === 0 || type === (isB ? 4 : 1) || (!isB && type === 2)))) return undefined;
  const count = value(isB ? 'constantN' : 'constantM');
  const transposed = value(isB ? 'transB' : 'transA') !== 0;
  const addend = type === -1 || c === undefined ? undefined : { weight: c, type };
  return { isB, count, inner: value('constantK'), matrix, together: isB === transposed, addend };
}

function constantC({ isB }: Side): object {
  return { constantC: 1, constant_broadcast_type_C: isB ? typesOfC.column : typesOfC.row };
}

function weightsOf(gemm: Gemm, { count, inner, matrix, together, addend }: Side, { scale, shift }: Affine): readonly Weight[] {
  const outer = Math.fround(paramOf(gemm, 'alpha')) * Math.fround(paramOf(gemm, 'beta'));
  const pattern = together ? { inner, count, repeats: 1 } : { inner: 1, count, repeats: inner };
  const scaled = scale === undefined ? matrix : multiplied(matrix, scale, pattern);
  const summed = fusedWeight(count, [addend?.weight], () => {
    const [factors, summands] = [scale?.(), shift?.()];
    const before = addend === undefined ? undefined : float64Values(addend.weight);
    return Float64Array.from(
      { length: count },
      (_, channel) => entry(before, channel, 0) * entry(factors, channel, 1) + entry(summands, channel, 0) / outer,
    );
  });
  return [scaled, summed];
}
