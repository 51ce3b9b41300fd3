import type { Dimension } from '../../graph/ir/dimension.ts';
import type { ValueType } from '../../graph/ir/graph.ts';
import { onnxElementType } from './dataTypes.ts';
import type { TypeProto, ValueInfoProto } from './schema.ts';

/** The type of a value as the model declares it; a text where the Graph has no such type; `undefined` where none is declared. */
export function declaredType(info: ValueInfoProto): ValueType | string | undefined {
  const { type } = info;
  const tensor = type?.tensorType;
  if (type === undefined) return undefined;
  if (tensor === undefined) return otherKind(type);
  if (!tensor.elemType) return undefined;
  const { dtype, name, narrow } = onnxElementType(tensor.elemType);
  if (dtype === undefined || narrow !== undefined) return `a tensor of ${name}`;
  const used = new Set<string>();
  const shape = tensor.shape?.dim.map(({ dimValue, dimParam = '' }, axis): Dimension => {
    if (dimValue !== undefined && dimValue >= 0n) return Number(dimValue);
    // A free axis gets a symbol that no other has, unless it has a name of which it is the first in this shape: some exporters give all
    // axes one name, and a size would then be read from the wrong axis.
    const symbol = saysNothing(dimParam) || used.has(dimParam) ? `${info.name ?? ''}:${axis}` : dimParam;
    used.add(symbol);
    return symbol;
  });
  return { dtype, shape };
}

/** Whether the name of a free axis is none: it reads as a number, or is what exporters write for a size they do not know. */
function saysNothing(name: string): boolean {
  return /^(?:[\d\s?*-]*|none|null|nan|unknown|undefined|dynamic|any)$/i.test(name.trim());
}

function otherKind(type: TypeProto): string | undefined {
  if (type.sequenceType !== undefined) return 'a sequence';
  if (type.mapType !== undefined) return 'a map';
  if (type.optionalType !== undefined) return 'an optional value';
  if (type.sparseTensorType !== undefined) return 'a sparse tensor';
  return type.opaqueType !== undefined ? 'an opaque value' : undefined;
}
