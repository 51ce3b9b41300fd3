import type { Budget } from '../../../budget/budget.ts';
import { readPickleAt } from '../archive/pickle.ts';
import type { PickleValue } from '../archive/pickleValue.ts';

/** The pickle that old files begin with: protocol 2 and the integer 0x1950a86a20f9469cfc6c. */
const magic: readonly number[] = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

/** Whether a file is one of torch.save before release 1.6: pickles one behind the other, and no archive. */
export function isLegacyFile(bytes: Uint8Array): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/** The object of such a file. Behind the magic stand the version of the format and facts about the system, then the object. */
export function readLegacyFile(bytes: Uint8Array, file: string, budget: Budget): PickleValue {
  const context = {
    file,
    budget,
    allowsAnyClass: true,
    storage: (key: string) => ({ key, bytes: () => new Uint8Array(0) }),
  };
  const version = readPickleAt(bytes, magic.length, context);
  const system = readPickleAt(bytes, version.end, context);
  return readPickleAt(bytes, system.end, context).value;
}
