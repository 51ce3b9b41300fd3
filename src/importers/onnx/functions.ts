import { ncnnError } from '../../diagnostics/diagnostic.ts';
import type { GraphEditor } from '../../graph/ir/editor.ts';
import { type Attribute, makeNode, nodeWeight } from '../../graph/ir/graph.ts';
import { collectNodeNames } from './collectNames.ts';
import { decodeAttributes, functionKey, type ImportState, opsetVersions, type Scope } from './conversion.ts';
import { oldestOpset } from './opset/index.ts';
import type { FunctionProto } from './schema.ts';

const deepestCall = 64;

/** A call of a model-local function, with value names of the Graph. */
export interface Call {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

/**
 * Inlines a function body in place of the node that calls it. The inputs and outputs get the names in the call; all other values and the
 * nodes get new names that start with the name of the call.
 */
export function inlineFunction(called: FunctionProto, call: Call, scope: Scope, editor: GraphEditor, conversion: ImportState): void {
  const key = functionKey(called.domain, called.name, called.overload);
  checkCall(called, { key, name: call.name }, scope, conversion);
  const { rename, copies } = bindNames(called, call, conversion);
  const outside: Scope = {
    opsets: functionOpsets(called, scope),
    rename,
    attributes: new Map(),
    prefix: `${call.name}/`,
    calls: [...scope.calls, key],
  };
  const defaults = decodeAttributes(called.attributeProto, outside, editor, conversion);
  const inside: Scope = { ...outside, attributes: new Map([...defaults, ...call.attributes]) };
  const use = (name: string): void => {
    conversion.used.add(rename(name));
  };
  collectNodeNames(called.node, () => undefined, use);
  conversion.convertNodes(called.node, inside, editor);
  for (const [name, output] of copies) {
    editor.add(makeNode('Identity', [rename(name)], [output], {}, conversion.names.nodes.fresh(`${call.name}/${output}`)));
  }
}

/** Throws `NcnnError` if functions are recursive, nested too deeply, or add more nodes than allowed. */
function checkCall(
  called: FunctionProto,
  { key, name }: { readonly key: string; readonly name: string },
  scope: Scope,
  conversion: ImportState,
): void {
  if (scope.calls.includes(key)) {
    throw ncnnError('file-malformed', `the function "${called.name ?? ''}" calls itself`, 'Check the model with onnx.checker.');
  }
  if (scope.calls.length >= deepestCall) {
    const hint = 'Inline the functions with onnx.inliner and check the result; no option raises this limit.';
    throw ncnnError('limit-exceeded', `the functions of the model are nested ${deepestCall} calls deep`, hint);
  }
  // Nested function calls grow exponentially: a few lines can describe more nodes than fit in memory.
  for (const { output } of called.node) conversion.budget.spend('nodes', nodeWeight([name, ...output]), { node: name });
}

interface BoundNames {
  /** Maps the name of a value in the function to its name in the graph. */
  readonly rename: (name: string) => string;
  /** Outputs that cannot be renamed because they are also inputs or are listed twice, each with the name that the call gives it. */
  readonly copies: readonly (readonly [name: string, output: string])[];
}

function bindNames(called: FunctionProto, call: Call, conversion: ImportState): BoundNames {
  const bound = new Map<string, string>([['', '']]);
  for (const [index, name] of called.input.entries()) bound.set(name, call.inputs[index] ?? '');
  const copies: [string, string][] = [];
  for (const [index, name] of called.output.entries()) {
    const output = call.outputs[index] ?? '';
    if (output === '') continue;
    if (bound.has(name)) copies.push([name, output]);
    else bound.set(name, output);
  }
  const rename = (name: string): string => {
    const known = bound.get(name);
    if (known !== undefined) return known;
    const fresh = conversion.names.values.fresh(`${call.name}/${name}`);
    bound.set(name, fresh);
    return fresh;
  };
  return { rename, copies };
}

/** The operator sets used inside a function. Throws `NcnnError` for a version that does not exist. */
function functionOpsets(called: FunctionProto, scope: Scope): ReadonlyMap<string, number> {
  const opsets = new Map([...scope.opsets, ...opsetVersions(called.opsetImport)]);
  const opset = opsets.get('') ?? oldestOpset;
  if (opset >= oldestOpset) return opsets;
  throw ncnnError(
    'opset-unsupported',
    `the function "${called.name ?? ''}" uses operator set ${opset}; the oldest is ${oldestOpset}`,
    'Export the model for a newer operator set.',
  );
}
