/** Round constants: the fractional parts of the cube roots of the first 64 primes (FIPS 180-4). */
const rounds = Int32Array.from(
  [
    '428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5 d807aa98 12835b01 243185be 550c7dc3 72be5d74 80deb1fe',
    '9bdc06a7 c19bf174 e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da 983e5152 a831c66d b00327c8 bf597fc7',
    'c6e00bf3 d5a79147 06ca6351 14292967 27b70a85 2e1b2138 4d2c6dfc 53380d13 650a7354 766a0abb 81c2c92e 92722c85 a2bfe8a1 a81a664b',
    'c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070 19a4c116 1e376c08 2748774c 34b0bcb5 391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3',
    '748f82ee 78a5636f 84c87814 8cc70208 90befffa a4506ceb bef9a3f7 c67178f2',
  ]
    .join(' ')
    .split(' '),
  (digits) => Number.parseInt(digits, 16),
);
const initial = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
const blockSize = 64;

/** The SHA-256 of concatenated pieces, in hexadecimal. It is synchronous and incremental, which Web Crypto is not. */
export function sha256(pieces: Iterable<Uint8Array>): string {
  const state = Int32Array.from(initial);
  const words = new Int32Array(64);
  const block = new Uint8Array(blockSize);
  const view = new DataView(block.buffer);
  let length = 0;
  const add = (bytes: Uint8Array): void => {
    for (let start = 0; start < bytes.length; ) {
      const used = length % blockSize;
      const part = bytes.subarray(start, start + blockSize - used);
      block.set(part, used);
      start += part.length;
      length += part.length;
      if (length % blockSize === 0) compress(state, view, words);
    }
  };
  for (const piece of pieces) add(piece);
  const bits = BigInt(length) * 8n;
  add(Uint8Array.of(0x80));
  add(new Uint8Array((2 * blockSize - 8 - (length % blockSize)) % blockSize));
  const end = new DataView(new ArrayBuffer(8));
  end.setBigUint64(0, bits);
  add(new Uint8Array(end.buffer));
  return Array.from(new Uint32Array(state.buffer), (word) => word.toString(16).padStart(8, '0')).join('');
}

function compress(state: Int32Array, block: DataView, words: Int32Array): void {
  for (let index = 0; index < 16; index++) words[index] = block.getInt32(4 * index);
  for (let index = 16; index < 64; index++) {
    const before = at(words, index - 15);
    const last = at(words, index - 2);
    const small0 = rotated(before, 7) ^ rotated(before, 18) ^ (before >>> 3);
    const small1 = rotated(last, 17) ^ rotated(last, 19) ^ (last >>> 10);
    words[index] = (at(words, index - 16) + small0 + at(words, index - 7) + small1) | 0;
  }
  let a = at(state, 0);
  let b = at(state, 1);
  let c = at(state, 2);
  let d = at(state, 3);
  let e = at(state, 4);
  let f = at(state, 5);
  let g = at(state, 6);
  let h = at(state, 7);
  for (let index = 0; index < 64; index++) {
    const big1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const first = (h + big1 + ((e & f) ^ (~e & g)) + at(rounds, index) + at(words, index)) | 0;
    const big0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const second = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((value, index) => {
    state[index] = (at(state, index) + value) | 0;
  });
}

function at(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}

function rotated(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}
