/** Writes the table of bundlers and features from a run, or reports that the one in the documentation is out of date. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { featureGroups } from './features/index.ts';
import type { Limit } from './hosts/host.ts';
import { type HostName, hostNames } from './hosts/index.ts';
import { repository } from './project.ts';

declare module 'vitest' {
  interface ProvidedContext {
    bundler: HostName;
  }
  interface TaskMeta {
    cell?: Cell;
  }
}

/** The metadata of a test. */
interface Cell {
  readonly feature: string;
  readonly host: string;
  readonly version: string;
  readonly limit?: Limit;
}

interface Result extends Cell {
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
}

const page = path.join(repository, 'docs/bundlers.md');

export default class TableReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const results = modules.flatMap((module) =>
      [...module.children.allTests()].flatMap((test) => {
        const { cell } = test.meta();
        return cell === undefined ? [] : [{ ...cell, state: test.result().state }];
      }),
    );
    const whole = featureGroups.flatMap(({ features }) => features).length * hostNames.length;
    if (results.length < whole || results.some(({ state }) => state !== 'passed')) {
      console.log('The table in docs/bundlers.md was not compared: not all tests ran and passed.');
      return;
    }
    const text = pageOf(results);
    if (this.#vitest?.config.snapshotOptions.updateSnapshot === 'all') {
      writeFileSync(page, text);
    } else if (readFileSync(page, 'utf8') !== text) {
      console.error('docs/bundlers.md is out of date: `npm run bundlers -- -u` writes it again.');
      process.exitCode = 1;
    }
  }
}

function pageOf(results: readonly Result[]): string {
  const columns = [...new Set(results.map(({ host, version }) => `${host} ${version}`))];
  const notes: string[] = [];
  const mark = (feature: string, column: string): string => {
    const limit = results.find((result) => result.feature === feature && `${result.host} ${result.version}` === column)?.limit;
    if (limit === undefined) return '✓';
    const note = `${limit.reason} ([source](${limit.link})).`;
    if (!notes.includes(note)) notes.push(note);
    return `– <sup>${notes.indexOf(note) + 1}</sup>`;
  };
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const tables = featureGroups.map(({ title, features }) => {
    const rows = features.map(({ name }) => row([name, ...columns.map((column) => mark(name, column))]));
    return [`## ${title}`, '', row(['', ...columns]), row(['---', ...columns.map(() => ':-:')]), ...rows, ''].join('\n');
  });
  return [
    '# Bundlers',
    '',
    'This page lists the features that are tested with each bundler. `npm run bundlers` builds the same small app with each bundler through its',
    'own interface, runs the output in Node and in Chromium under a strict content security policy, and compares ids, lengths and hashes with',
    'those of the converter. `npm run bundlers -- -u` writes this page from the results. ✓ means that the test passes. – marks a limitation of',
    'the bundler itself: the test is expected to fail, and the run reports when it starts to pass.',
    '',
    ...tables,
    ...(notes.length === 0 ? [] : ['## Limitations', '', ...notes.map((note, index) => `${index + 1}. ${note}`), '']),
  ].join('\n');
}
