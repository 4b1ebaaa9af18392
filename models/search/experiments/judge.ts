import { encodeOnnx } from '../../format/onnx.ts';
import type { StageContext } from '../stages/stage.ts';
import { buildInference } from '../train/net/inference-graph.ts';
import { mergeNet } from '../train/run/merge.ts';
import type { TrainingState } from '../train/run/state.ts';
import { cutMiddle, validate } from '../train/run/validate.ts';

/** LR pixels on a side of each validation image. */
const SIDE = 128;

/** @returns dB of a trained network's moving average on the validation split, f32 */
export async function judge(
  { validation }: Pick<StageContext, 'validation'>,
  { config: { net }, vectors: { average, mask } }: TrainingState,
): Promise<number> {
  const images = validation.map((image) => cutMiddle(image, SIDE, net.scale));
  return validate(net, average, mask, images);
}

/** @returns bytes of a trained network as it would be exported, to be measured whole */
export async function onnxOf({ config: { net }, vectors: { average, mask } }: TrainingState): Promise<Uint8Array> {
  return encodeOnnx(buildInference(net, await mergeNet(net, average, mask)));
}
