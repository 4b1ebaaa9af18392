/** Training's convolutions in C++, where the engine was built. */
export { openTrainingPass } from '../../../../native-bridge/cpu/training.ts';
