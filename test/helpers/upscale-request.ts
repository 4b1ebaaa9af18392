import type { UpscaleRequest } from '../../main/contract/messages.ts';

/** A request with everything quick, for tests. */
export function makeRequest(
  inputPath: string,
  model: string | null,
  more: Partial<UpscaleRequest> = {},
): UpscaleRequest {
  return {
    inputPath,
    outputPath: null,
    outputFolder: null,
    scale: null,
    model,
    device: 'auto',
    arithmetic: null,
    codec: 'auto',
    crf: 12,
    preset: 'ultrafast',
    fromSeconds: null,
    toSeconds: null,
    ...{ deinterlace: 'auto', inverseTelecine: false, tolerateDamage: false },
    overwrite: false,
    threads: 1,
    statsPath: null,
    segmentFrames: 5,
    ...more,
  };
}
