/** What generated shaders say of themselves, read off their text. */

/** Multiply-adds of one invocation: `f1(`, `f4(` and their like, times the rounds of the loops around them. */
export function countMacs(shader: string): number {
  let macs = 0;
  const rounds = [1];
  const body = shader.slice(shader.indexOf('main('));
  for (const line of body.split('\n').slice(1)) {
    const loop = /^\s*for \(.* = (\d+); .* < (\d+);/.exec(line);
    if (loop) rounds.push(rounds.at(-1)! * (Number(loop[2]) - Number(loop[1])));
    else if (/^\s*\}/.test(line)) rounds.pop();
    const sum = /= [fid]([14])\(/.exec(line);
    if (sum) macs += rounds.at(-1)! * (sum[1] === '4' ? 16 : 4);
  }
  return macs;
}

/** Input samples of one invocation. */
export function pixelsOf(shader: string): number {
  return Number(/i32\(id\.x\) \* (\d+);/.exec(shader)?.[1]);
}
