import { z } from 'zod';
import { AppError } from '../../main/core/errors.ts';

/** The version of this schema; a manifest of another is refused. */
export const MANIFEST_FORMAT = 1;

const fileName = z.string().regex(/^[\w.-]+$/, 'expected a bare file name');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits');
const count = z.int().nonnegative();
const positive = z.int().positive();

/** A file beside the manifest, with the digest of its bytes. */
const fileSchema = z.strictObject({ file: fileName, sha256, bytes: positive });

/** How one layer's weights are zeroed. `dense` and null mean: not at all. */
const sparsitySchema = z.strictObject({
  /** Name of the layer: the initialiser of its weights in the ONNX file. */
  layer: z.string().min(1),
  scheme: z.enum(['dense', 'filter', 'column', 'block', 'pattern', 'unstructured']).nullable(),
  /** Of scheme `block`: consecutive output and input channels that share a tap of the kernel. */
  block: z.strictObject({ outputs: positive, inputs: positive }).optional(),
  /** Share of the scheme's units that may hold weights other than zero. */
  kept: z.number().min(0).max(1).optional(),
});

const trainingSchema = z.strictObject({
  sets: z.array(z.strictObject({ name: z.string().min(1), weight: z.number().positive(), terms: z.string().min(1) })),
  seeds: z.array(z.int()),
  steps: count,
  /** LR pixels seen: steps x batch x patch x patch, summed over all phases. */
  lrPixels: count,
  batch: positive,
  /** Side of the LR patch in LR pixels, of the longest phase. */
  patch: positive,
  /** Free words: processor and threads. */
  device: z.string(),
  /** Day the training ended, `2026-01-31`. */
  date: z.iso.date(),
  /** Free words: what the numbers above do not say (initialised from, schedule, loss). */
  notes: z.string().optional(),
});

const quantisationSchema = z.strictObject({
  method: z.enum(['post-training', 'quantisation-aware']),
  /** Share of the activations on each side that was clipped for the scales. */
  clippedShare: z.number().min(0).max(0.5),
  /** Of the quantisation-aware fine-tuning; 0 after training. */
  steps: count,
  lrPixels: count,
  /** Of the f32 network's self-ensemble in what was learnt there at the end, the rest is the images; absent: none. */
  teacherWeight: z.number().min(0).max(1).optional(),
  /** dB on the validation split, PSNR-Y of protocol `model`: what this file was chosen by. */
  validation: z.strictObject({ f32: z.number(), postTraining: z.number(), int8: z.number() }),
});

const measuredSchema = z.strictObject({
  /** `model` or `anchor`, see main/core/quality. */
  protocol: z.enum(['anchor', 'model']),
  set: z.string().min(1),
  images: positive.optional(),
  runtime: z.enum(['reference', 'onnx', 'sparse', 'webgpu', 'phone']),
  dataType: z.enum(['f32', 'f16', 'int8']),
  /** dB, mean over the images. */
  psnrY: z.number(),
  ssimY: z.number().min(-1).max(1),
});

const manifestSchema = z.strictObject({
  format: z.literal(MANIFEST_FORMAT),
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, 'expected lower-case letters, digits, dots and hyphens'),
  version: z.string().min(1),
  description: z.string().optional(),
  scale: z.int().min(1).max(8),
  colour: z.enum(['y', 'rgb']),
  /** What the full code (255, 1023 …) becomes at the network's input and output: 1 for models of ours. */
  inputMaximum: z.number().positive(),
  opset: positive,
  /** Side of the square of input samples that one output sample depends on; odd. */
  receptiveField: positive,
  /** The network's configuration as data, in the words of whoever built it: `{kind, channels, blocks, base, ...}`. */
  structure: z.record(z.string(), z.json()),
  sparsity: z.array(sparsitySchema),
  files: z.strictObject({ model: fileSchema, trainState: fileSchema.nullable(), int8: fileSchema.optional() }),
  /** How the int8 file came to be. */
  quantisation: quantisationSchema.optional(),
  /** Weights and biases of the shipped network. */
  parameters: positive,
  /** Multiply-adds for a 1280x720 output: of the whole layers, and of what is executed after pruning. */
  macs: z.strictObject({ dense720p: positive, kept720p: positive }),
  training: trainingSchema.nullable(),
  measured: z.array(measuredSchema),
});

/** What `manifest.json` beside a model says of it. */
export type Manifest = z.infer<typeof manifestSchema>;

/**
 * @param value parsed JSON, or the text of a manifest.json
 * @throws AppError `model-invalid`: one sentence naming the field, what was expected and what came
 */
export function parseManifest(value: unknown): Manifest {
  const data = typeof value === 'string' ? parseJson(value) : value;
  const result = manifestSchema.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.map(String).join('.') ?? '';
  const at = where === '' ? 'the whole' : `'${where}'`;
  throw new AppError('model-invalid', `expected a valid model manifest but ${at} is wrong: ${issue?.message ?? ''}`, {
    details: { issues: result.error.issues.slice(0, 5).map((i) => `${i.path.join('.')}: ${i.message}`) },
  });
}

/**
 * @returns the text of a manifest.json, checked against the schema
 * @throws AppError `model-invalid`
 */
export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify(parseManifest(manifest), null, 2)}\n`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('model-invalid', 'expected a model manifest in JSON but got text that is none', {
      cause: error,
    });
  }
}
