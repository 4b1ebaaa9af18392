import type { TrainingSet, ValidationImage } from '../../../../models/search/train/data/training-set.ts';
import { uniform } from '../../../../models/search/train/random.ts';

/** A wave across both resolutions: detail that a net can learn in a few steps, a pure function of (seed, step, sample). */
export function syntheticSet(scale: 2 | 3 | 4): TrainingSet {
  return {
    scale,
    sets: ['waves'],
    fillBatch({ seed, step, batch, patch }, lr, hr) {
      for (let n = 0; n < batch; n++) {
        const key = 3 * (step * batch + n);
        const wave = waveOf(uniform(seed, key), uniform(seed, key + 1), uniform(seed, key + 2));
        for (let y = 0; y < patch; y++) {
          for (let x = 0; x < patch; x++) {
            let sum = 0;
            for (let s = 0; s < scale * scale; s++) {
              const value = wave(y + Math.floor(s / scale) / scale, x + (s % scale) / scale);
              hr[((n * scale * scale + s) * patch + y) * patch + x] = value;
              sum += value;
            }
            lr[(n * patch + y) * patch + x] = Math.round((255 * sum) / scale ** 2) / 255;
          }
        }
      }
    },
  };
}

function waveOf(angle: number, frequency: number, phase: number): (y: number, x: number) => number {
  const [fy, fx] = [Math.sin(2 * Math.PI * angle), Math.cos(2 * Math.PI * angle)].map((v) => v * (0.3 + frequency));
  return (y, x) => 0.5 + 0.4 * Math.sin(fy! * y + fx! * x + 2 * Math.PI * phase);
}

export function syntheticImage(scale: 2 | 3 | 4, side: number): ValidationImage {
  const lr = new Float32Array(side * side);
  const hr = new Float32Array(side * side * scale * scale);
  syntheticSet(scale).fillBatch({ seed: 99, step: 0, batch: 1, patch: side }, lr, hr);
  const whole = new Float32Array(hr.length);
  const width = side * scale;
  whole.forEach((_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    const channel = (y % scale) * scale + (x % scale);
    whole[i] = 255 * hr[(channel * side + Math.floor(y / scale)) * side + Math.floor(x / scale)]!;
  });
  return {
    set: 'waves',
    file: 'wave.png',
    lrWidth: side,
    lrHeight: side,
    lr: Uint8Array.from(lr, (v) => Math.round(255 * v)),
    hr: whole,
  };
}
