import type { Command } from './command.ts';

/** A command in the overview. */
export interface CommandEntry {
  readonly name: string;
  /** Name and arguments, as shown in the help. */
  readonly usage: string;
  /** What the command does, without a period. */
  readonly summary: string;
  /** Loads the command with its dependencies. */
  readonly load: () => Promise<Command>;
}

/** In the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'convert',
    usage: 'convert MODEL... -o DIR [options]',
    summary: 'converts models and writes the files that --emit lists',
    load: async () => (await import('./convert.ts')).convertCommand,
  },
  {
    name: 'inspect',
    usage: 'inspect MODEL [options]',
    summary: 'describes a model and checks whether it converts',
    load: async () => (await import('./inspect.ts')).inspectCommand,
  },
  {
    name: 'verify',
    usage: 'verify MODEL... [options]',
    summary: 'converts models and compares the outputs of model and net for the same inputs',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  {
    name: 'run',
    usage: 'run MODEL [--input NAME=FILE] [options]',
    summary: 'converts a model and runs it, in ncnn if the package has its wasm, otherwise in the interpreter',
    load: async () => (await import('./run.ts')).runNetCommand,
  },
  {
    name: 'merge',
    usage: 'merge FIRST SECOND -o DIR [options]',
    summary: 'joins two models into one net: outputs of the first become inputs of the second',
    load: async () => (await import('./merge.ts')).mergeCommand,
  },
  {
    name: 'report',
    usage: 'report MODEL [-o PATH] [options]',
    summary: 'writes an HTML page with the graph, the weights and what the optimizer did',
    load: async () => (await import('./report.ts')).reportCommand,
  },
  {
    name: 'types',
    usage: 'types [FOLDER...] [options]',
    summary: 'writes the TypeScript declarations of imported models without a bundler',
    load: async () => (await import('./types.ts')).typesCommand,
  },
];
