import { convert, type Inspection, inspect } from '../../api.ts';
import { conversionErrors } from '../../diagnostics/conversionErrors.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Paint } from '../../diagnostics/paint.ts';
import { formatBytes } from '../../diagnostics/render.ts';
import { visible } from '../../diagnostics/visible.ts';
import { conversionNotes, conversionOptions, readConversionOptions } from '../arguments/conversionOptions.ts';
import { joinModels } from '../arguments/models.ts';
import { UsageError } from '../arguments/usage.ts';
import { printDiagnostics, printJson } from '../output/diagnostics.ts';
import type { Command } from './command.ts';
import { findRequiredOptions, type RequiredOptions } from './requiredOptions.ts';

export const inspectCommand: Command = {
  options: { ...conversionOptions, json: { help: 'print one JSON object' } },
  notes: conversionNotes,
  run: async (args, terminal) => {
    const options = readConversionOptions(args);
    const [model, ...more] = joinModels(args.positionals);
    if (model === undefined) throw new UsageError('expected a model');
    if (more.length > 0) throw new UsageError('expected exactly one model');
    const json = args.values.has('json');
    let inspection: Inspection;
    try {
      inspection = await inspect(model, options);
    } catch (error) {
      const diagnostics = conversionErrors(error, { file: model });
      if (json) printJson({ model, ok: false, diagnostics }, terminal);
      else printDiagnostics(diagnostics, terminal);
      return 1;
    }
    const diagnostics = await tryToConvert(model, options);
    const failing = operatorsOf(diagnostics);
    const ok = diagnostics.every(({ severity }) => severity !== 'error');
    const needs = ok ? undefined : await findRequiredOptions(model, inspection, options, diagnostics);
    if (json) {
      const operators = inspection.operators.map((operator) => ({ ...operator, supported: !failing.has(operator.name) }));
      printJson({ model, ok, ...inspection, operators, ...(needs === undefined ? {} : { needs }), diagnostics }, terminal);
      return 0;
    }
    for (const line of renderInspection(model, inspection, failing, terminal.paint)) terminal.print(line);
    terminal.print('');
    printDiagnostics(diagnostics, terminal, { print: terminal.print });
    if (ok) terminal.print(terminal.paint('green', 'It converts.'));
    else if (inspection.outputs.length === 0) terminal.print(terminal.paint('red', 'The model does not convert.'));
    else for (const line of renderNeeds(needs, terminal.paint)) terminal.print(line);
    return 0;
  },
};

function renderNeeds(needs: RequiredOptions | undefined, paint: Paint): string[] {
  const verdict = paint('red', 'The model does not convert with these options.');
  if (needs === undefined) return [verdict];
  const what = needs.tried ? 'It converts with these options; other sizes may work too:' : 'The messages suggest:';
  return [`${verdict} ${what}`, ...needs.arguments.map((argument) => `  ${paint('bold', visible(argument))}`)];
}

/** The diagnostics of a conversion. */
async function tryToConvert(model: string, options: Parameters<typeof convert>[1]): Promise<readonly Diagnostic[]> {
  try {
    return (await convert(model, options)).diagnostics;
  } catch (error) {
    return conversionErrors(error, { file: model });
  }
}

function operatorsOf(diagnostics: readonly Diagnostic[]): ReadonlySet<string> {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return new Set(errors.flatMap(({ place }) => place.operator ?? []));
}

/** One screen: format, inputs and outputs, operators (a failing one with `!`), weights. What the file does not have is left out. */
function renderInspection(model: string, inspection: Inspection, failing: ReadonlySet<string>, paint: Paint): string[] {
  const { format, about, inputs, outputs, operators, weights } = inspection;
  const section = (title: string, total: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [`${paint('bold', title)}${total}`, ...lines];
  const ports = (entries: Inspection['inputs']): string[] =>
    entries.map(({ name, dtype, shape }) => `  ${visible(`${name}  ${dtype} ${shape}`)}`);
  const total = weights.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    `${paint('bold', visible(model))}: ${format}${about === '' ? '' : `, ${visible(about)}`}`,
    ...section('inputs', '', ports(inputs)),
    ...section('outputs', '', ports(outputs)),
    ...section(
      'operators',
      ` ${operators.reduce((sum, { times }) => sum + times, 0)}`,
      columns(operators.map(({ name, times }) => `${failing.has(name) ? '!' : ' '} ${visible(name)} ${times}`)).map((line) =>
        line.replace(/! \S+ \d+/g, (text) => paint('red', text)),
      ),
    ),
    ...section(
      'weights',
      ` ${formatBytes(total)}`,
      weights.map(({ dtype, tensors, bytes }) => `  ${dtype}  ${formatBytes(bytes)} in ${tensors} ${tensors === 1 ? 'tensor' : 'tensors'}`),
    ),
  ];
}

/** Entries in columns, as many as fit into 100 characters, filled row by row. */
function columns(entries: readonly string[]): string[] {
  const width = Math.max(0, ...entries.map((entry) => entry.length)) + 2;
  const across = Math.max(1, Math.floor(100 / width));
  const lines: string[] = [];
  for (let start = 0; start < entries.length; start += across) {
    const row = entries.slice(start, start + across).map((entry) => entry.padEnd(width));
    lines.push(row.join('').trimEnd());
  }
  return lines;
}
