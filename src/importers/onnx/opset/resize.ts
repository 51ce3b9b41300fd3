import type { GraphEditor } from '../../../graph/ir/editor.ts';
import type { Attribute } from '../../../graph/ir/graph.ts';
import { OperatorError, type OperatorNode } from '../../../graph/ir/operator.ts';
import type { Results } from '../../../graph/ir/rules.ts';
import { Tensor } from '../../../graph/ir/tensor.ts';
import { changeAttributes, type OpsetAdapter } from './adapter.ts';

/**
 * `Upsample` and the `Resize` of operator set 10 take the pixel at the scaled coordinate; later ones say how coordinates are meant.
 * In those, what is given as an empty tensor counts as left out, and so does a region where the mode does not look at it.
 */
export const resizeAdapter: OpsetAdapter = {
  operators: ['Upsample', 'Resize'],
  since: 'always',
  upgrade: (node, edit, { opset }) => (node.operator === 'Upsample' || opset < 11 ? simpleResize(node, edit) : tidyResize(node, edit)),
};

function simpleResize(node: OperatorNode, edit: GraphEditor): Results {
  const attribute = node.hasAttribute('height_scale')
    ? // The first operator set told the scales of the two axes of an image apart.
      [1, 1, node.float('height_scale'), node.float('width_scale')]
    : node.floats('scales', undefined);
  const scales = attribute === undefined ? node.input(1).name : edit.constant(Tensor.float32(attribute, [attribute.length]), 'scales');
  const known = attribute ?? [...(node.constant(1)?.toFloat32() ?? [])];
  const mode = node.string('mode', 'nearest');
  const attributes = changeAttributes(node.node, {
    scales: undefined,
    height_scale: undefined,
    width_scale: undefined,
    mode: { kind: 'string', value: mode === 'bilinear' ? 'linear' : mode },
    coordinate_transformation_mode: { kind: 'string', value: 'asymmetric' },
    nearest_mode: { kind: 'string', value: nearestMode(mode, known) },
  });
  return edit.emitLike(node.node, { operator: 'Resize', inputs: [node.input(0).name, '', scales], attributes });
}

/** The definition does not say how to round; runtimes take the pixel below when scaling up, and the one above when scaling down. */
function nearestMode(mode: string, scales: readonly number[]): string {
  if (mode !== 'nearest' || !scales.some((scale) => scale < 1)) return 'floor';
  if (scales.some((scale) => scale > 1)) {
    throw new OperatorError(
      'unsupported',
      'the node scales one axis up and another one down',
      'Export the model for operator set 11 or newer.',
    );
  }
  return 'ceil';
}

function tidyResize(node: OperatorNode, edit: GraphEditor): Results {
  const coordinates = node.string('coordinate_transformation_mode', 'half_pixel');
  const [x = '', roi = '', scales = '', sizes = ''] = node.node.inputs;
  const present = (name: string, input: number): string => (node.constant(input)?.size === 0 ? '' : name);
  const inputs = [x, coordinates === 'tf_crop_and_resize' ? present(roi, 1) : '', present(scales, 2), present(sizes, 3)];
  return edit.emitLike(node.node, {
    inputs: inputs.slice(0, inputs.findLastIndex((name) => name !== '') + 1),
    attributes: coordinates === 'tf_half_pixel_for_nn' ? withHalfPixels(node) : node.node.attributes,
  });
}

/**
 * `tf_half_pixel_for_nn`, gone since operator set 13, is half a pixel further than `half_pixel`: floor(u + 1/2) rounds u
 * with halves up, and rounding u + 1/2 with halves down is the ceiling of u.
 */
function withHalfPixels(node: OperatorNode): ReadonlyMap<string, Attribute> {
  const nearest = node.string('nearest_mode', 'round_prefer_floor');
  const value = { floor: 'round_prefer_ceil', round_prefer_floor: 'ceil' }[nearest];
  if (value === undefined || node.string('mode', 'nearest') !== 'nearest') {
    throw new OperatorError(
      'unsupported',
      `the coordinate mode tf_half_pixel_for_nn with nearest_mode "${nearest}" is not known`,
      'Export the model for operator set 13 or newer.',
    );
  }
  return changeAttributes(node.node, {
    coordinate_transformation_mode: { kind: 'string', value: 'half_pixel' },
    nearest_mode: { kind: 'string', value },
  });
}
