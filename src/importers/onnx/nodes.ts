import { type Diagnostic, diagnostic, NcnnError, ncnnError, type Place } from '../../diagnostics/diagnostic.ts';
import { cutBefore } from '../../diagnostics/remedies.ts';
import type { GraphEditor } from '../../graph/ir/editor.ts';
import type { Node } from '../../graph/ir/graph.ts';
import { codeOf, OperatorError } from '../../graph/ir/operator.ts';
import { asCustomLayer } from '../../graph/ops/custom/custom.ts';
import { operators, privateDomain } from '../../graph/ops/index.ts';
import { constantValue } from './constants.ts';
import { decodeAttributes, defineConstant, domainOf, functionKey, type ImportState, type Scope } from './conversion.ts';
import { inlineFunction } from './functions.ts';
import { addUpgraded } from './opset/index.ts';
import type { NodeProto } from './schema.ts';

/** Adds the nodes to the graph in the given order. Functions are inlined, and older forms are upgraded. */
export function convertNodes(protos: readonly NodeProto[], scope: Scope, editor: GraphEditor, conversion: ImportState): void {
  const isConstant = (proto: NodeProto): boolean =>
    proto.opType === 'Constant' && domainOf(proto.domain) === '' && !conversion.functions.has(keyOf(proto));
  // Constants come first, because upgrading a node may need them wherever they are in the list.
  for (const proto of protos) if (isConstant(proto)) guard(proto, scope, conversion, () => addConstant(proto, scope, editor, conversion));
  for (const proto of protos) if (!isConstant(proto)) guard(proto, scope, conversion, () => addNode(proto, scope, editor, conversion));
}

/** Collects errors of a node and continues. */
function guard(proto: NodeProto, scope: Scope, conversion: ImportState, read: () => void): void {
  try {
    read();
  } catch (error) {
    for (const output of proto.output) conversion.failed.add(scope.rename(output));
    const place = placeOf(proto, scope);
    if (error instanceof NcnnError) {
      for (const found of error.diagnostics.map((entry) => ({ ...entry, place: { ...place, ...entry.place } })))
        conversion.diagnostics.push(found);
    } else if (error instanceof OperatorError) conversion.diagnostics.push(operatorDiagnostic(error, place));
    else throw error;
  }
}

function operatorDiagnostic(error: OperatorError, place: Place): Diagnostic {
  return diagnostic(codeOf[error.reason], error.message, error.remedy ?? 'Export the model again, for a newer operator set.', place);
}

function placeOf(proto: NodeProto, scope: Scope): Place {
  const opset = scope.opsets.get(domainOf(proto.domain));
  return { node: `${scope.prefix}${baseName(proto)}`, operator: operatorName(proto), ...(opset === undefined ? {} : { opset }) };
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

function addConstant(proto: NodeProto, scope: Scope, editor: GraphEditor, conversion: ImportState): void {
  const output = scope.rename(proto.output[0] ?? '');
  if (!conversion.used.has(output)) return;
  const value = proto.attribute.find((attribute) => attribute.name === 'value');
  defineConstant(output, value?.t?.dataType, editor, conversion, () => {
    const attributes = decodeAttributes(proto.attribute, scope, editor, conversion);
    const constant = constantValue(attributes);
    // Attributes whose data is in a missing side file decode to nothing; these are reported separately.
    if (constant === undefined && attributes.size === proto.attribute.length)
      throw new OperatorError('invalid', 'the constant has no value');
    return constant;
  });
}

function addNode(proto: NodeProto, scope: Scope, editor: GraphEditor, conversion: ImportState): void {
  const custom = conversion.custom.get(operatorName(proto));
  const called = custom === undefined ? conversion.functions.get(keyOf(proto)) : undefined;
  const inputs = trimmed(proto.input.map(scope.rename));
  const outputs = trimmed(proto.output.map(scope.rename));
  const attributes = decodeAttributes(proto.attribute, scope, editor, conversion);
  const name = `${scope.prefix}${baseName(proto)}`;
  if (called !== undefined) {
    inlineFunction(called, { name, inputs, outputs, attributes }, scope, editor, conversion);
    return;
  }
  const node: Node = { name: conversion.names.nodes.fresh(name), operator: operatorName(proto), inputs, outputs, attributes };
  refusePrivate(proto, node);
  if (custom !== undefined) {
    editor.add(asCustomLayer(node, custom.type, custom.params ?? {}));
    return;
  }
  refuseNarrowTarget(node, conversion);
  const opset = scope.opsets.get('');
  if (domainOf(proto.domain) !== '' || opset === undefined) editor.add(node);
  else addUpgraded(node, editor, { opset, isUsed: (value) => conversion.used.has(value) });
}

/** The names without trailing empty ones, which stand for omitted operands. */
function trimmed(names: readonly string[]): readonly string[] {
  return names.slice(0, names.findLastIndex((name) => name !== '') + 1);
}

/** A model must not use our private operators. */
function refusePrivate(proto: NodeProto, { operator }: Node): void {
  if (domainOf(proto.domain) === privateDomain) throw ncnnError('operator-unknown', `the operator ${operator} is unknown`, cutBefore);
}

/** Widening a constant is exact, except where its type decides the rounding. */
function refuseNarrowTarget(node: Node, conversion: ImportState): void {
  const target = operators.get(node.operator)?.typeInput;
  const type = target === undefined ? undefined : conversion.narrow.get(node.inputs[target] ?? '');
  if (type !== undefined) {
    throw new OperatorError(
      'unsupported',
      `the result has type ${type}, which ncnn does not support`,
      'Export the model in float32 or with 8-bit integers.',
    );
  }
}
