import { type NcnnError, ncnnError } from '../../../../diagnostics/diagnostic.ts';
import type { PickleValue } from '../../archive/pickleValue.ts';
import type { Expression, FunctionDefinition } from '../syntax/syntax.ts';

/** Rejects operators of formats whose weights are packed for one machine. Throws `NcnnError`. */
export function refusePackedOperator(namespace: string, name: string): void {
  if (namespace === 'quantized' || namespace === '_quantized') throw quantized(`${namespace}.${name}`);
  const isPacked = /mkldnn|MKLDNN/.test(name) || /^(?:prepacked|xnnpack|mkldnn_prepacked|metal_prepack|vulkan_prepack)$/.test(namespace);
  if (!isPacked) return;
  throw ncnnError(
    'format-unsupported',
    `the model was changed by torch.jit.optimize_for_inference: its weights are packed for the CPU it was made on (${namespace}.${name})`,
    'Save the module that was given to optimize_for_inference.',
  );
}

/**
 * Rejects a model with packed weights before the user is asked for options that would not help. It checks the objects of the module and the
 * operators that `forward` always calls. Throws `NcnnError`.
 */
export function refusePackedModel(root: PickleValue, { body }: FunctionDefinition): void {
  for (const name of classNames(root)) if (name.startsWith(quantizedClasses)) throw quantized(name.slice(quantizedClasses.length));
  for (const statement of body) {
    const target = statement.kind === 'assign' || statement.kind === 'expression' ? targetOf(statement.value) : undefined;
    if (target !== undefined) refusePackedOperator(...target);
  }
}

const quantizedClasses = '__torch__.torch.classes.quantized.';

function quantized(what: string): NcnnError {
  const message = `the model is quantized: its weights are packed for the CPU it was made on (${what})`;
  return ncnnError('format-unsupported', message, 'Export the model in float, before it is quantized.');
}

/** The namespace and name of the operator that an expression calls: `torch.to_mkldnn(x)`, `ops.quantized.linear(x, …)`. */
function targetOf(expression: Expression): readonly [string, string] | undefined {
  const callee = expression.kind === 'call' ? expression.callee : undefined;
  if (callee?.kind !== 'attribute') return undefined;
  const { object, name } = callee;
  if (object.kind === 'name' && object.name === 'torch') return ['aten', name];
  const isOperator = object.kind === 'attribute' && object.object.kind === 'name' && object.object.name === 'ops';
  return isOperator ? [object.name, name] : undefined;
}

/** The classes of all objects in a value. */
function classNames(root: PickleValue): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<PickleValue>();
  const pending = [root];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    if (value.kind === 'object') {
      names.add(value.className);
      for (const part of [...value.argumentList, value.state]) if (part !== undefined) pending.push(part);
    } else if (value.kind === 'dict') for (const [key, entry] of value.entries) pending.push(key, entry);
    else if (value.kind === 'list' || value.kind === 'tuple') for (const element of value.elements) pending.push(element);
  }
  return names;
}
