import type { Net } from '../net/net.ts';
import type { NetHistory } from '../net/passes/history.ts';

/** How a net came about: what a conversion keeps for its report. */
export interface ConversionTrace {
  /** What the file says about itself: `opset 17, made by pytorch 2.1`; empty where it says nothing. */
  readonly about: string;
  /** The operator of each node of the source, by the node's name, in its order; empty where the source is a net of layers. */
  readonly nodes: ReadonlyMap<string, string>;
  /** How often each operator stands in the source, by name. */
  readonly operators: ReadonlyMap<string, number>;
  /** The net before it was optimized. */
  readonly before: Net;
  /** What the optimizer did with its layers. */
  readonly history: NetHistory;
}
