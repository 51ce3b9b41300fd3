/** Checks that each exported name is unique, and that every export is used. */
import path from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { isPackaged, packageSources, readSources, type SourceFile } from './sources.ts';

/** Files whose exports are for users of the package, or that are run by name. */
const entries = /^(?:api|index|cli)\.ts$|^bundlers\/|^(?:runtime|interpreter)\/index\.ts$|^project\/workers\/worker\.ts$|^register\//;

const sources = packageSources();
const declared = sources.flatMap((file) => exportsOf(file).map((entry) => ({ file: file.name, ...entry })));

it('gives exports unique names', () => {
  const files = new Map<string, Set<string>>();
  for (const { file, name } of declared) files.set(name, (files.get(name) ?? new Set()).add(file));
  const shared = [...files].filter(([, owners]) => owners.size > 1).map(([name, owners]) => `${name}: ${[...owners].join(', ')}`);
  expect(shared).toEqual([]);
});

it('uses every exported function and constant', () => {
  const imported = new Set(
    ['src', 'test', 'playground'].flatMap((folder) => {
      const files = folder === 'src' ? [...sources, ...readSources(folder, (name) => !isPackaged(name))] : readSources(folder, () => true);
      return files.flatMap(({ imports }) =>
        imports.flatMap(({ target, names = ['*'] }) => names.map((name) => `${path.posix.join(folder, target)} ${name}`)),
      );
    }),
  );
  const unused = declared.filter(
    ({ file, name, isType }) => !isType && !entries.test(file) && !imported.has(`src/${file} ${name}`) && !imported.has(`src/${file} *`),
  );
  expect(unused.map(({ file, name }) => `${file} ${name}`)).toEqual([]);
});

function exportsOf({ tree }: SourceFile): readonly { readonly name: string; readonly isType: boolean }[] {
  return tree.statements.flatMap((statement) => {
    const isExported =
      ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (isExported !== true) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map(({ name }) => ({ name: name.getText(tree), isType: false }));
    }
    const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
    const named = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || isType ? statement.name : undefined;
    return named === undefined ? [] : [{ name: named.text, isType }];
  });
}
