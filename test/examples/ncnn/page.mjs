// Stands in for ncnn in WebAssembly, with the functions of examples/react/wasm/ncnn.cpp. Instead of computing, it tells what it is asked for.
export default async () => {
  const memory = new ArrayBuffer(1 << 22);
  const [bytes, floats, words] = [new Uint8Array(memory), new Float32Array(memory), new Uint32Array(memory)];
  const told = [];
  globalThis.told = told;
  let end = 16;
  const sizes = [];
  return {
    HEAPU8: bytes,
    HEAPF32: floats,
    _malloc(size) {
      const start = end;
      sizes.push(size);
      end = (end + size + 15) & ~15;
      return start;
    },
    _free() {},
    _net_load(param, bin) {
      told.push(`load ${words[param / 4]}, ${sizes.at(-1) - (bin - param)} bytes`);
      return 1;
    },
    _net_run(net, input, values, dims, d0, d1, d2, d3, output, result, length) {
      const plane = d1 * d2 * d3;
      const first = Array.from({ length: d0 }, (_, at) => floats[values / 4 + plane * at]);
      told.push(`run ${input}: ${[d0, d1, d2, d3].slice(0, dims).join(' × ')} of ${first.join(' ')} to ${output}: ${length}`);
      floats.set([0.25, 0.75], result / 4);
      return net === 1 ? 0 : 1;
    },
    _net_free() {},
  };
};
