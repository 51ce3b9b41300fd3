import { parseArgs } from 'node:util';
import { closest } from '../../diagnostics/closest.ts';

/** Invalid usage: the command does nothing and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** One option of a command, as `--help` shows it. */
export interface OptionSpec {
  /** Name of the value in the help, `NAME=DIMS`; absent for a switch. */
  readonly value?: string;
  /** Letter of the short form. */
  readonly short?: string;
  /** The option may be repeated. */
  readonly multiple?: boolean;
  readonly help: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** The values of each option in order, `['']` for a switch. */
export interface ParsedArguments {
  readonly positionals: readonly string[];
  readonly values: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads the arguments of a command. Values stay strings. Throws {@link UsageError} for an option that is unknown, lacks its value, has an
 * unexpected value or is repeated.
 */
export function parseArguments(words: readonly string[], specs: OptionSpecs): ParsedArguments {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { value, short }]) => {
      const type: 'string' | 'boolean' = value === undefined ? 'boolean' : 'string';
      return [name, { type, multiple: true, ...(short === undefined ? {} : { short }) }];
    }),
  );
  const { tokens } = parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true });
  const positionals: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (spec === undefined) throw new UsageError(`unknown option ${token.rawName}${suggestion(token.rawName, optionNames(specs))}`);
    const before = values.get(token.name) ?? [];
    if (before.length > 0 && spec.multiple !== true && spec.value !== undefined) throw new UsageError(`${token.rawName} is given twice`);
    values.set(token.name, [...before, readValue(token.rawName, spec, token.value, token.inlineValue === true)]);
  }
  return { positionals, values };
}

/** `; did you mean a or b?`, or an empty string if no known name is close. */
export function suggestion(name: string, known: Iterable<string>): string {
  const names = closest(name, known);
  return names.length === 0 ? '' : `; did you mean ${names.join(' or ')}?`;
}

function readValue(name: string, spec: OptionSpec, value: string | undefined, inline: boolean): string {
  if (spec.value === undefined) {
    if (value !== undefined) throw new UsageError(`${name} takes no value`);
    return '';
  }
  // `--shape --json` lacks a value; `--shape=--json` is intentional.
  if (value === undefined || (!inline && value.startsWith('--'))) throw new UsageError(`${name} needs a value: ${name} ${spec.value}`);
  return value;
}

function optionNames(specs: OptionSpecs): string[] {
  return Object.keys(specs).map((name) => `--${name}`);
}

/** The options as help lines. */
export function describeOptions(specs: OptionSpecs): string[] {
  const left = Object.entries(specs).map(([name, { short, value }]) => {
    const long = `--${name}${value === undefined ? '' : ` ${value}`}`;
    return short === undefined ? `    ${long}` : `-${short}, ${long}`;
  });
  const width = Math.max(...left.map((text) => text.length));
  return Object.values(specs).map(({ help }, index) => `  ${(left[index] ?? '').padEnd(width)}  ${help}`);
}
