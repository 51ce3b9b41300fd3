import type { GraphEditor } from '../../../graph/ir/editor.ts';
import type { OperatorNode } from '../../../graph/ir/operator.ts';
import type { Results } from '../../../graph/ir/rules.ts';
import { Tensor } from '../../../graph/ir/tensor.ts';
import { changeAttributes, type OpsetAdapter } from './adapter.ts';

/**
 * `Upsample` and the `Resize` of operator set 10 sample at the scaled coordinate; later versions have an attribute for the coordinate
 * transformation. The specification does not define the rounding: runtimes round down when they enlarge an axis, and up when they shrink
 * it.
 * In later versions an empty tensor counts as an omitted operand, and the region of interest is ignored unless the mode uses it.
 */
export const resizeAdapter: OpsetAdapter = {
  operators: ['Upsample', 'Resize'],
  since: 'always',
  upgrade: (node, edit, { opset }) => (node.operator === 'Upsample' || opset < 11 ? simpleResize(node, edit) : upgradeResize(node, edit)),
};

function simpleResize(node: OperatorNode, edit: GraphEditor): Results {
  const attribute = node.hasAttribute('height_scale')
    ? // Operator set 1 had one attribute per axis of the image.
      [1, 1, node.float('height_scale'), node.float('width_scale')]
    : node.floats('scales', undefined);
  const scales = attribute === undefined ? node.input(1).name : edit.constant(Tensor.float32(attribute, [attribute.length]), 'scales');
  const mode = node.string('mode', 'nearest');
  const attributes = changeAttributes(node.node, {
    scales: undefined,
    height_scale: undefined,
    width_scale: undefined,
    mode: { kind: 'string', value: mode === 'bilinear' ? 'linear' : mode },
    coordinate_transformation_mode: { kind: 'string', value: 'asymmetric' },
    nearest_mode: { kind: 'string', value: 'simple' },
  });
  return edit.emitLike(node.node, { operator: 'Resize', inputs: [node.input(0).name, '', scales], attributes });
}

function upgradeResize(node: OperatorNode, edit: GraphEditor): Results {
  const coordinates = node.string('coordinate_transformation_mode', 'half_pixel');
  const [x = '', roi = '', scales = '', sizes = ''] = node.node.inputs;
  const present = (name: string, input: number): string => (node.constant(input)?.size === 0 ? '' : name);
  const inputs = [x, coordinates === 'tf_crop_and_resize' ? present(roi, 1) : '', present(scales, 2), present(sizes, 3)];
  return edit.emitLike(node.node, { inputs: inputs.slice(0, inputs.findLastIndex((name) => name !== '') + 1) });
}
