/**
 * Writes `docs/diagnostics.md` from the catalogue in the sources: `npm run docs`. A test tells when it is out of date.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'tsdown';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
mkdirSync(path.join(root, '.cache'), { recursive: true });
const folder = mkdtempSync(path.join(root, '.cache/docs-'));
try {
  const entry = { page: path.join(root, 'test/docs/diagnosticsPage.ts') };
  await build({ entry, outDir: folder, config: false, dts: false, logLevel: 'error', clean: false, platform: 'node', format: 'esm' });
  const { diagnosticsPage } = await import(pathToFileURL(path.join(folder, 'page.mjs')).href);
  writeFileSync(path.join(root, 'docs/diagnostics.md'), diagnosticsPage());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
