import type { Dimension } from '../../graph/ir/dimension.ts';
import type { ValueType } from '../../graph/ir/graph.ts';
import { onnxElementType } from './dataTypes.ts';
import type { TypeProto, ValueInfoProto } from './schema.ts';

/** The declared type of a value: a description if the Graph has no such type, `undefined` if the model declares none. */
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
    // A dynamic axis gets a unique symbol, unless it has a name that is not used by an earlier axis of this shape: some exporters give all
    // axes the same name, and a size would then be taken from the wrong axis.
    const symbol = isPlaceholderName(dimParam) || used.has(dimParam) ? `${info.name ?? ''}:${axis}` : dimParam;
    used.add(symbol);
    return symbol;
  });
  return { dtype, shape };
}

/** Whether the name of a dynamic axis carries no information: a number, or a placeholder that exporters write for an unknown size. */
function isPlaceholderName(name: string): boolean {
  return /^(?:[\d\s?*-]*|none|null|nan|unknown|undefined|dynamic|any)$/i.test(name.trim());
}

function otherKind(type: TypeProto): string | undefined {
  if (type.sequenceType !== undefined) return 'a sequence';
  if (type.mapType !== undefined) return 'a map';
  if (type.optionalType !== undefined) return 'an optional value';
  if (type.sparseTensorType !== undefined) return 'a sparse tensor';
  return type.opaqueType !== undefined ? 'an opaque value' : undefined;
}
