/** Models of the table that no package contains: written once, with the same bytes each time. */
import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { ints, node, writeModel } from './onnx.mjs';
import { writeExportedResnet50, writeResnet50 } from './resnet50.mjs';

/** A path in the folder, with the model that `write` created there. */
function once(folder, name, write) {
  const file = path.join(folder, name);
  if (!existsSync(file)) write(file);
  return file;
}

export function resnet50(folder) {
  return once(folder, 'resnet50-2.onnx', (file) => writeResnet50(file));
}

/** The same net as a program of torch.export. */
export function exportedResnet50(folder) {
  return once(folder, 'resnet50.pt2', (file) => writeExportedResnet50(file));
}

/** ResNets of 1 to 5 MB. */
export function smallModels(folder) {
  return Array.from({ length: 25 }, (_, index) => {
    const channels = 6 + (index % 9);
    return once(folder, `small-${index}.onnx`, (file) => writeResnet50(file, channels));
  });
}

/** A ResNet with 12 MB of weights. */
export function middleModel(folder) {
  return once(folder, 'middle.onnx', (file) => writeResnet50(file, 21));
}

export function oneConvolution(folder) {
  return once(folder, 'one-convolution.onnx', (file) => {
    const weight = { name: 'w', dims: [8, 3, 3, 3], values: Float32Array.from({ length: 216 }, (_, index) => Math.sin(index)) };
    writeModel(file, {
      name: 'convolution',
      inputs: [{ name: 'x', dims: [1, 3, 32, 32] }],
      outputs: [{ name: 'y', dims: [1, 8, 30, 30] }],
      nodes: [node('Conv', 'conv', ['x', 'w'], ['y'], [ints('kernel_shape', [3, 3])])],
      initializers: [weight],
    });
  });
}

/** A table of 2500 positions of 4000 values, on which the model applies six operators before it adds it to the input. */
export function constantTable(folder) {
  const dims = [2500, 4000];
  return once(folder, 'constant-table-2.onnx', (file) => {
    const scalar = (name, value) => ({ name, dims: [], values: Float32Array.of(value) });
    const steps = [['Mul', 'half'], ['Add', 'shift'], ['Sin'], ['Exp'], ['Mul', 'scale'], ['Neg']];
    writeModel(file, {
      name: 'table',
      inputs: [{ name: 'x', dims }],
      outputs: [{ name: 'y', dims }],
      nodes: [
        ...steps.map(([type, operand], index) =>
          node(type, `step${index}`, [`t${index}`, ...(operand === undefined ? [] : [operand])], [`t${index + 1}`]),
        ),
        node('Add', 'add', ['x', `t${steps.length}`], ['y']),
      ],
      initializers: [
        { name: 't0', dims, values: Float32Array.from({ length: 10_000_000 }, (_, index) => (index % 1000) / 500) },
        scalar('half', 0.5),
        scalar('shift', 0.25),
        scalar('scale', 0.1),
      ],
    });
  });
}

/** 19 matrices of 100 MB in a side file. */
export function externalModel(folder) {
  return once(folder, 'external.onnx', (file) => {
    const size = 5000;
    const length = size * size * 4;
    const names = Array.from({ length: 19 }, (_, index) => `w${index}`);
    const values = Float32Array.from({ length: size * size }, (_, index) => Math.sin(index) / size);
    const handle = openSync(path.join(folder, 'external.data'), 'w');
    for (const index of names.keys()) {
      values[0] = index;
      const bytes = new Uint8Array(values.buffer);
      for (let done = 0; done < length; ) done += writeSync(handle, bytes, done);
    }
    closeSync(handle);
    writeModel(file, {
      name: 'external',
      inputs: [{ name: 'x', dims: [1, size] }],
      outputs: [{ name: 'y', dims: [1, size] }],
      nodes: names.map((name, index) =>
        node('MatMul', `product${index}`, [index === 0 ? 'x' : `h${index}`, name], [index === names.length - 1 ? 'y' : `h${index + 1}`]),
      ),
      initializers: names.map((name, index) => ({
        name,
        dims: [size, size],
        external: { location: 'external.data', offset: index * length, length },
      })),
    });
  });
}
