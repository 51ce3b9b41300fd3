/** Limits the size of files, folders and functions. */
import path from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { packageSources, walk } from './sources.ts';

const maxFunctionLines = 60;
const maxFileLines = 300;
const maxFilesInFolder = 25;

const sources = packageSources();

it('has functions of at most 60 lines', () => {
  const long = sources.flatMap(({ name, tree }) => {
    const found: string[] = [];
    walk(tree, (node) => {
      if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return;
      if (lineOf(tree, node.end) - lineOf(tree, node.getStart(tree)) >= maxFunctionLines) found.push(`${name} ${nameOf(node)}`);
    });
    return found;
  });
  expect(long).toEqual([]);
});

it('spreads no list into an appending call, because a list may exceed the argument limit of a call', () => {
  const appending = new Set(['push', 'unshift']);
  const spreading = sources.flatMap(({ name, tree }) => {
    const found: string[] = [];
    walk(tree, (node) => {
      if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
      if (appending.has(node.expression.name.text) && node.arguments.length === 1 && node.arguments.some(ts.isSpreadElement))
        found.push(`${name} ${node.getText(tree)}`);
    });
    return found;
  });
  expect(spreading).toEqual([]);
});

it('has files of at most 300 lines', () => {
  const long = sources.filter(({ tree, text }) => lineOf(tree, text.length) > maxFileLines);
  expect(long.map(({ name }) => name)).toEqual([]);
});

it('has folders of at most 25 files', () => {
  const counts = new Map<string, number>();
  for (const { name } of sources) counts.set(path.posix.dirname(name), (counts.get(path.posix.dirname(name)) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > maxFilesInFolder)).toEqual([]);
});

function lineOf(tree: ts.SourceFile, position: number): number {
  return tree.getLineAndCharacterOfPosition(position).line;
}

function nameOf(node: ts.SignatureDeclaration): string {
  const named = node.name ?? (ts.isVariableDeclaration(node.parent) || ts.isPropertyAssignment(node.parent) ? node.parent.name : undefined);
  return named?.getText() ?? '?';
}
