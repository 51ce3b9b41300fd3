import type { NodeAttributes } from '../../../../graph/ir/builder.ts';
import { float } from '../../../../graph/ir/graph.ts';
import { OperatorError } from '../../../../graph/ir/operator.ts';
import { Tensor } from '../../../../graph/ir/tensor.ts';
import type { AtenCall } from '../call.ts';
import type { SizeArgument } from '../callGraph.ts';
import { type AtenFamily, type AtenOperator, atenOperator } from '../operator.ts';

interface Interpolation {
  readonly name: string;
  readonly rank: number;
  readonly settings: NodeAttributes;
}

const scaleNames = ['scales_d', 'scales_h', 'scales_w'];

const nearest = { mode: 'nearest', coordinate_transformation_mode: 'torch_asymmetric', nearest_mode: 'floor' };
const nearestExact = { mode: 'nearest', coordinate_transformation_mode: 'tf_half_pixel_for_nn', nearest_mode: 'floor' };
const antialias = { antialias: 1, exclude_outside: 1 };
const cubic = { mode: 'cubic', cubic_coeff_a: float(-0.75) };

const nearestForms: readonly Interpolation[] = [1, 2, 3].flatMap((rank) => [
  { name: `upsample_nearest${rank}d`, rank, settings: nearest },
  { name: `_upsample_nearest_exact${rank}d`, rank, settings: nearestExact },
]);

const smoothForms: readonly Interpolation[] = [
  { name: 'upsample_linear1d', rank: 1, settings: { mode: 'linear' } },
  { name: 'upsample_bilinear2d', rank: 2, settings: { mode: 'linear' } },
  { name: 'upsample_bicubic2d', rank: 2, settings: cubic },
  { name: 'upsample_trilinear3d', rank: 3, settings: { mode: 'linear' } },
  { name: '_upsample_bilinear2d_aa', rank: 2, settings: { mode: 'linear', ...antialias } },
  { name: '_upsample_bicubic2d_aa', rank: 2, settings: { ...cubic, ...antialias } },
];

/** Interpolation to other sizes. */
export const resizeFamily: AtenFamily = [
  ...nearestForms.flatMap(({ name, rank, settings }): readonly AtenOperator[] => [
    atenOperator(`${name}.vec(Tensor input, SymInt[]? output_size, float[]? scale_factors) -> Tensor`, (call) =>
      resizedBy(call, rank, settings),
    ),
    atenOperator(`${name}(Tensor self, SymInt[${rank}] output_size, ${scales(rank)}) -> Tensor`, (call) => resizedTo(call, rank, settings)),
  ]),
  ...smoothForms.flatMap(({ name, rank, settings }): readonly AtenOperator[] => [
    atenOperator(`${name}.vec(Tensor input, SymInt[]? output_size, bool align_corners, float[]? scale_factors) -> Tensor`, (call) =>
      resizedBy(call, rank, { ...settings, ...cornersOf(call) }),
    ),
    atenOperator(`${name}(Tensor self, SymInt[${rank}] output_size, bool align_corners, ${scales(rank)}) -> Tensor`, (call) =>
      resizedTo(call, rank, { ...settings, ...cornersOf(call) }),
    ),
  ]),
];

function scales(rank: number): string {
  const names = rank === 1 ? ['scales'] : scaleNames.slice(-rank);
  return names.map((name) => `float? ${name}=None`).join(', ');
}

function cornersOf(call: AtenCall): NodeAttributes {
  return { coordinate_transformation_mode: call.bool('align_corners') ? 'align_corners' : 'half_pixel' };
}

function resizedBy(call: AtenCall, rank: number, settings: NodeAttributes): string {
  const input = call.input('input');
  const sizes = call.isNone('output_size') ? undefined : call.sizeList('output_size');
  const factors = call.optionalFloats('scale_factors');
  return resize(call, input, rank, sizes, sizes === undefined ? factors : undefined, settings);
}

/** If scales are given in addition to sizes, coordinates follow the scales. */
function resizedTo(call: AtenCall, rank: number, settings: NodeAttributes): string {
  const names = rank === 1 ? ['scales'] : scaleNames.slice(-rank);
  const factors = names.map((name) => call.optionalFloat(name));
  const known = factors.flatMap((factor) => factor ?? []);
  return resize(call, call.input('self'), rank, call.sizeList('output_size'), known.length === rank ? known : undefined, settings);
}

function resize(
  call: AtenCall,
  input: string,
  rank: number,
  sizes: readonly SizeArgument[] | undefined,
  factors: readonly number[] | undefined,
  settings: NodeAttributes,
): string {
  if (call.rankOf(input) !== rank + 2)
    throw new OperatorError('invalid', `the operand has ${call.rankOf(input)} axes, expected ${rank + 2}`);
  for (const values of [sizes, factors]) {
    if (values !== undefined && values.length !== rank)
      throw new OperatorError('invalid', `expected ${rank} sizes or scales, got ${values.length}`);
  }
  if (factors !== undefined) {
    const scale = call.constant(Tensor.float32([1, 1, ...factors], [rank + 2]));
    if (sizes === undefined || givesSizes(call, input, sizes, factors)) return call.emit('Resize', [input, '', scale], settings);
  }
  if (sizes === undefined) throw new OperatorError('invalid', 'neither sizes nor scales are given');
  const target = call.sizeVector([call.sizeArgument(input, 0), call.sizeArgument(input, 1), ...sizes]);
  return call.emit('Resize', [input, '', '', target], settings);
}

/** Whether the scales determine the sizes. */
function givesSizes(call: AtenCall, input: string, sizes: readonly SizeArgument[], factors: readonly number[]): boolean {
  return sizes.every((size, axis) => {
    const before = call.shapeOf(input)[axis + 2];
    return typeof before !== 'number' || typeof size !== 'number' || Math.floor(before * Math.fround(factors[axis] ?? 1)) === size;
  });
}
