export type Factors = Readonly<Record<string, readonly unknown[]>>;
export type Case<F extends Factors> = { readonly [K in keyof F]: F[K][number] };

/**
 * Few cases in which every two values of two factors meet, where `allowed` lets them. Greedy: each next case is the one of
 * all that covers most new pairs.
 */
export function pairwise<F extends Factors>(factors: F, allowed: (one: Case<F>) => boolean): Case<F>[] {
  const all = product(factors).filter(allowed);
  const pairsOf = new Map(all.map((one) => [one, pairs(one)]));
  const open = new Set([...pairsOf.values()].flat());
  const chosen: Case<F>[] = [];
  while (open.size > 0) {
    let best = all[0]!;
    let most = -1;
    for (const one of all) {
      const gain = pairsOf.get(one)!.reduce((sum, pair) => sum + (open.has(pair) ? 1 : 0), 0);
      if (gain > most) [best, most] = [one, gain];
    }
    chosen.push(best);
    for (const pair of pairsOf.get(best)!) open.delete(pair);
  }
  return chosen;
}

/** Every combination. */
export function product<F extends Factors>(factors: F): Case<F>[] {
  return Object.entries(factors).reduce<Record<string, unknown>[]>(
    (cases, [name, values]) => cases.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  ) as Case<F>[];
}

function pairs(one: Readonly<Record<string, unknown>>): string[] {
  const parts = Object.entries(one).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return parts.flatMap((a, i) => parts.slice(i + 1).map((b) => `${a} ${b}`));
}
