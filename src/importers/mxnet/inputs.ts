import { ncnnError, throwErrors } from '../../diagnostics/diagnostic.ts';
import type { Dimension, Shape } from '../../graph/ir/dimension.ts';
import { maxAxes } from '../../graph/ir/limits.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import type { DataType, Tensor } from '../../graph/ir/tensor.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import type { InputRules } from '../../options/request/inputs.ts';
import { requestShapes } from '../../options/request/shapes.ts';
import { SymbolAttributes } from './attributes.ts';
import { operatorRules } from './operators/index.ts';
import type { SymbolGraph, SymbolNode } from './symbol.ts';
import type { Use } from './uses.ts';

/** Type flags in `__dtype__`. */
const flags: Readonly<Record<string, DataType>> = { '1': 'float64', '2': 'float16', '3': 'uint8', '4': 'int32', '5': 'int8', '6': 'int64' };

/** The element type of a variable; float32 if the symbol does not give one. */
export function variableType(node: SymbolNode): DataType {
  const flag = node.attributes.get('__dtype__') ?? '';
  const dtype = flags[flag];
  return dtype === undefined || dtype === 'float64' || dtype === 'float16' ? 'float32' : dtype;
}

/** A symbol may be bound to shapes other than the saved ones. */
const variableRules: InputRules = { areSizesFixed: false, minAxes: 0, maxAxes: maxAxes };

/**
 * The shape of an input: the requested one, or the one that its variable declares, where 0 and -1 are dynamic. Throws `NcnnError` for an
 * invalid shape.
 */
export function inputShape(node: SymbolNode, position: number, { shape = {} }: ConvertOptions): Shape | undefined {
  const requested = (Object.hasOwn(shape, node.name) ? shape[node.name] : undefined) ?? shape[`#${position}`];
  const declared = declaredShape(node);
  if (requested === undefined) return declared;
  const { inputs, diagnostics } = requestShapes([{ name: node.name, shape: declared }], { [node.name]: requested }, variableRules);
  throwErrors(diagnostics);
  return inputs[0]?.shape;
}

/** The shape in a variable's `__shape__`. */
export function declaredShape(node: SymbolNode): Shape | undefined {
  const text = node.attributes.get('__shape__');
  if (text === undefined) return undefined;
  const sizes = declaredSizes(node.name, text);
  return sizes?.map((size, axis): Dimension => (size > 0 ? size : axis === 0 ? 'batch' : `${node.name}_${axis}`));
}

function declaredSizes(name: string, text: string): readonly number[] | undefined {
  try {
    return new SymbolAttributes(new Map([['__shape__', text]])).integers('__shape__', undefined);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    throw ncnnError('file-malformed', `the variable "${name}" declares a shape that cannot be read: ${error.message}`, shapeHint);
  }
}

const shapeHint = 'Write it as a tuple, `(1, 3, 224, 224)`, or export the symbol again.';

/** Whether all readers of a variable use it as indices into learned tables; ncnn looks up rows by integers. */
export function isIndexOnly(readers: readonly Use[], symbol: SymbolGraph, params: ReadonlyMap<string, Tensor>): boolean {
  const looksUp = ({ node, operand }: Use): boolean => {
    const lookup = operatorRules.get(node.operator)?.lookup;
    return operand === lookup?.indices && params.has(symbol.nodes[node.inputs[lookup.table]?.node ?? -1]?.name ?? '');
  };
  return readers.length > 0 && readers.every(looksUp);
}
