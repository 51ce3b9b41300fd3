export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
}

export interface Cut {
  /** The capacity of the edges that lead from the side of the source to that of the sink. */
  readonly capacity: number;
  /** The nodes on the side of the sink, as few as there can be. */
  readonly sinkSide: ReadonlySet<number>;
}

/** A cheapest cut between two nodes of a directed graph, by augmenting paths (Edmonds and Karp). Capacities are whole numbers or infinite. */
export function minimumCut(edges: readonly Edge[], source: number, sink: number): Cut {
  const rest = edges.flatMap(({ from, to, capacity }) => [
    { from, to, capacity },
    { from: to, to: from, capacity: 0 },
  ]);
  const leaving = new Map<number, number[]>();
  const entering = new Map<number, number[]>();
  for (const [index, { from, to }] of rest.entries()) {
    leaving.set(from, [...(leaving.get(from) ?? []), index]);
    entering.set(to, [...(entering.get(to) ?? []), index]);
  }
  const capacityOf = (index: number): number => rest[index]?.capacity ?? 0;
  const shortestPath = (): readonly number[] | undefined => {
    const reachedBy = new Map<number, number | undefined>([[source, undefined]]);
    for (const node of reachedBy.keys()) {
      if (node === sink) break;
      for (const index of leaving.get(node) ?? []) {
        const to = rest[index]?.to ?? sink;
        if (capacityOf(index) > 0 && !reachedBy.has(to)) reachedBy.set(to, index);
      }
    }
    if (!reachedBy.has(sink)) return undefined;
    const path: number[] = [];
    for (let by = reachedBy.get(sink); by !== undefined; by = reachedBy.get(rest[by]?.from ?? source)) path.push(by);
    return path;
  };
  let capacity = 0;
  for (let path = shortestPath(); path !== undefined; path = shortestPath()) {
    const flow = Math.min(...path.map(capacityOf));
    if (flow === Number.POSITIVE_INFINITY) return { capacity: flow, sinkSide: new Set([sink]) };
    capacity += flow;
    for (const index of path) {
      const [forward, backward] = [rest[index], rest[index ^ 1]];
      if (forward !== undefined) forward.capacity -= flow;
      if (backward !== undefined) backward.capacity += flow;
    }
  }
  const sinkSide = new Set([sink]);
  for (const node of sinkSide) {
    for (const index of entering.get(node) ?? []) if (capacityOf(index) > 0) sinkSide.add(rest[index]?.from ?? sink);
  }
  return { capacity, sinkSide };
}
