import type { Graph, Node, Quantisation, Shape, Tensor } from '../../ir/graph.ts';
import { inferShapes } from '../../ir/verify.ts';

/** Any size that kernels and reflections fit into: passes ask for channels only. */
const PROBE_SIZE = 48;

/** A graph while a pass rewrites it. Values keep their names, so a node may be replaced without touching its users. */
export class Draft {
  readonly graph: Graph;
  readonly nodes: Node[];
  readonly constants: Record<string, Tensor>;
  readonly quantised: Record<string, Quantisation>;

  constructor(graph: Graph) {
    this.graph = graph;
    this.nodes = [...graph.nodes];
    this.constants = { ...graph.constants };
    this.quantised = { ...graph.quantised };
  }

  producer(value: string): Node | undefined {
    return this.nodes.find((node) => node.output === value);
  }

  users(value: string): Node[] {
    return this.nodes.filter((node) => node.inputs.includes(value));
  }

  /** The one node that reads a value which may vanish: it is no output and carries no rounding of its own. */
  onlyUser(value: string): Node | undefined {
    const users = this.users(value);
    if (value === this.graph.output || value in this.quantised || users.length !== 1) return undefined;
    return users[0]?.inputs.filter((name) => name === value).length === 1 ? users[0] : undefined;
  }

  /** Puts nodes in the place of one. */
  replace(node: Node, ...by: readonly Node[]): void {
    this.nodes.splice(this.nodes.indexOf(node), 1, ...by);
  }

  remove(node: Node): void {
    this.nodes.splice(this.nodes.indexOf(node), 1);
  }

  /** Lets everybody who reads `from` read `to`. @returns false when `from` leaves the graph and so has to stay */
  forward(from: string, to: string): boolean {
    if (from === this.graph.output) return false;
    this.nodes.forEach((node, i) => {
      if (!node.inputs.includes(from)) return;
      this.nodes[i] = { ...node, inputs: node.inputs.map((name) => (name === from ? to : name)) };
    });
    return true;
  }

  /** @returns the name under which the constant is kept: `name`, or one like it that is free */
  addConstant(name: string, tensor: Tensor): string {
    const free = this.freeName(name);
    this.constants[free] = tensor;
    return free;
  }

  /** @returns `name`, or one like it that no value has */
  freeName(name: string): string {
    const taken = (n: string): boolean =>
      n in this.constants || n === this.graph.input.name || this.nodes.some((node) => node.output === n);
    let free = name;
    for (let i = 1; taken(free); i += 1) free = `${name}.${i}`;
    return free;
  }

  /** Shapes of all values for one probe size, as the draft stands now. */
  shapes(): ReadonlyMap<string, Shape> {
    const { height, width } = this.graph.input;
    return inferShapes(this.finish(), { height: height ?? PROBE_SIZE, width: width ?? PROBE_SIZE });
  }

  /** The graph, without nodes, constants and notes that nothing reads. */
  finish(): Graph {
    const { output } = this.graph;
    const wanted = new Set([output]);
    const nodes: Node[] = [];
    for (const node of [...this.nodes].reverse()) {
      if (!wanted.has(node.output)) continue;
      nodes.unshift(node);
      for (const input of node.inputs) wanted.add(input);
    }
    const kept = <T>(all: Record<string, T>): Record<string, T> =>
      Object.fromEntries(Object.entries(all).filter(([name]) => wanted.has(name)));
    const quantised = kept(this.quantised);
    const graph: Graph & { quantised?: unknown } = { ...this.graph, constants: kept(this.constants), nodes };
    if (Object.keys(quantised).length > 0) return { ...graph, quantised };
    delete graph.quantised;
    return graph;
  }
}
