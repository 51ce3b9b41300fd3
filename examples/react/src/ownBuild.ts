import type { EmscriptenModule } from 'unplugin-ncnn/runtime';

let loading: Promise<EmscriptenModule> | undefined;

/** Your own build of ncnn, as `wasm/CMakeLists.txt` makes it: `ncnn.mjs` lies beside the page, in `public`. It is loaded once. */
export function loadOwnBuild(): Promise<EmscriptenModule> {
  loading ??= import(/* @vite-ignore */ new URL('ncnn.mjs', document.baseURI).href).then(
    (module: { readonly default: () => Promise<EmscriptenModule> }) => module.default(),
  );
  return loading;
}
