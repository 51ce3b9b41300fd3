import { type Diagnostic, diagnostic, ncnnError } from '../../../diagnostics/diagnostic.ts';
import type { Dimension } from '../../../graph/ir/dimension.ts';
import { scalarTypeOfExport } from '../archive/scalarType.ts';
import { type TorchDtype, torchDtypeOf } from '../values/dtype.ts';
import { parseSize } from './expression.ts';
import type { JsonNode } from './jsonNode.ts';

/** A program of torch.export. */
export interface ExportedProgram {
  readonly graph: ExportedGraph;
  readonly inputs: readonly InputSpec[];
  readonly outputs: readonly OutputSpec[];
  /** The structures of inputs and outputs as JSON; absent if the file does not have them. */
  readonly inSpec: string | undefined;
  readonly outSpec: string | undefined;
  /** The names of the arguments of `forward`. */
  readonly argumentNames: readonly string[];
  /** The release of torch, if the file contains it. */
  readonly torchVersion: string | undefined;
  readonly schemaVersion: string;
}

export interface ExportedGraph {
  readonly inputs: readonly JsonNode[];
  readonly outputs: readonly JsonNode[];
  readonly nodes: readonly JsonNode[];
  /** The type of a tensor of the graph, by name. */
  readonly tensorMeta: (name: string) => TensorMeta;
}

export interface TensorMeta {
  readonly dtype: TorchDtype;
  /** Sizes; dynamic ones are names of symbols or expressions. */
  readonly shape: readonly Dimension[];
}

/** The meaning of an input of the graph. */
export type InputSpec =
  | { readonly kind: 'tensor'; readonly argument: string; readonly name: string; readonly role: 'parameter' | 'buffer' | 'constant' }
  | { readonly kind: 'userInput'; readonly argument: JsonNode }
  /** An argument whose value is fixed by the export. */
  | { readonly kind: 'constantInput' }
  | { readonly kind: 'other'; readonly what: string };

/** The meaning of a result of the graph: a result of the model, or the new value of a buffer or an input. */
export type OutputSpec =
  | { readonly kind: 'userOutput' }
  | { readonly kind: 'mutation'; readonly target: string; readonly of: 'buffer' | 'input' }
  | { readonly kind: 'other' };

/** The newest supported version of the schema. */
const newestMinor = 20;

/** Reads the program of a package. Throws `NcnnError` if it is damaged or has an unknown schema. */
export function readProgram(root: JsonNode, file: string): ExportedProgram {
  const module = root.get('graph_module');
  const calls = module.get('module_call_graph');
  const call = calls.isPresent ? calls.items()[0]?.get('signature') : undefined;
  const signature = module.get('signature');
  const spec = (key: string): string | undefined => (call?.isPresent && call.get(key).isPresent ? call.get(key).string() : undefined);
  const names = call?.isPresent ? call.get('forward_arg_names') : undefined;
  const version = root.get('torch_version');
  return {
    graph: readGraph(module.get('graph')),
    inputs: signature.get('input_specs').items().map(readInputSpec),
    outputs: signature.get('output_specs').items().map(readOutputSpec),
    inSpec: spec('in_spec'),
    outSpec: spec('out_spec'),
    argumentNames: names?.isPresent ? names.items().map((name) => name.string()) : [],
    torchVersion: version.isPresent ? version.string() : undefined,
    schemaVersion: schemaVersionOf(root, file).text,
  };
}

/** A warning if a later release than the supported ones wrote the file. */
export function versionDiagnostics(root: JsonNode, file: string): readonly Diagnostic[] {
  const { minor, text } = schemaVersionOf(root, file);
  if (minor <= newestMinor) return [];
  const message = `the program has the schema version ${text}; the newest supported version is 8.${newestMinor}`;
  return [diagnostic('opset-newer', message, 'Compare the results with PyTorch.', { file })];
}

/** Reads the graph of the program or of a branch. */
export function readGraph(graph: JsonNode): ExportedGraph {
  const values = graph.get('tensor_values');
  return {
    inputs: graph.get('inputs').items(),
    outputs: graph.get('outputs').items(),
    nodes: graph.get('nodes').items(),
    tensorMeta: (name) => readTensorMeta(values.get(name)),
  };
}

function readTensorMeta(meta: JsonNode): TensorMeta {
  const type = scalarTypeOfExport(meta.get('dtype').number());
  const dtype = type === undefined ? undefined : torchDtypeOf(type);
  if (dtype === undefined) throw meta.get('dtype').malformed('an element type of numbers or bools');
  return { dtype, shape: meta.get('sizes').items().map(readSize) };
}

/** A size: a number or an expression over symbols. */
function readSize(node: JsonNode): Dimension {
  const [kind, value] = node.variant();
  if (kind === 'as_int') return value.number();
  if (kind !== 'as_expr') throw node.malformed('a size');
  return parseSize(value.get('expr_str').string(), (name) => name);
}

function schemaVersionOf(root: JsonNode, file: string): { readonly minor: number; readonly text: string } {
  const version = root.get('schema_version');
  const isNumber = typeof version.value === 'number';
  const [major, minor] = isNumber ? [version.number(), 0] : [version.get('major').number(), version.get('minor').number()];
  if (major === 8 || (isNumber && major >= 1 && major < 8))
    return { minor: isNumber ? 0 : minor, text: isNumber ? `${major}` : `${major}.${minor}` };
  throw ncnnError(
    'format-unsupported',
    `the program has the schema version ${major}.${minor}; expected 8`,
    'Export the model with torch 2.6 to 2.15.',
    { file },
  );
}

function readInputSpec(spec: JsonNode): InputSpec {
  const [kind, value] = spec.variant();
  const argument = (): string => value.get('arg').get('name').string();
  switch (kind) {
    case 'parameter':
      return { kind: 'tensor', argument: argument(), name: value.get('parameter_name').string(), role: 'parameter' };
    case 'buffer':
      return { kind: 'tensor', argument: argument(), name: value.get('buffer_name').string(), role: 'buffer' };
    case 'tensor_constant':
      return { kind: 'tensor', argument: argument(), name: value.get('tensor_constant_name').string(), role: 'constant' };
    case 'user_input':
      return { kind: 'userInput', argument: value.get('arg') };
    case 'constant_input':
      return { kind: 'constantInput' };
    default:
      return { kind: 'other', what: kind };
  }
}

function readOutputSpec(spec: JsonNode): OutputSpec {
  const [kind, value] = spec.variant();
  switch (kind) {
    case 'user_output':
    case 'loss_output':
      return { kind: 'userOutput' };
    case 'buffer_mutation':
      return { kind: 'mutation', target: value.get('buffer_name').string(), of: 'buffer' };
    case 'parameter_mutation':
      return { kind: 'mutation', target: value.get('parameter_name').string(), of: 'buffer' };
    case 'user_input_mutation':
      return { kind: 'mutation', target: value.get('user_input_name').string(), of: 'input' };
    default:
      return { kind: 'other' };
  }
}
