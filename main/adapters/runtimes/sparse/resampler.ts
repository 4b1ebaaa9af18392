export { createNativeResampler } from '../../../../native-bridge/cpu/resampler.ts';
