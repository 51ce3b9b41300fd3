import { copyFileSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { convolutions, newProject } from '../project.ts';

/** A project that imports models, one of them from outside, and an outside folder with models that it does not import. */
export interface SampleProject {
  readonly root: string;
  readonly outside: string;
  readonly remove: () => void;
}

/** Text of an outside prototxt, which no response may contain. */
export const secret = 'topsecret';

export function sampleProject(): SampleProject {
  const project = newProject({
    'index.html': '<script type="module" src="./main.js"></script>',
    'main.js': "import net from './net.onnx?ncnn'; import far from './far.js'; console.log(net, far);",
    'far.js': `export { default } from 'FAR/imported.onnx?ncnn';`,
    'net.onnx': convolutions(),
    'other.onnx': convolutions(),
    '.env': `KEY=${secret}`,
    'sub/deep.onnx': convolutions(),
  });
  const outside = mkdtempSync(path.join(tmpdir(), 'ncnn-elsewhere-'));
  for (const name of ['secret.onnx', 'imported.onnx']) copyFileSync(project.path('net.onnx'), path.join(outside, name));
  writeFileSync(path.join(outside, 'secret.prototxt'), `layer { name: "${secret}" type: "Nonsense" }\n`);
  symlinkSync(path.join(outside, 'secret.onnx'), project.path('link.onnx'));
  symlinkSync(outside, project.path('linked'));
  const remove = (): void => {
    project.remove();
    rmSync(outside, { recursive: true, force: true });
  };
  return { root: realpathSync(project.folder), outside: realpathSync(outside), remove };
}
