import { Budget } from '../../budget/budget.ts';
import { type NcnnError, ncnnError } from '../../diagnostics/diagnostic.ts';

/** One result of a node. */
export interface SymbolEntry {
  /** Index of the node. */
  readonly node: number;
  readonly output: number;
}

export interface SymbolNode {
  readonly name: string;
  /** The operator name registered in MXNet; `null` for a variable. */
  readonly operator: string;
  /** Strings by name. Those of variables are spelled like `__shape__`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly inputs: readonly SymbolEntry[];
}

/** A symbol as stored in JSON. Nodes come after the nodes that they read. */
export interface SymbolGraph {
  readonly nodes: readonly SymbolNode[];
  readonly heads: readonly SymbolEntry[];
  /** `1.9.1`, if the file has a version. */
  readonly version: string | undefined;
}

/** The attribute in which MXNet's `save` stores its version: `["int", 10901]`. */
const versionKey = 'mxnet_version';

/**
 * Reads a `-symbol.json` of any release. Attributes are in `param` (up to 0.8, with user attributes in `attr`), `attr` (up to 0.11) or
 * `attrs`; entries have two or three numbers. Throws `NcnnError`: `file-malformed`, `limit-exceeded`.
 */
export function readSymbol(bytes: Uint8Array, file: string, budget: Budget = new Budget({}, bytes.length)): SymbolGraph {
  budget.spend('entries', valuesIn(bytes), { file });
  const fault = (message: string): NcnnError =>
    ncnnError('file-malformed', `the file is not an MXNet symbol: ${message}`, fileHint, { file });
  const json = parse(bytes, fault);
  if (!isRecord(json) || !Array.isArray(json.nodes)) throw fault('`nodes` is not a list');
  const entry = (value: unknown, before: number, place: string): SymbolEntry => {
    const [node, output = 0] = Array.isArray(value) ? value : [value];
    if (!isIndex(node) || !isIndex(output)) throw fault(`${place} is not [node, output]`);
    if (node >= before) throw fault(`${place} refers to node ${node}, which does not come before it`);
    return { node, output };
  };
  const nodes = json.nodes.map((value: unknown, index): SymbolNode => {
    if (!isRecord(value)) throw fault(`node ${index} is not an object`);
    const { op, name, inputs = [] } = value;
    if (typeof op !== 'string') throw fault(`node ${index} has no \`op\``);
    if (!Array.isArray(inputs)) throw fault(`the inputs of node ${index} are not a list`);
    return {
      name: typeof name === 'string' && name !== '' ? name : `node${index}`,
      operator: op,
      attributes: new Map([...texts(value.param), ...texts(value.attr), ...texts(value.attrs)]),
      inputs: inputs.map((input: unknown, place) => entry(input, index, `input ${place} of node ${index}`)),
    };
  });
  const heads = json.heads;
  if (heads !== undefined && !Array.isArray(heads)) throw fault('`heads` is not a list');
  const entries = heads ?? (nodes.length > 0 ? [[nodes.length - 1, 0]] : []);
  if (entries.length === 0) throw fault('`heads`, the list of outputs, is empty');
  return {
    nodes,
    heads: entries.map((head: unknown, index) => entry(head, nodes.length, `head ${index}`)),
    version: versionOf(json.attrs),
  };
}

const fileHint = 'Give the `-symbol.json` that MXNet wrote with `save_checkpoint` or `export`.';

/** Approximate number of JSON values: one per bracket, brace and comma. Characters inside strings are counted too, which is harmless. */
function valuesIn(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) count++;
  return count;
}

function parse(bytes: Uint8Array, fault: (message: string) => NcnnError): unknown {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw fault(`the JSON is not valid (${error.message})`);
  }
}

/** The values as strings. Files written by hand or by other tools may have numbers and booleans. */
function texts(value: unknown): readonly (readonly [string, string])[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).map(([key, entry]) => [
    key,
    typeof entry === 'string' ? entry : Array.isArray(entry) ? `(${entry.join(',')})` : String(entry),
  ]);
}

/** Reads `{ "mxnet_version": ["int", 10901] }` of release 1.9.1. */
function versionOf(attributes: unknown): string | undefined {
  const entry: unknown = isRecord(attributes) ? attributes[versionKey] : undefined;
  const number: unknown = Array.isArray(entry) ? entry[1] : undefined;
  if (!isIndex(number)) return undefined;
  return [Math.floor(number / 10000), Math.floor(number / 100) % 100, number % 100].join('.');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
