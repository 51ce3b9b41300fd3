import { OperatorError } from '../../../graph/ir/operator.ts';
import { scalarTypeOfExport } from '../archive/scalarType.ts';
import { torchDtypeOf } from '../values/dtype.ts';
import { boolValue, floatValue, intValue, listValue, none, stringValue, type TorchValue } from '../values/value.ts';
import type { JsonNode } from './jsonNode.ts';

/** Returns the value with a name in the graph. */
export type ValueLookup = (name: string) => TorchValue;

/**
 * An argument of a node as a value of the program. Throws `OperatorError` for arguments that no operator accepts: graphs and class
 * instances.
 */
export function argumentValue(argument: JsonNode, lookup: ValueLookup): TorchValue {
  const [kind, value] = argument.variant();
  switch (kind) {
    case 'as_none':
      return none;
    case 'as_tensor':
      return lookup(value.get('name').string());
    case 'as_tensors':
      return listValue(value.items().map((entry) => lookup(entry.get('name').string())));
    case 'as_optional_tensor':
      return optionalTensor(value, lookup);
    case 'as_optional_tensors':
      return listValue(value.items().map((entry) => optionalTensor(entry, lookup)));
    case 'as_nested_tensors':
      return listValue(value.items().map((entry) => listValue(entry.items().map((inner) => lookup(inner.get('name').string())))));
    case 'as_int':
      return intValue(value.integer());
    case 'as_ints':
      return listValue(value.items().map((entry) => intValue(entry.integer())));
    case 'as_float':
      return floatValue(value.number());
    case 'as_floats':
      return listValue(value.items().map((entry) => floatValue(entry.number())));
    case 'as_bool':
      return boolValue(value.bool());
    case 'as_bools':
      return listValue(value.items().map((entry) => boolValue(entry.bool())));
    case 'as_string':
      return stringValue(value.string());
    case 'as_strings':
      return listValue(value.items().map((entry) => stringValue(entry.string())));
    case 'as_sym_int':
    case 'as_sym_float':
    case 'as_sym_bool':
      return symbolic(value, lookup);
    case 'as_sym_ints':
    case 'as_sym_floats':
    case 'as_sym_bools':
      return listValue(value.items().map((entry) => symbolic(entry, lookup)));
    default:
      return enumerated(kind, value);
  }
}

function enumerated(kind: string, value: JsonNode): TorchValue {
  switch (kind) {
    case 'as_scalar_type': {
      const type = scalarTypeOfExport(value.number());
      const dtype = type === undefined ? undefined : torchDtypeOf(type);
      if (dtype === undefined) throw new OperatorError('unsupported', `the element type ${type ?? value.number()} is not supported`);
      return { kind: 'dtype', dtype };
    }
    case 'as_memory_format': {
      const format = (['contiguous', 'channelsLast', 'channelsLast3d', 'preserve'] as const)[value.number() - 1] ?? 'preserve';
      return { kind: 'memoryFormat', format };
    }
    case 'as_layout':
      return { kind: 'layout', layout: value.number() === 7 ? 'strided' : `layout ${value.number()}` };
    case 'as_device':
      return { kind: 'device', device: value.get('type').string() };
    default:
      throw new OperatorError('unsupported', `an argument of the kind ${kind.replace(/^as_/, '')} is not supported`);
  }
}

/** A number or the name of one: `{ as_int: 3 }`, `{ as_name: 'mul' }`. */
function symbolic(node: JsonNode, lookup: ValueLookup): TorchValue {
  const [kind, value] = node.variant();
  switch (kind) {
    case 'as_name':
      return lookup(value.string());
    case 'as_int':
      return intValue(value.integer());
    case 'as_bool':
      return boolValue(value.bool());
    default:
      return floatValue(value.number());
  }
}

/** Files of torch 2.2 have the name without an object around it. */
function optionalTensor(node: JsonNode, lookup: ValueLookup): TorchValue {
  const [kind, value] = node.variant();
  if (kind === 'as_none') return none;
  return lookup(typeof value.value === 'string' ? value.string() : value.get('name').string());
}

/** The names of a node's results; a list for a result that is a list. */
export function resultNames(output: JsonNode): readonly string[] | string | undefined {
  const [kind, value] = output.variant();
  switch (kind) {
    case 'as_tensor':
      return value.get('name').string();
    case 'as_tensors':
      return value.items().map((entry) => entry.get('name').string());
    case 'as_optional_tensor':
      return value.variant()[0] === 'as_none' ? undefined : value.get('as_tensor').get('name').string();
    case 'as_optional_tensors':
      return value.items().map((entry) => (entry.variant()[0] === 'as_none' ? '' : entry.get('as_tensor').get('name').string()));
    case 'as_sym_int':
    case 'as_sym_float':
    case 'as_sym_bool':
      return value.variant()[0] === 'as_name' ? value.get('as_name').string() : undefined;
    default:
      return undefined;
  }
}
