/**
 * Writes the generated pages of `docs`, and the figures in docs/conformance.md from the recorded conformance run: `npm run docs`. Tests
 * fail if they are out of date.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    passes: path.join(root, 'test/docs/passesPage.ts'),
    options: path.join(root, 'test/docs/optionsPage.ts'),
    figures: path.join(root, 'test/docs/figures.ts'),
  };
  await build({ entry, outDir: folder, config: false, dts: false, logLevel: 'error', clean: false, platform: 'node', format: 'esm' });
  const page = (name) => import(pathToFileURL(path.join(folder, `${name}.mjs`)).href);
  const { diagnosticsPage } = await page('diagnostics');
  const { operatorsPage } = await page('operators');
  const { passesPage } = await page('passes');
  const { optionsPage } = await page('options');
  writeFileSync(path.join(root, 'docs/diagnostics.md'), diagnosticsPage());
  writeFileSync(path.join(root, 'docs/operators.md'), operatorsPage());
  writeFileSync(path.join(root, 'docs/passes.md'), passesPage());
  writeFileSync(path.join(root, 'docs/options.md'), optionsPage());

  const { withFigures, withGuardedModels } = await page('figures');
  const conformance = path.join(root, 'docs/conformance.md');
  const figures = JSON.parse(readFileSync(path.join(root, 'test/conformance/figures.json'), 'utf8'));
  writeFileSync(conformance, withFigures(readFileSync(conformance, 'utf8'), figures));

  const phones = path.join(root, 'docs/phones.md');
  const guarded = JSON.parse(readFileSync(path.join(root, 'test/conformance/arm/guarded.json'), 'utf8'));
  writeFileSync(phones, withGuardedModels(readFileSync(phones, 'utf8'), guarded));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
