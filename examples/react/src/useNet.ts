import { useEffect, useState } from 'react';
import type { NcnnModel } from 'unplugin-ncnn/runtime';
import { loadNet, type Net } from './ncnn';

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly net: Net }
  | { readonly kind: 'failed'; readonly message: string };

/** Loads a net for as long as the component is shown. */
export function useNet(model: NcnnModel): State {
  const [state, setState] = useState<State>({ kind: 'loading' });
  useEffect(() => {
    const leaving = new AbortController();
    let loaded: Net | undefined;
    loadNet(model, leaving.signal).then(
      (net) => {
        loaded = net;
        if (leaving.signal.aborted) net.free();
        else setState({ kind: 'ready', net });
      },
      (error: unknown) => {
        if (!leaving.signal.aborted) setState({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => {
      leaving.abort();
      loaded?.free();
    };
  }, [model]);
  return state;
}
