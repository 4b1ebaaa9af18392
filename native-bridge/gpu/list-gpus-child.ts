/** Prints the GPUs that Dawn can use as JSON. A process of its own: drivers write to its stderr, and may crash. */
import { listGpus, whyDawnMissing } from './dawn.ts';

const missing = await whyDawnMissing();
const gpus = missing === null ? await listGpus() : [];
process.stdout.write(JSON.stringify({ missing, gpus }), () => {
  process.exit(0);
});
