/**
 * Builds a page that imports models with Vite: `node viteBuild.mjs DIST FOLDER MODEL…`. The folder is the root of the project and contains
 * the cache.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

const [dist, folder, ...models] = process.argv.slice(2);
const { default: ncnn } = await import(pathToFileURL(path.join(dist, 'vite.mjs')).href);
mkdirSync(folder, { recursive: true });
const imports = models.map((model, index) => `import net${index} from ${JSON.stringify(`${model}?ncnn`)};`);
writeFileSync(path.join(folder, 'main.js'), [...imports, `console.log(${models.map((_, index) => `net${index}`).join(', ')});`].join('\n'));
writeFileSync(path.join(folder, 'index.html'), '<script type="module" src="./main.js"></script>');
writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
await build({ root: folder, configFile: false, logLevel: 'error', plugins: [ncnn({ dts: false })], build: { minify: false } });
rmSync(path.join(folder, 'dist'), { recursive: true });
