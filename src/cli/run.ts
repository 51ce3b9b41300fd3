import manifest from '../../package.json' with { type: 'json' };
import { conversionErrors } from '../diagnostics/conversionErrors.ts';
import { visible } from '../diagnostics/visible.ts';
import { describeOptions, type OptionSpecs, type ParsedArguments, parseArguments, suggestion, UsageError } from './arguments/usage.ts';
import type { Command } from './commands/command.ts';
import { type CommandEntry, commands } from './commands/index.ts';
import { printDiagnostics } from './output/diagnostics.ts';
import type { Terminal } from './output/terminal.ts';

/** Options that every command has. */
const commonOptions: OptionSpecs = { debug: { help: 'print the stack of an internal error' } };

/** Whether the arguments only ask for help or the version. */
export function asksForHelp(words: readonly string[]): boolean {
  const [name = ''] = words;
  return ['help', '--version', '-v'].includes(name) || words.includes('--help') || words.includes('-h');
}

/**
 * Runs the command line tool and returns the exit code: 0, 1 if a model failed, or 2 for wrong usage. `words` are the arguments after the
 * program's name.
 */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = words;
  if (name === '--version' || name === '-v') {
    terminal.print(manifest.version);
    return 0;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    terminal.print(overview());
    return 0;
  }
  const entry = commands.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    const known = commands.map((candidate) => candidate.name);
    const problem = name === undefined ? 'expected a command' : `unknown command ${name}${suggestion(name, known)}`;
    return complain(terminal, problem, 'unplugin-ncnn --help');
  }
  const command = await entry.load();
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.print(helpOf(entry, command));
    return 0;
  }
  try {
    const args = parseArguments(rest, { ...command.options, ...commonOptions });
    return await runCommand(command, args, { ...terminal, debug: args.values.has('debug') });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return complain(terminal, error.message, `unplugin-ncnn ${entry.name} --help`);
  }
}

async function runCommand(command: Command, args: ParsedArguments, terminal: Terminal): Promise<number> {
  try {
    return await command.run(args, terminal);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    printDiagnostics(conversionErrors(error), terminal);
    return 1;
  }
}

function complain(terminal: Terminal, problem: string, help: string): number {
  terminal.log(`${terminal.paint('red', 'usage:')} ${visible(problem)}`);
  terminal.log(`  fix: ${help} lists the choices.`);
  return 2;
}

function overview(): string {
  const width = Math.max(...commands.map(({ usage }) => usage.length));
  const lines = commands.map(({ usage, summary }) => `  unplugin-ncnn ${usage.padEnd(width)}  ${summary}`);
  return [
    `unplugin-ncnn ${manifest.version}: converts neural networks to ncnn`,
    '',
    ...lines,
    '',
    'unplugin-ncnn COMMAND --help lists the options of a command.',
  ].join('\n');
}

function helpOf({ usage, summary }: CommandEntry, { options, notes }: Command): string {
  return [`unplugin-ncnn ${usage}`, '', `${summary}.`, '', ...describeOptions({ ...options, ...commonOptions }), '', ...notes].join('\n');
}
