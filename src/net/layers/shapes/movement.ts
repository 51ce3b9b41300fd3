import { permuteOrder } from '../permuteOrder.ts';
import { axisIn, type BlobSizes, elementsOf, type ShapeCall, type ShapeFamily, type ShapeRule, withBlobSize } from './rule.ts';

const permute: ShapeRule = ({ bottoms: [bottom], number }) => {
  const order = bottom && permuteOrder(bottom.length, number('order_type'));
  return order && bottom && [order.map((axis) => bottom[axis] ?? 1)];
};

const notGiven = -233;

/** 0 keeps the size of ncnn's axis of that name, -1 is what is left. */
const reshape: ShapeRule = ({ bottoms: [bottom, second], number, text, layer }) => {
  if (bottom === undefined || second !== undefined || text('shape_expr') !== '' || (layer.rawParams?.length ?? 0) > 0) return undefined;
  if (number('input_batch_axis') !== 233 || number('output_batch_axis') !== 233) return undefined;
  const names = (['c', 'd', 'h', 'w'] as const).filter((name) => number(name) !== notGiven);
  const own = {
    w: bottom.at(-1) ?? 1,
    h: bottom.at(-2) ?? 1,
    d: bottom.length === 4 ? (bottom[1] ?? 1) : 1,
    c: bottom.length > 2 ? (bottom[0] ?? 1) : 1,
  };
  const sizes = names.map((name) => (number(name) === 0 ? own[name] : number(name)));
  const known = sizes.filter((size) => size !== -1);
  if (sizes.length - known.length > 1 || known.some((size) => size <= 0)) return undefined;
  const shape = sizes.map((size) => (size === -1 ? Math.trunc(elementsOf(bottom) / elementsOf(known)) : size));
  return shape.length > 0 && elementsOf(shape) === elementsOf(bottom) ? [shape] : undefined;
};

const squeeze: ShapeRule = ({ bottoms: [bottom], number, numbers }) => {
  if (bottom === undefined) return undefined;
  const axes = numbers('axes');
  const letters = ['w', 'h', bottom.length === 4 ? 'd' : 'c', 'c'].slice(0, bottom.length).reverse();
  const chosen = new Set(axes.map((axis) => axisIn(bottom, axis)));
  const goes = (axis: number): boolean => (axes.length > 0 ? chosen.has(axis) : number(`squeeze_${letters[axis]}`) !== 0);
  const rest = bottom.filter((size, axis) => size !== 1 || !goes(axis));
  return [rest.length === 0 ? [1] : rest];
};

const expandDims: ShapeRule = ({ bottoms: [bottom], numbers }) => {
  const axes = numbers('axes');
  if (bottom === undefined) return undefined;
  const rank = bottom.length + axes.length;
  const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  if (rank > 4 || added.size !== axes.length) return undefined;
  const rest = [...bottom];
  return [Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (rest.shift() ?? 1)))];
};

const concat: ShapeRule = ({ bottoms, number }) => {
  const [first] = bottoms;
  const axis = first && axisIn(first, number('axis'));
  const fits = (bottom: BlobSizes): boolean =>
    bottom.length === first?.length && bottom.every((size, at) => at === axis || size === first[at]);
  if (first === undefined || axis === undefined || !bottoms.every(fits)) return undefined;
  return [
    withBlobSize(
      first,
      axis,
      bottoms.reduce((sum, bottom) => sum + (bottom[axis] ?? 0), 0),
    ),
  ];
};

const slice: ShapeRule = ({ bottoms: [bottom], number, numbers, layer }) => {
  const axis = bottom && axisIn(bottom, number('axis'));
  if (bottom === undefined || axis === undefined) return undefined;
  const size = bottom[axis] ?? 0;
  const [slices, indices] = [numbers('slices'), numbers('indices')];
  const count = layer.tops.length;
  const shapes: BlobSizes[] = [];
  let at = 0;
  for (let top = 0; top < count; top++) {
    const index = indices[top] ?? 0;
    const given = slices[top] ?? notGiven;
    const even = Math.trunc((size - at) / (count - top));
    const length =
      indices.length > 0 ? (top === count - 1 ? size : index < 0 ? size + index : index) - at : given === notGiven ? even : given;
    if (length <= 0) return undefined;
    shapes.push(withBlobSize(bottom, axis, length));
    at += length;
  }
  return at <= size ? shapes : undefined;
};

/** First element and size of each axis that a Crop with one bottom takes; `undefined` where its parameters are no numbers. */
export function croppedRanges({
  bottoms: [bottom, second],
  number,
  numbers,
  text,
}: ShapeCall): readonly { readonly start: number; readonly size: number }[] | undefined {
  if (bottom === undefined || second !== undefined) return undefined;
  if (['starts_expr', 'ends_expr', 'axes_expr'].some((name) => text(name) !== '')) return undefined;
  const [starts, ends, axes] = [numbers('starts'), numbers('ends'), numbers('axes')];
  const ranges = bottom.map((size) => ({ start: 0, size }));
  if (starts.length > 0 && ends.length > 0) {
    const chosen = axes.length === 0 ? bottom.map((_, axis) => axis) : axes;
    for (const [index, given] of chosen.entries()) {
      const axis = axisIn(bottom, given);
      if (axis === undefined) return undefined;
      const whole = bottom[axis] ?? 0;
      const start = starts[index] === notGiven ? 0 : (starts[index] ?? 0);
      const end = ends[index] === notGiven ? whole : (ends[index] ?? 0);
      const first = start >= 0 ? start : whole + start;
      ranges[axis] = { start: first, size: Math.min(whole, end > 0 ? end : whole + end) - first };
    }
  } else {
    const letters = [['w'], ['h', 'w'], ['c', 'h', 'w'], ['c', 'd', 'h', 'w']][bottom.length - 1] ?? [];
    for (const [axis, letter] of letters.entries()) {
      const start = number(`${letter}offset`);
      const rest = (bottom[axis] ?? 0) - start - number(`${letter}offset2`);
      const wanted = number(`out${letter}`);
      ranges[axis] = { start, size: wanted === notGiven ? rest : Math.min(wanted, rest) };
    }
  }
  const inside = ranges.every(({ start, size }, axis) => start >= 0 && size > 0 && start + size <= (bottom[axis] ?? 0));
  return inside ? ranges : undefined;
}

const crop: ShapeRule = (call) => {
  const ranges = croppedRanges(call);
  return ranges && [ranges.map(({ size }) => size)];
};

const padding: ShapeRule = ({ bottoms: [bottom, second], number }) => {
  if (bottom === undefined || second !== undefined) return undefined;
  const pads = [number('left') + number('right'), number('top') + number('bottom'), number('front') + number('behind')];
  // Of four axes the channels are the one that is never padded.
  const byAxis = [...(bottom.length === 4 ? [0] : []), ...pads.slice(0, Math.min(bottom.length, 3)).reverse()];
  const shape = bottom.map((size, axis) => size + (byAxis[axis] ?? 0));
  return shape.every((size) => size > 0) ? [shape] : undefined;
};

const interp: ShapeRule = ({ bottoms: [bottom, second], number, text }) => {
  if (bottom === undefined || second !== undefined || text('size_expr') !== '' || number('dynamic_target_size') !== 0) return undefined;
  const [h, w] = bottom.length === 3 ? bottom.slice(1) : bottom.length === 2 ? [1, bottom[1]] : [];
  if (h === undefined || w === undefined) return undefined;
  const given = number('output_width') !== 0 && number('output_height') !== 0;
  const width = given ? number('output_width') : Math.trunc(Math.fround(w * Math.fround(number('width_scale'))));
  const height = given ? number('output_height') : Math.trunc(Math.fround(h * Math.fround(number('height_scale'))));
  const shape = bottom.length === 3 ? [bottom[0] ?? 1, height, width] : [bottom[0] ?? 1, width];
  return shape.every((size) => size > 0) ? [shape] : undefined;
};

const pixelShuffle: ShapeRule = ({ bottoms: [bottom], number }) => {
  const factor = number('upscale_factor');
  const [c = 0, h = 0, w = 0] = bottom ?? [];
  return bottom?.length === 3 && c % factor ** 2 === 0 ? [[c / factor ** 2, h * factor, w * factor]] : undefined;
};

const reorg: ShapeRule = ({ bottoms: [bottom], number }) => {
  const stride = number('stride');
  const [c = 0, h = 0, w = 0] = bottom ?? [];
  return bottom?.length === 3 && h >= stride && w >= stride
    ? [[c * stride ** 2, Math.trunc(h / stride), Math.trunc(w / stride)]]
    : undefined;
};

const tile: ShapeRule = ({ bottoms: [bottom], number, numbers }) => {
  const axis = bottom && axisIn(bottom, number('axis'));
  if (bottom === undefined || axis === undefined || numbers('repeats').length > 0) return undefined;
  return [withBlobSize(bottom, axis, (bottom[axis] ?? 0) * number('tiles'))];
};

export const movementShapes: ShapeFamily = {
  Concat: concat,
  Crop: crop,
  ExpandDims: expandDims,
  Flatten: ({ bottoms: [bottom] }) => bottom && [[elementsOf(bottom)]],
  Interp: interp,
  Padding: padding,
  Permute: permute,
  PixelShuffle: pixelShuffle,
  Reorg: reorg,
  Reshape: reshape,
  Slice: slice,
  Squeeze: squeeze,
  Tile: tile,
};
