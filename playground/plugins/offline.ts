import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

/** Files that are cached on first use, because nobody needs all of them; the example that the page opens with is cached at once. */
const onlyWhenUsed = /^examples\/(?!ch_PP-OCRv4_det_infer\.onnx)/;

/** Writes `offline.js`, the service worker, with the list of the files of the build. */
export function offline(): Plugin {
  return {
    name: 'playground:offline',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const hash = createHash('sha256');
        const names = Object.keys(bundle).sort();
        for (const name of names) {
          const output = bundle[name];
          hash.update(name).update(output?.type === 'asset' ? output.source : (output?.code ?? ''));
        }
        const files = ['./', ...names.filter((name) => !onlyWhenUsed.test(name) && name !== 'index.html')];
        const script = readFileSync(path.join(import.meta.dirname, 'offlineWorker.js'), 'utf8')
          .replace("'FILES'", files.map((name) => JSON.stringify(name)).join(', '))
          .replace("'VERSION'", JSON.stringify(`playground-${hash.digest('hex').slice(0, 16)}`));
        this.emitFile({ type: 'asset', fileName: 'offline.js', source: script });
      },
    },
  };
}
