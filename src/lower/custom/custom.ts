import { ncnnError } from '../../diagnostics/diagnostic.ts';
import type { Attribute } from '../../graph/ir/graph.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { isLayerType } from '../../net/layers/layerTypes.ts';
import type { RawParam } from '../../net/net.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { defaultBlobShape } from '../views.ts';

export const customLayerLowerings: LoweringFamily = { 'ncnn:Custom': lowerCustomLayer };

/** Adds one layer with all operands as bottoms, including constants. Each has its own shape, without a batch axis of size 1. */
function lowerCustomLayer(node: LoweringNode): void {
  const { inputs, outputs, attributes } = node.node;
  const type = node.string('type');
  if (isLayerType(type)) {
    const message = `the custom layer of ${node.node.name} cannot be named ${type}, which is an ncnn layer type`;
    throw ncnnError('option-invalid', message, 'Register your custom layer under another name.');
  }
  if (inputs.includes('') || outputs.includes('')) {
    throw new OperatorError('unsupported', 'an operand or output is omitted, but layers cannot omit bottoms or tops');
  }
  const params = [...attributes].flatMap(([id, attribute]) => (id === 'type' ? [] : [rawParam(Number(id), attribute)]));
  const bottoms = inputs.map((name, index) => {
    const { shape } = node.input(index);
    if (shape === undefined) throw new OperatorError('shape', `the rank of "${name}" is unknown`);
    return node.blob(index, defaultBlobShape(shape));
  });
  const tops = node.customLayer(
    type,
    bottoms,
    params,
    outputs.map((name, index) => defaultBlobShape(declaredShape(node, name, index))),
  );
  for (const [index, top] of tops.entries()) node.define(index, top);
}

function declaredShape(node: LoweringNode, name: string, index: number): ReturnType<LoweringNode['outputShape']> {
  const { shape } = node.output(index);
  if (shape !== undefined) return shape;
  throw new OperatorError('shape', `the model does not declare the shape of "${name}"`, {
    hint: 'Give the output shape of the layer.',
    advice: [{ option: 'shape', input: name }],
  });
}

/** A parameter with the value of an attribute, in the form that ncnn's param readers expect. */
function rawParam(id: number, attribute: Attribute): RawParam {
  switch (attribute.kind) {
    case 'int':
      return { id, kind: 'int', value: int32(id, attribute.value) };
    case 'ints':
      return { id, kind: 'ints', value: attribute.value.map((value) => int32(id, value)) };
    case 'float':
    case 'floats':
    case 'string':
      return { id, kind: attribute.kind, value: attribute.value };
    default:
      throw new OperatorError(
        'unsupported',
        `the attribute of parameter ${id} has the kind ${attribute.kind}, which a layer parameter cannot have`,
      );
  }
}

/** Throws if the value does not fit into int32. */
function int32(id: number, value: bigint): number {
  if (BigInt.asIntN(32, value) === value) return Number(value);
  throw new OperatorError('unsupported', `the attribute of parameter ${id} is ${value}, which does not fit into int32`);
}
