import type { Budget } from '../../../budget/budget.ts';
import { allBytes, type ByteSource } from '../../../bytes/byteSource.ts';
import { readPickleAt } from '../archive/pickle.ts';
import type { PickleValue } from '../archive/pickleValue.ts';
import { emptyStorage } from '../archive/storedTensor.ts';

/** The pickle at the start of old files: protocol 2 and the integer 0x1950a86a20f9469cfc6c. */
const magic: readonly number[] = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

/** Whether a file was written by torch.save before release 1.6: consecutive pickles without an archive. */
export function isLegacyFile(contents: ByteSource): boolean {
  const bytes = contents.part(0, Math.min(magic.length, contents.size));
  return magic.every((byte, index) => bytes[index] === byte);
}

/** The object in such a file. The magic number is followed by the version of the format, facts about the system, and the object. */
export function readLegacyFile(contents: ByteSource, file: string, budget: Budget): PickleValue {
  const bytes = allBytes(contents);
  const context = {
    file,
    budget,
    allowsAnyClass: true,
    storage: emptyStorage,
  };
  const version = readPickleAt(bytes, magic.length, context);
  const system = readPickleAt(bytes, version.end, context);
  return readPickleAt(bytes, system.end, context).value;
}
