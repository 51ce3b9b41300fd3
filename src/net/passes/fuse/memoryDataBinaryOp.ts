import { binaryCodes } from '../../layers/codes.ts';
import { paramOf } from '../../layers/params.ts';
import { makeLayer } from '../../net.ts';
import { constantOf } from '../analysis/constant.ts';
import type { NetEditor } from '../editor.ts';
import type { Pass } from '../pass.ts';

export const fuseMemoryDataBinaryOp: Pass = {
  name: 'fuse_memorydata_binaryop',
  description: 'Fuses a constant of one element into the BinaryOp that reads it, as its scalar.',
  run: (editor) => {
    let times = 0;
    for (const layer of editor.layers('BinaryOp')) {
      if (layer.bottoms.length !== 2 || paramOf(layer, 'with_scalar') !== 0) continue;
      const place = [1, 0].find((index) => isScalarBeside(editor, layer.bottoms[index], layer.bottoms[1 - index]));
      const constant = place === undefined ? undefined : constantOf(editor, layer.bottoms[place]);
      const source = place === undefined ? undefined : layer.bottoms[1 - place];
      if (constant === undefined || source === undefined) continue;
      const operation = paramOf(layer, 'op_type');
      const code = place === 0 ? reversed.get(operation) : operation;
      if (code === undefined) continue;
      const [value = 0] = constant.values();
      // A parameter cannot be infinite or NaN.
      if (!Number.isFinite(Math.fround(value))) continue;
      editor.replace(layer, makeLayer('BinaryOp', layer.name, [source], layer.tops, { op_type: code, with_scalar: 1, b: value }));
      const [top] = constant.layer.tops;
      if (top !== undefined && !editor.isNeeded(top)) editor.remove(constant.layer);
      times++;
    }
    return times;
  },
};

/** Whether a blob is a constant of one element that does not raise the rank of the result above that of the other operand. */
function isScalarBeside(editor: NetEditor, blob: string | undefined, beside: string | undefined): boolean {
  const constant = constantOf(editor, blob);
  if (constant === undefined || constant.shape.some((size) => size !== 1)) return false;
  return constant.shape.length <= (editor.shape(beside)?.length ?? 1);
}

const swaps: readonly (readonly [keyof typeof binaryCodes, keyof typeof binaryCodes])[] = [
  ['ADD', 'ADD'],
  ['MUL', 'MUL'],
  ['MAX', 'MAX'],
  ['MIN', 'MIN'],
  ['LOGADDEXP', 'LOGADDEXP'],
  ['SUB', 'RSUB'],
  ['DIV', 'RDIV'],
  ['POW', 'RPOW'],
  ['ATAN2', 'RATAN2'],
  ['FMOD', 'RFMOD'],
  ['FLOOR_DIVIDE', 'RFLOOR_DIVIDE'],
  ['REMAINDER', 'RREMAINDER'],
];

/** The operator that computes the same with exchanged operands. */
const reversed: ReadonlyMap<number, number> = new Map(
  swaps.flatMap(([one, other]): [number, number][] => [
    [binaryCodes[one].code, binaryCodes[other].code],
    [binaryCodes[other].code, binaryCodes[one].code],
  ]),
);
