/** Milliseconds of a clock that never goes back; only differences mean anything. Handed in, because core has no Node. */
export type Clock = () => number;
