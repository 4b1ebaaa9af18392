import { compileProgram } from '../../../../models/compiler/backends/shader/compile-program.ts';
import { glsl } from '../../../../models/compiler/backends/shader/glsl.ts';
import { compileSparse } from '../../../../models/compiler/compile.ts';
import type { Program } from '../../../../models/format/program.ts';
import { AppError } from '../../../core/errors.ts';
import type { Arithmetic, RuntimeGeometry, RuntimeModel } from '../../../core/runtime.ts';
import { fileFor } from '../model-file.ts';

/**
 * The model as a program for a phone's GPU.
 * @throws AppError `model-unsupported`
 */
export function compileForPhone(model: RuntimeModel, geometry: RuntimeGeometry, arithmetic: Arithmetic): Program {
  const { bitDepth, width, height } = geometry;
  const { inputMaximum, sparsity, name } = model;
  const file = arithmetic === 'f16' ? 'f32' : arithmetic;
  const { network } = compileSparse(fileFor(model, file), { bitDepth, inputMaximum, sparsity });
  if (network.dataType !== file) {
    throw new AppError(
      'model-unsupported',
      `expected model '${name}' in ${file} but its file is of ${network.dataType}`,
    );
  }
  const storage = arithmetic === 'f16' ? { storage: 'f16' as const } : {};
  return compileProgram(network, { dialect: glsl, width, height, ...storage });
}
