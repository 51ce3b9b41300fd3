import { type Diagnostic, diagnostic, NcnnError, type Place } from '../../diagnostics.ts';
import type { Attribute, Graph, Node, ValueType } from '../../graph/graph.ts';
import { OperatorError, OperatorNode } from '../../graph/operator.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { decodeAttribute } from './attributes.ts';
import { constantValue } from './constants.ts';
import { elementType } from './dataTypes.ts';
import { inlineFunction } from './functions.ts';
import type { Names } from './names.ts';
import { normaliseNode } from './opset/index.ts';
import type { OpsetContext } from './opset/normalisation.ts';
import type { AttributeProto, FunctionProto, GraphProto, NodeProto, OperatorSetIdProto } from './schema.ts';
import type { SideFiles } from './sideFiles.ts';

/** What is shared by everything that is read of one model. */
export interface Conversion {
  readonly side: SideFiles;
  readonly functions: ReadonlyMap<string, FunctionProto>;
  /** Names of values and of nodes; both are unique in the whole model afterwards, bodies of loops included. */
  readonly names: Names;
  readonly nodeNames: Names;
  /** Names of values that some node or graph output uses. */
  readonly used: Set<string>;
  /** Constants that were widened, with the element type they had. */
  readonly narrow: Map<string, string>;
  /** Values that could not be read, to report only that and not what follows from it. */
  readonly failed: Set<string>;
  readonly diagnostics: Diagnostic[];
  readonly convertGraph: (proto: GraphProto, scope: Scope, outer: GraphParts) => Graph;
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

/** A graph while it is put together. */
export interface GraphParts {
  readonly nodes: Node[];
  readonly constants: Map<string, Tensor>;
  readonly types: Map<string, ValueType>;
  readonly outer: GraphParts | undefined;
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

/** Adds the nodes to the graph, functions written out and older forms normalised. Order is kept as it is. */
export function convertNodes(protos: readonly NodeProto[], scope: Scope, parts: GraphParts, conversion: Conversion): void {
  const isConstant = (proto: NodeProto): boolean =>
    proto.opType === 'Constant' && domainOf(proto.domain) === '' && !conversion.functions.has(keyOf(proto));
  // Constants go first: normalising a node may need them, wherever they stand.
  for (const proto of protos) if (isConstant(proto)) guard(proto, scope, conversion, () => addConstant(proto, scope, parts, conversion));
  for (const proto of protos) if (!isConstant(proto)) guard(proto, scope, conversion, () => addNode(proto, scope, parts, conversion));
}

/** Collects what goes wrong with a node, and goes on. */
function guard(proto: NodeProto, scope: Scope, conversion: Conversion, read: () => void): void {
  try {
    read();
  } catch (error) {
    for (const output of proto.output) conversion.failed.add(scope.rename(output));
    const place = placeOf(proto, scope);
    if (error instanceof NcnnError) {
      conversion.diagnostics.push(...error.diagnostics.map((entry) => ({ ...entry, place: { ...place, ...entry.place } })));
    } else if (error instanceof OperatorError) conversion.diagnostics.push(operatorDiagnostic(error, place));
    else throw error;
  }
}

function operatorDiagnostic(error: OperatorError, place: Place): Diagnostic {
  const code = error.reason === 'invalid' ? 'operator-invalid' : error.reason === 'shape' ? 'shape-unknown' : 'operator-unsupported';
  return diagnostic(code, error.message, error.hint || 'Export the model again, for a newer operator set.', place);
}

function placeOf(proto: NodeProto, scope: Scope): Place {
  const opset = scope.opsets.get(domainOf(proto.domain));
  return { node: baseName(proto), operator: operatorName(proto), ...(opset === undefined ? {} : { opset }) };
}

function baseName(proto: NodeProto): string {
  return proto.name || proto.output.find((output) => output !== '') || proto.opType || '';
}

function operatorName(proto: NodeProto): string {
  const domain = domainOf(proto.domain);
  return domain === '' ? (proto.opType ?? '') : `${domain}:${proto.opType ?? ''}`;
}

function keyOf(proto: NodeProto): string {
  return functionKey(proto.domain, proto.opType, proto.overload);
}

function addConstant(proto: NodeProto, scope: Scope, parts: GraphParts, conversion: Conversion): void {
  const output = scope.rename(proto.output[0] ?? '');
  if (!conversion.used.has(output)) return;
  const value = proto.attribute.find((attribute) => attribute.name === 'value');
  defineConstant(output, value?.t?.dataType, parts, conversion, () => {
    const attributes = decodeAttributes(proto.attribute, scope, parts, conversion);
    const constant = constantValue(attributes);
    // Attributes that are there but have no value are those of side files, which are reported apart.
    if (constant === undefined && attributes.size === proto.attribute.length)
      throw new OperatorError('invalid', 'the constant has no value');
    return constant;
  });
}

/** Adds a constant, unless its bytes cannot be had. Errors are collected. */
export function defineConstant(
  name: string,
  dataType: number | undefined,
  parts: GraphParts,
  conversion: Conversion,
  decode: () => Tensor | undefined,
): void {
  if (parts.constants.has(name)) {
    const hint = 'Check the model with onnx.checker, or export it again.';
    conversion.diagnostics.push(diagnostic('file-malformed', `the constant "${name}" is defined twice`, hint));
    return;
  }
  const tensor = decode();
  if (tensor === undefined) conversion.failed.add(name);
  else parts.constants.set(name, tensor);
  const type = elementType(dataType);
  if (type.narrow !== undefined) conversion.narrow.set(name, type.name);
}

/** Attributes in this scope: those that refer to attributes of the function have their values, those of a caller that gave none are gone. */
export function decodeAttributes(
  protos: readonly AttributeProto[],
  scope: Scope,
  parts: GraphParts,
  conversion: Conversion,
): Map<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  for (const proto of protos) {
    const value = proto.refAttrName
      ? scope.attributes?.get(proto.refAttrName)
      : decodeAttribute(proto, conversion.side, (graph) => conversion.convertGraph(graph, scope, parts));
    if (value !== undefined) attributes.set(proto.name ?? '', value);
  }
  return attributes;
}

function addNode(proto: NodeProto, scope: Scope, parts: GraphParts, conversion: Conversion): void {
  const called = conversion.functions.get(keyOf(proto));
  const inputs = trimmed(proto.input.map(scope.rename));
  const outputs = trimmed(proto.output.map(scope.rename));
  const attributes = decodeAttributes(proto.attribute, scope, parts, conversion);
  const name = `${scope.prefix}${baseName(proto)}`;
  if (called !== undefined) {
    inlineFunction(called, { name, inputs, outputs, attributes }, scope, parts, conversion);
    return;
  }
  const node: Node = { name: conversion.nodeNames.fresh(name), operator: operatorName(proto), inputs, outputs, attributes };
  refuseNarrowTarget(node, conversion);
  const opset = scope.opsets.get('');
  if (domainOf(proto.domain) !== '' || opset === undefined) parts.nodes.push(node);
  else {
    const normalised = normaliseNode(viewOf(node, parts), contextOf(node, opset, parts, conversion));
    const named = (made: Node): Node => (made.name === node.name ? made : { ...made, name: conversion.nodeNames.fresh(made.name) });
    parts.nodes.push(...normalised.map(named));
  }
}

/** The names up to the last that is there: operands left out at the end are not written. */
function trimmed(names: readonly string[]): readonly string[] {
  return names.slice(0, names.findLastIndex((name) => name !== '') + 1);
}

/** Widening a constant is exact, except where its very type says how to round. */
function refuseNarrowTarget(node: Node, conversion: Conversion): void {
  const target = { QuantizeLinear: 2, CastLike: 1 }[node.operator];
  const type = target === undefined ? undefined : conversion.narrow.get(node.inputs[target] ?? '');
  if (type !== undefined) {
    throw new OperatorError(
      'unsupported',
      `the result is ${type}, which ncnn cannot hold`,
      'Export the model in float32 or with 8-bit integers.',
    );
  }
}

function viewOf(node: Node, parts: GraphParts): OperatorNode {
  const operands = node.inputs.map((name) => {
    if (name === '') return undefined;
    const type = lookUp(parts, (graph) => graph.types.get(name)) ?? { dtype: 'float32', shape: undefined };
    return { name, ...type, constant: lookUp(parts, (graph) => graph.constants.get(name)) };
  });
  return new OperatorNode(node, operands);
}

function contextOf(node: Node, opset: number, parts: GraphParts, conversion: Conversion): OpsetContext {
  const fresh = (role: string): string => conversion.names.fresh(`${node.outputs.find((output) => output !== '') ?? node.name}/${role}`);
  return {
    opset,
    constant: (value, role) => {
      const name = fresh(role);
      parts.constants.set(name, value);
      return name;
    },
    value: fresh,
    used: (name) => conversion.used.has(name),
    typeOf: (name) => {
      const constant = lookUp(parts, (graph) => graph.constants.get(name));
      return constant === undefined ? lookUp(parts, (graph) => graph.types.get(name)) : { dtype: constant.dtype, shape: constant.shape };
    },
  };
}

function lookUp<T>(parts: GraphParts, find: (graph: GraphParts) => T | undefined): T | undefined {
  for (let graph: GraphParts | undefined = parts; graph !== undefined; graph = graph.outer) {
    const found = find(graph);
    if (found !== undefined) return found;
  }
  return undefined;
}
