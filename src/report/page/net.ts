import type { DescribedLayer } from '../layers.ts';

/** A net as the script of the page gets it: the nodes and edges with their positions, and the facts about them. */
export interface PageNet {
  /** Size of the whole drawing, in pixels at full size. */
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PageNode[];
  /** Indices in the list of nodes: from, to. */
  readonly edges: readonly (readonly [number, number])[];
}

export interface PageNode {
  /** Absent for a node that represents an output. */
  readonly layer?: DescribedLayer;
  readonly family: string;
  readonly title: string;
  readonly subtitle: string;
  readonly width: number;
  readonly height: number;
  /** Position of its center. */
  readonly x: number;
  readonly y: number;
}

/** The visible part of a drawing. */
export interface Viewport {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
