/** Builds the package once for all bundlers. */
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'tsdown';
import { repository } from '../project.ts';
import { installed } from './package.ts';

export default async function setup(): Promise<void> {
  rmSync(path.dirname(path.dirname(installed)), { recursive: true, force: true });
  mkdirSync(installed, { recursive: true });
  copyFileSync(path.join(repository, 'package.json'), path.join(installed, 'package.json'));
  copyFileSync(path.join(repository, 'client.d.ts'), path.join(installed, 'client.d.ts'));
  const config = path.join(repository, 'tsdown.config.ts');
  const wasm = path.join(repository, 'dist/ncnn.wasm');
  await build({ cwd: repository, config, outDir: path.join(installed, 'dist'), dts: false, logLevel: 'error' });
  if (existsSync(wasm)) copyFileSync(wasm, path.join(installed, 'dist/ncnn.wasm'));
}
