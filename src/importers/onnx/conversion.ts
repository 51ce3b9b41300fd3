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

/** What is shared by everything that is read of one model. */
export interface ImportState {
  readonly side: SideFiles;
  /** The operators that become layers of the user's runtime, by name. */
  readonly custom: ReadonlyMap<string, CustomOperator>;
  readonly functions: ReadonlyMap<string, FunctionProto>;
  readonly names: ModelNames;
  /** Names of values that some node or graph output uses. */
  readonly used: Set<string>;
  /** Constants that were widened, with the element type they had. */
  readonly narrow: Map<string, string>;
  /** Values that could not be read, to report only that and not what follows from it. */
  readonly failed: Set<string>;
  readonly diagnostics: Diagnostic[];
  /** Pays for the nodes that functions are written out to. */
  readonly budget: Budget;
  /** Reads a graph inside of a node; here rather than imported, since it leads back to reading nodes. */
  readonly convertGraph: (proto: GraphProto, scope: Scope, outer: GraphEditor) => Graph;
  /** Reads the nodes of a function into the graph that calls it. */
  readonly convertNodes: (protos: readonly NodeProto[], scope: Scope, editor: GraphEditor) => void;
}

/** Where nodes stand: in the graph itself, or in a function, which has its own names and operator sets. */
export interface Scope {
  /** Versions by domain; the default domain is ''. */
  readonly opsets: ReadonlyMap<string, number>;
  /** The name in the Graph of a name in this scope. */
  readonly rename: (name: string) => string;
  /** What a function was called with; `undefined` outside of functions. */
  readonly attributes: ReadonlyMap<string, Attribute> | undefined;
  /** In front of the names of nodes. */
  readonly prefix: string;
  /** The functions that are being written out, outermost first. */
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

/** Adds a constant, unless its bytes cannot be had. Errors are collected. */
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

/** Attributes in this scope: those that refer to attributes of the function have their values, those of a caller that gave none are gone. */
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
