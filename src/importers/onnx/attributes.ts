import { ncnnError } from '../../diagnostics/diagnostic.ts';
import { cutBefore } from '../../diagnostics/remedies.ts';
import type { Attribute, Graph } from '../../graph/ir/graph.ts';
import type { AttributeProto, GraphProto } from './schema.ts';
import type { SideFiles } from './sideFiles.ts';
import { decodeSparseTensor, decodeTensor } from './tensor.ts';

/** The values of `AttributeProto.AttributeType`. */
const kinds = {
  undefined: 0,
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  sparseTensor: 11,
} as const;

/**
 * Converts an attribute to the Graph's form; a sparse tensor becomes dense. Returns `undefined` if its data is in a missing side file,
 * which is reported separately.
 * Throws `NcnnError`: `type-unsupported` for attribute types that the Graph does not have, such as lists of tensors or graphs.
 */
export function decodeAttribute(proto: AttributeProto, side: SideFiles, graph: (proto: GraphProto) => Graph): Attribute | undefined {
  switch (proto.type || impliedKind(proto)) {
    case kinds.float:
      return { kind: 'float', value: proto.f ?? 0 };
    case kinds.int:
      return { kind: 'int', value: proto.i ?? 0n };
    case kinds.string:
      return { kind: 'string', value: text(proto.s) };
    case kinds.floats:
      return { kind: 'floats', value: proto.floats };
    case kinds.ints:
      return { kind: 'ints', value: proto.ints };
    case kinds.strings:
      return { kind: 'strings', value: proto.strings.map(text) };
    case kinds.tensor: {
      const value = proto.t === undefined ? undefined : decodeTensor(proto.t, side);
      return value === undefined ? undefined : { kind: 'tensor', value };
    }
    case kinds.sparseTensor: {
      const value = proto.sparseTensor === undefined ? undefined : decodeSparseTensor(proto.sparseTensor, side);
      return value === undefined ? undefined : { kind: 'tensor', value };
    }
    case kinds.graph:
      return proto.g === undefined ? undefined : { kind: 'graph', value: graph(proto.g) };
    default:
      throw ncnnError('type-unsupported', `the attribute "${proto.name ?? ''}" is a list of tensors or graphs, or a type`, cutBefore);
  }
}

/** Models with an IR version below 3 may omit the attribute type, so it is inferred from the field that is set. */
function impliedKind(proto: AttributeProto): number {
  if (proto.f !== undefined) return kinds.float;
  if (proto.i !== undefined) return kinds.int;
  if (proto.s !== undefined) return kinds.string;
  if (proto.t !== undefined) return kinds.tensor;
  if (proto.g !== undefined) return kinds.graph;
  if (proto.floats.length > 0) return kinds.floats;
  if (proto.strings.length > 0) return kinds.strings;
  return kinds.ints;
}

function text(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : new TextDecoder().decode(bytes);
}
