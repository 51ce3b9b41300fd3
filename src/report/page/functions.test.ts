import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { pageFunctions } from './functions.ts';

const files = readdirSync(import.meta.dirname).filter((name) => !/^(?:index|functions)\b/.test(name));

it.each(files)('%s is self-contained', (name) => {
  const text = readFileSync(path.join(import.meta.dirname, name), 'utf8');
  // At run time only functions exist, and those of a file are in the list.
  const statements = text.match(/^(?:import|export|const|let|function|class)\b.*/gm) ?? [];
  const functions = statements.filter((line) => !/^(?:import type|export interface)\b/.test(line));
  expect(functions.filter((line) => !/^export function \w+\(/.test(line))).toEqual([]);
  for (const line of functions) expect(['start', ...Object.keys(pageFunctions)]).toContain(/function (\w+)/.exec(line)?.[1]);
});
