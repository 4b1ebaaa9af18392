export { createNativeComparer } from '../../../../native-bridge/cpu/similarity.ts';
export type { PlanePair, PlaneSimilarity } from '../../../../native-bridge/cpu/similarity.ts';
