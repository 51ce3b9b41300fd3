import { useEffect, useState } from 'react';
import { createSession, type NcnnModel, type Session, type SessionOptions } from 'unplugin-ncnn/runtime';

type State<M extends NcnnModel> =
  | { readonly kind: 'loading'; readonly percent: number }
  | { readonly kind: 'ready'; readonly session: Session<M> }
  | { readonly kind: 'failed'; readonly message: string };

/** A session of a net for as long as the component is shown. `loadWasm` gives another ncnn than that of the package; it has to be the same function each time. */
export function useSession<M extends NcnnModel>(model: M, loadWasm?: () => Promise<SessionOptions['wasm']>): State<M> {
  const [state, setState] = useState<State<M>>({ kind: 'loading', percent: 0 });
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    let ready: Session<M> | undefined;
    const load = async () => {
      const wasm = await loadWasm?.();
      const session = await createSession(model, {
        signal,
        ...(wasm === undefined ? {} : { wasm }),
        onProgress: ({ file, loaded, total }) => {
          if (file === 'weights' && total !== undefined) setState({ kind: 'loading', percent: Math.round((100 * loaded) / total) });
        },
      });
      if (signal.aborted) return session.dispose();
      ready = session;
      setState({ kind: 'ready', session });
    };
    load().catch((error: unknown) => {
      if (!signal.aborted) setState({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    });
    return () => {
      leaving.abort();
      ready?.dispose();
    };
  }, [model, loadWasm]);
  return state;
}
