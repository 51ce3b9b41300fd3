import type { Budget } from '../../budget/budget.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { GraphEditor } from '../../graph/ir/editor.ts';
import type { Attribute, Graph } from '../../graph/ir/graph.ts';
import type { Tensor } from '../../graph/ir/tensor.ts';
import type { CustomOperator } from '../../options/convertOptions.ts';
import { decodeAttribute } from './attributes.ts';
import { onnxElementType } from './dataTypes.ts';
import type { ModelNames } from './modelNames.ts';
import type { AttributeProto, FunctionProto, GraphProto, NodeProto, OperatorSetIdProto } from './schema.ts';
import type { SideFiles } from './sideFiles.ts';

/** State shared by all parts of one model's import. */
export interface ImportState {
  readonly side: SideFiles;
  /** The operators that become custom layers, by operator name. */
  readonly custom: ReadonlyMap<string, CustomOperator>;
  readonly functions: ReadonlyMap<string, FunctionProto>;
  readonly names: ModelNames;
  /** Names of values that a node or a graph output uses. */
  readonly used: Set<string>;
  /** The original element type of each constant that was widened. */
  readonly narrow: Map<string, string>;
  /** Values that could not be read. Errors that only follow from them are not reported. */
  readonly failed: Set<string>;
  readonly diagnostics: Diagnostic[];
  /** Charged for the nodes that function inlining adds. */
  readonly budget: Budget;
  /** Reads a graph nested in a node. Passed in rather than imported, because importing it would be circular. */
  readonly convertGraph: (proto: GraphProto, scope: Scope, outer: GraphEditor) => Graph;
  /** Reads the nodes of a function into the calling graph. */
  readonly convertNodes: (protos: readonly NodeProto[], scope: Scope, editor: GraphEditor) => void;
}

/** The scope of a list of nodes: the main graph, or a function with its own names and operator sets. */
export interface Scope {
  /** Opset versions by domain; the default domain is ''. */
  readonly opsets: ReadonlyMap<string, number>;
  /** Maps a name in this scope to its name in the Graph. */
  readonly rename: (name: string) => string;
  /** The attributes of the function call; `undefined` outside functions. */
  readonly attributes: ReadonlyMap<string, Attribute> | undefined;
  /** Prefix of node names. */
  readonly prefix: string;
  /** The functions being inlined, outermost first. */
  readonly calls: readonly string[];
}

export function domainOf(domain: string | undefined): string {
  return domain === undefined || domain === 'ai.onnx' ? '' : domain;
}

export function functionKey(domain: string | undefined, name: string | undefined, overload: string | undefined): string {
  return `${domainOf(domain)}:${name ?? ''}:${overload ?? ''}`;
}

export function opsetVersions(imports: readonly OperatorSetIdProto[]): Map<string, number> {
  return new Map(imports.map(({ domain, version }) => [domainOf(domain), Number(version ?? 0n)]));
}

/** Adds a constant, unless its data is missing. Errors are collected. */
export function defineConstant(
  name: string,
  dataType: number | undefined,
  editor: GraphEditor,
  conversion: ImportState,
  decode: () => Tensor | undefined,
): void {
  if (editor.index.constants.has(name)) {
    const hint = 'Check the model with onnx.checker, or export it again.';
    conversion.diagnostics.push(diagnostic('file-malformed', `the constant "${name}" is defined twice`, hint));
    return;
  }
  const tensor = decode();
  if (tensor === undefined) conversion.failed.add(name);
  else editor.index.define(name, tensor);
  const type = onnxElementType(dataType);
  if (type.narrow !== undefined) conversion.narrow.set(name, type.name);
}

/** Decodes attributes in this scope. References to function attributes are resolved; those that the caller did not set are dropped. */
export function decodeAttributes(
  protos: readonly AttributeProto[],
  scope: Scope,
  editor: GraphEditor,
  conversion: ImportState,
): Map<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  for (const proto of protos) {
    const value = proto.refAttrName
      ? scope.attributes?.get(proto.refAttrName)
      : decodeAttribute(proto, conversion.side, (graph) => conversion.convertGraph(graph, scope, editor));
    if (value !== undefined) attributes.set(proto.name ?? '', value);
  }
  return attributes;
}
