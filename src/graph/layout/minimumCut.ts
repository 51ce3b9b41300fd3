export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
}

export interface Cut {
  /** The capacity of the edges from the source side to the sink side. */
  readonly capacity: number;
  /** The nodes on the sink side, as few as possible. */
  readonly sinkSide: ReadonlySet<number>;
}

/**
 * A minimum cut between two nodes of a directed graph, with blocking flows (Dinic): nearly linear if most capacities are equal. Capacities
 * are integers or infinite. Nodes are numbered from 0.
 */
export function minimumCut(edges: readonly Edge[], source: number, sink: number): Cut {
  const network = new ResidualNetwork(edges, source, sink);
  let capacity = 0;
  while (network.rank()) {
    for (let flow = network.augment(); flow > 0; flow = network.augment()) {
      if (flow === Number.POSITIVE_INFINITY) return { capacity: flow, sinkSide: new Set([sink]) };
      capacity += flow;
    }
  }
  return { capacity, sinkSide: network.reachingSink() };
}

/** The edges and their reverse edges, in pairs, with their residual capacities. */
class ResidualNetwork {
  readonly #source: number;
  readonly #sink: number;
  readonly #targets: number[] = [];
  readonly #capacities: number[] = [];
  /** Indices of the edges that leave each node. */
  readonly #leaving: number[][] = [];
  /** Distance of each node from the source, -1 if it cannot be reached. */
  #distances: number[] = [];
  /** For each node, the first of its edges that may still carry flow in this round. */
  #next: number[] = [];

  constructor(edges: readonly Edge[], source: number, sink: number) {
    this.#source = source;
    this.#sink = sink;
    const add = (from: number, to: number, capacity: number): void => {
      while (this.#leaving.length <= Math.max(from, to, source, sink)) this.#leaving.push([]);
      this.#leaving[from]?.push(this.#targets.length);
      this.#targets.push(to);
      this.#capacities.push(capacity);
    };
    for (const { from, to, capacity } of edges) {
      add(from, to, capacity);
      add(to, from, 0);
    }
  }

  /** Computes the distances from the source; `false` if the sink cannot be reached. */
  rank(): boolean {
    this.#distances = this.#leaving.map(() => -1);
    this.#next = this.#leaving.map(() => 0);
    this.#distances[this.#source] = 0;
    const queue = [this.#source];
    for (const node of queue) {
      for (const edge of this.#leaving[node] ?? []) {
        const to = this.#target(edge);
        if (this.#capacity(edge) <= 0 || this.#distances[to] !== -1) continue;
        this.#distances[to] = this.#distance(node) + 1;
        queue.push(to);
      }
    }
    return this.#distance(this.#sink) >= 0;
  }

  /** Sends flow along one shortest path; returns the amount, or 0 if there is no path. */
  augment(): number {
    const path: number[] = [];
    let node = this.#source;
    while (node !== this.#sink) {
      const edge = this.#advance(node);
      if (edge !== undefined) {
        path.push(edge);
        node = this.#target(edge);
        continue;
      }
      const back = path.pop();
      if (back === undefined) return 0;
      // A dead end: continue with the next edge of the previous node.
      node = this.#target(back ^ 1);
      this.#next[node] = (this.#next[node] ?? 0) + 1;
    }
    let flow = Number.POSITIVE_INFINITY;
    for (const edge of path) flow = Math.min(flow, this.#capacity(edge));
    if (flow === Number.POSITIVE_INFINITY) return flow;
    for (const edge of path) {
      this.#capacities[edge] = this.#capacity(edge) - flow;
      this.#capacities[edge ^ 1] = this.#capacity(edge ^ 1) + flow;
    }
    return flow;
  }

  /** The nodes from which the sink can still be reached. */
  reachingSink(): ReadonlySet<number> {
    const reaching = new Set([this.#sink]);
    for (const node of reaching) {
      for (const edge of this.#leaving[node] ?? []) if (this.#capacity(edge ^ 1) > 0) reaching.add(this.#target(edge));
    }
    return reaching;
  }

  /** The next edge with residual capacity from a node to a more distant one. */
  #advance(node: number): number | undefined {
    const edges = this.#leaving[node] ?? [];
    for (let place = this.#next[node] ?? 0; place < edges.length; place++) {
      this.#next[node] = place;
      const edge = edges[place] ?? 0;
      if (this.#capacity(edge) > 0 && this.#distance(this.#target(edge)) === this.#distance(node) + 1) return edge;
    }
    this.#next[node] = edges.length;
    return undefined;
  }

  #target(edge: number): number {
    return this.#targets[edge] ?? this.#sink;
  }

  #capacity(edge: number): number {
    return this.#capacities[edge] ?? 0;
  }

  #distance(node: number): number {
    return this.#distances[node] ?? -1;
  }
}
