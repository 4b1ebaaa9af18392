/** Software Vulkan and OpenGL ES for tests; import this before anything opens a device. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const driver = join(import.meta.dirname, '../../.cache/lavapipe/lvp_icd.json');
if (existsSync(driver)) process.env.VK_DRIVER_FILES ??= driver;
// Shaders run once or twice here: what counts is how long LLVM takes over them.
process.env.LP_NATIVE_VECTOR_WIDTH ??= '128';
process.env.GALLIVM_PERF ??= 'nopt';

/** @returns why no test can use a GPU by Vulkan, null where one may try */
export function whyNoVulkan(): string | null {
  if (process.env.VK_DRIVER_FILES !== undefined) return null;
  return 'no software Vulkan that Dawn takes; .ci/lavapipe unpacks one (Debian 12)';
}
