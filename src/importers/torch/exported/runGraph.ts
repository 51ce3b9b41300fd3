import { OperatorError } from '../../../graph/ir/operator.ts';
import type { CallOrigin } from '../trace/origin.ts';
import type { Tracer } from '../trace/tracer.ts';
import { failed, type TorchValue } from '../values/value.ts';
import { argumentValue, resultNames, type ValueLookup } from './arguments.ts';
import type { JsonNode } from './jsonNode.ts';
import { originOf } from './origin.ts';
import { type ExportedGraph, readGraph } from './program.ts';

/** Runs the nodes of a graph on the values of its inputs; returns the values of its outputs. */
export function runGraph(graph: ExportedGraph, inputs: ReadonlyMap<string, TorchValue>, tracer: Tracer): readonly TorchValue[] {
  const values = new Map(inputs);
  const lookup: ValueLookup = (name) => {
    const value = values.get(name);
    if (value === undefined) throw new OperatorError('invalid', `the value "${name}" is not computed before it is used`);
    return value;
  };
  for (const node of graph.nodes) runNode(node, lookup, values, tracer);
  return graph.outputs.map((output) => tracer.guard('output', {}, 1, () => [argumentValue(output, lookup)])[0] ?? failed);
}

/** Assertions about values, which do not change them. */
const ignored = /^torch\.ops\.aten\.(?:_assert|sym_constrain_range|_functional_assert)/;

function runNode(node: JsonNode, lookup: ValueLookup, values: Map<string, TorchValue>, tracer: Tracer): void {
  const target = node.get('target').string();
  if (ignored.test(target)) return;
  const origin = originOf(node);
  const results = tracer.guard(target.replace(/^torch\.ops\./, ''), origin, node.get('outputs').items().length, () =>
    callNode(target, node, lookup, tracer, origin),
  );
  for (const [place, output] of node.get('outputs').items().entries()) bindResult(output, results[place] ?? failed, values);
}

function bindResult(output: JsonNode, result: TorchValue, values: Map<string, TorchValue>): void {
  const names = resultNames(output);
  if (names === undefined) return;
  if (typeof names === 'string') {
    values.set(names, result);
    return;
  }
  const elements = result.kind === 'list' || result.kind === 'tuple' ? result.elements : [];
  for (const [place, name] of names.entries()) values.set(name, elements[place] ?? failed);
}

function callNode(target: string, node: JsonNode, lookup: ValueLookup, tracer: Tracer, origin: CallOrigin): readonly TorchValue[] {
  const inputs = node.get('inputs').items();
  const operator = target.replace(/^torch\.ops\./, '');
  if (operator.startsWith('higher_order.')) return runHigherOrder(operator, inputs, lookup, tracer);
  const named = inputs.map((input) => [input.get('name').string(), argumentValue(input.get('arg'), lookup)] as const);
  const operation = scalarOperation(target);
  if (operation === undefined) return tracer.call(operator, [], new Map(named), origin);
  const operands = named.map(([, value]) => value);
  if (operands.some(({ kind }) => kind === 'tensor')) return tracer.callOverloaded(`aten.${operation}`, operands, new Map(), origin);
  return [tracer.compute(operation, operands)];
}

/** The operation of a Python function on numbers: `_operator.mul`, `math.floor`, `torch.sym_max`. */
function scalarOperation(target: string): string | undefined {
  const [, name] = /^(?:_operator|math|builtins|torch\.sym_|torch)\.?(\w+)$/.exec(target) ?? [];
  return name?.replace(/^sym_/, '').replace(/_+$/, '');
}

function runHigherOrder(operator: string, inputs: readonly JsonNode[], lookup: ValueLookup, tracer: Tracer): readonly TorchValue[] {
  const args = inputs.map((input) => input.get('arg'));
  const kinds = args.map((argument) => argument.variant()[0]);
  const first = kinds.indexOf('as_graph');
  if (operator === 'higher_order.cond') return runCondition(args, lookup, tracer);
  if (first === -1 || !/^higher_order\.wrap/.test(operator)) throw new OperatorError('unsupported', `${operator} is not supported`);
  // A region that switches gradients or autocasting; its results are those of its graph.
  const operands = args.slice(first + 1).flatMap((argument) => flattenList(argumentValue(argument, lookup)));
  return runBranch(args[first], operands, tracer);
}

/** Runs the branch that is taken if the predicate is known; otherwise computes both and selects a result. */
function runCondition(args: readonly JsonNode[], lookup: ValueLookup, tracer: Tracer): readonly TorchValue[] {
  const [predicateArgument, whenTrue, whenFalse, ...rest] = args;
  if (predicateArgument === undefined || whenFalse === undefined) throw new OperatorError('invalid', 'a cond needs two branches');
  const predicate = argumentValue(predicateArgument, lookup);
  const operands = rest.flatMap((argument) => flattenList(argumentValue(argument, lookup)));
  const known = predicate.kind === 'tensor' ? tracer.numberOf(predicate.tensor) : predicate;
  if (known?.kind === 'bool' || known?.kind === 'int') return runBranch(known.value ? whenTrue : whenFalse, operands, tracer);
  if (predicate.kind !== 'tensor') throw new OperatorError('shape', 'the condition depends on dynamic axes');
  const [left, right] = [runBranch(whenTrue, operands, tracer), runBranch(whenFalse, operands, tracer)];
  return left.map((value, place) => tracer.call('aten.where.self', [predicate, value, right[place] ?? failed])[0] ?? failed);
}

function runBranch(branch: JsonNode | undefined, operands: readonly TorchValue[], tracer: Tracer): readonly TorchValue[] {
  if (branch === undefined) throw new OperatorError('invalid', 'a branch is missing');
  const graph = readGraph(branch.get('as_graph').get('graph'));
  const inputs = graph.inputs.flatMap((input, place) => {
    const name = resultNames(input);
    return typeof name === 'string' ? [[name, operands[place] ?? failed] as const] : [];
  });
  return runGraph(graph, new Map(inputs), tracer);
}

function flattenList(value: TorchValue): readonly TorchValue[] {
  return value.kind === 'list' || value.kind === 'tuple' ? value.elements : [value];
}
