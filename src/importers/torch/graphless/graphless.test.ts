import { describe, expect, it } from 'vitest';
import { NcnnError } from '../../../diagnostics/diagnostic.ts';
import type { Imported } from '../../importer.ts';
import { sourceOfFiles } from '../../testing.ts';
import { type PickleSource, pickleBytes, zipArchive } from '../archive/testing.ts';
import { importTorch } from '../importer.ts';
import { scriptBytes } from '../script/testing.ts';

const importFile = (name: string, bytes: Uint8Array): Imported => importTorch(sourceOfFiles({ [name]: bytes }));

/** A file as torch.save writes it. */
function checkpoint(value: PickleSource): Uint8Array {
  const { bytes, tensors } = pickleBytes(value);
  return zipArchive({ 'net/data.pkl': bytes, ...Object.fromEntries(tensors.map((contents, index) => [`net/data/${index}`, contents])) });
}

/** The error for a file of weights. */
function answer(name: string, bytes: Uint8Array): readonly [string, string] {
  const imported = importFile(name, bytes);
  return imported.kind === 'weights' ? [imported.refusal.message, imported.refusal.hint] : [imported.kind, ''];
}

function refusal(name: string, bytes: Uint8Array): string {
  try {
    importFile(name, bytes);
  } catch (error) {
    if (error instanceof NcnnError) return error.diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n');
    throw error;
  }
  return '';
}

const weights: PickleSource = {
  dict: { 'conv.weight': { tensor: [1, 2, 3, 4, 5, 6], shape: [1, 6, 1, 1] }, 'conv.bias': { tensor: [1], shape: [1] } },
};
const bytesOf = (...parts: readonly (readonly number[] | Uint8Array)[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

describe('a PyTorch file is recognized by its contents', () => {
  it('as TorchScript if it has code', () => {
    const code = '  def forward(self: __torch__.Net) -> Tensor:\n    w = self.w\n    return torch.relu(w)\n';
    expect(importFile('net.bin', scriptBytes({ code, attributes: { w: { tensor: [-1, 1], shape: [2] } } })).kind).toBe('graph');
  });

  it('as a list of weights if it has nothing else', () => {
    expect(importFile('net.pth', checkpoint(weights))).toMatchObject({
      kind: 'weights',
      about: 'the weights of a model',
      tensors: [
        { dtype: 'float32', bytes: 24 },
        { dtype: 'float32', bytes: 4 },
      ],
    });
  });

  it('as something else', () => {
    expect(refusal('net.pt', bytesOf([0x3c, 0x68, 0x74, 0x6d, 0x6c]))).toBe('file-foreign: the file is an HTML page, not a PyTorch model');
    expect(refusal('net.pt', zipArchive({ 'a.npy': '' }))).toBe('format-unsupported: the archive contains no PyTorch model');
  });
});

describe('a file of weights is rejected with Python code that exports the model', () => {
  it('for a state_dict', () => {
    expect(answer('net.pth', checkpoint(weights))).toEqual([
      'the file contains the weights of a model, but no graph: 2 tensors with 7 elements',
      'Export the model in Python, where Net is the class of your model: import torch; model = Net(); model.load_state_dict(torch.load("net.pth")); torch.export.save(torch.export.export(model.eval(), (torch.zeros(1, 6, 224, 224),)), "net.pt2")',
    ]);
  });

  it('for a checkpoint of a trainer', () => {
    expect(answer('last.ckpt', checkpoint({ dict: { epoch: 3, state_dict: weights } }))[1]).toContain(
      'model.load_state_dict(torch.load("last.ckpt")["state_dict"])',
    );
  });

  it('for a checkpoint with settings, which torch.load does not read by default', () => {
    const settings = { className: 'omegaconf.dictconfig.DictConfig', attributes: { lr: 0.5 } };
    expect(answer('last.ckpt', checkpoint({ dict: { state_dict: weights, hyper_parameters: settings } }))[1]).toContain(
      'model.load_state_dict(torch.load("last.ckpt", weights_only=False)["state_dict"])',
    );
  });

  it('for settings that refer to their parent', () => {
    const pickle = `\x80\x02}q\x00(X\x06\x00\x00\x00parenth\x00u.`;
    const file = zipArchive({ 'net/data.pkl': Uint8Array.from(pickle, (character) => character.charCodeAt(0)) });
    expect(answer('last.ckpt', file)[0]).toBe('the file contains the weights of a model, but no graph: 0 tensors with 0 elements');
  });

  it('for a module', () => {
    const parts = { _parameters: weights, _modules: { dict: {} }, training: false };
    expect(answer('net.pt', checkpoint({ className: 'my.nets.Net', attributes: parts }))).toEqual([
      'the file contains a module of the class my.nets.Net, but no graph: 2 tensors with 7 elements',
      expect.stringMatching(
        /^Export the model in Python, where my\.nets\.Net can be imported: .*torch\.load\("net\.pt", weights_only=False\);/,
      ),
    ]);
  });

  it('for Ultralytics', () => {
    const model = { className: 'ultralytics.nn.tasks.DetectionModel', attributes: { _parameters: weights } };
    expect(answer('yolo11n.pt', checkpoint({ dict: { epoch: -1, ema: null, model } }))).toEqual([
      'the file contains a model of Ultralytics (ultralytics.nn.tasks.DetectionModel), but no graph: 2 tensors with 7 elements',
      'Export the model with the Ultralytics command: yolo export model=yolo11n.pt format=torchscript',
    ]);
  });

  it('for the old format, which is not an archive', () => {
    const magic = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
    const parts = [pickleBytes(1001).bytes, pickleBytes({ dict: { little_endian: true } }).bytes, pickleBytes(weights).bytes];
    expect(answer('net.pth', bytesOf(magic, ...parts))[0]).toBe(
      'the file contains the weights of a model, but no graph: 2 tensors with 7 elements',
    );
  });

  it('for safetensors', () => {
    const header = new TextEncoder().encode(
      '{"fc.weight":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]},"__metadata__":{"format":"pt"}}',
    );
    const [message, hint] = answer('net.safetensors', bytesOf([header.length, 0, 0, 0, 0, 0, 0, 0], header, new Uint8Array(12)));
    expect(message).toBe('the file contains weights in the format of safetensors, but no graph: 1 tensor with 6 elements');
    expect(hint).toContain('load_file("net.safetensors")');
    expect(hint).toContain('torch.zeros(1, 3)');
    expect(refusal('net.safetensors', bytesOf([header.length, 1, 0, 0, 0, 0, 0, 0], header))).toContain('the safetensors file is damaged');
  });
});
