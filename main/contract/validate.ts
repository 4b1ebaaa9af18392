import { z } from 'zod';
import { AppError } from '../core/errors.ts';
import { plainErrorSchema } from './messages.ts';

/** Everything that goes over a port. */
export const envelopeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('call'), id: z.int(), name: z.string(), input: z.unknown() }),
  z.strictObject({ kind: z.literal('result'), id: z.int(), output: z.unknown() }),
  z.strictObject({ kind: z.literal('failure'), id: z.int(), error: plainErrorSchema }),
  z.strictObject({ kind: z.literal('event'), name: z.string(), value: z.unknown() }),
]);
export type Envelope = z.infer<typeof envelopeSchema>;

/**
 * The value as its schema describes it.
 * @param what names the message in the error
 * @throws AppError `internal`: both sides are ours, so a message that does not fit is our own mistake
 */
export function validate<T extends z.ZodType>(schema: T, value: unknown, what: string): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.join('.') ?? '';
  throw new AppError('internal', `expected a valid ${what} but ${place || 'it'} is wrong: ${issue?.message ?? ''}`);
}
