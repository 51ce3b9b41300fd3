/**
 * Writes the pages of `docs` that come from the sources: `npm run docs`. Tests tell when they are out of date.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'tsdown';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
mkdirSync(path.join(root, '.cache'), { recursive: true });
const folder = mkdtempSync(path.join(root, '.cache/docs-'));
try {
  const entry = {
    diagnostics: path.join(root, 'test/docs/diagnosticsPage.ts'),
    operators: path.join(root, 'test/docs/operatorsPage.ts'),
  };
  await build({ entry, outDir: folder, config: false, dts: false, logLevel: 'error', clean: false, platform: 'node', format: 'esm' });
  const page = (name) => import(pathToFileURL(path.join(folder, `${name}.mjs`)).href);
  const { diagnosticsPage } = await page('diagnostics');
  const { operatorsPage } = await page('operators');
  writeFileSync(path.join(root, 'docs/diagnostics.md'), diagnosticsPage());
  writeFileSync(path.join(root, 'docs/operators.md'), operatorsPage());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
