import { z } from "zod";
import { uploadIdInput, uploadNameInput } from "./inputs";
import { readProcedure, router, writeProcedure } from "./trpc";

const MAX_SLICE = 4 * 1024 * 1024;
const MAX_PASTE = 8 * 1024 * 1024;

const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

const sliceFields = z.object({
  uploadId: z.uuid().toLowerCase(),
  name: uploadNameInput,
  offset: wholeNumber,
  size: wholeNumber,
  chunk: z.instanceof(Blob).refine((blob) => blob.size <= MAX_SLICE, "a slice is at most 4 MiB"),
});

/** A form with one slice; what it lacks is told field by field. */
const sliceForm = z.instanceof(FormData).transform((form, context) => {
  const { success, data, error } = sliceFields.safeParse(Object.fromEntries(form));
  if (success) return data;
  for (const { message, path } of error.issues)
    context.addIssue({ code: "custom", message, path: [...path] });
  return z.NEVER;
});

export const uploadsRouter = router({
  /** Takes one slice of a file; answers how many bytes of it have arrived. */
  chunk: writeProcedure.input(sliceForm).mutation(async ({ ctx, input }) => {
    const { chunk, ...slice } = input;
    const bytes = new Uint8Array(await chunk.arrayBuffer());
    return { received: await ctx.services.uploads.receive({ ...slice, bytes }) };
  }),

  /** Reads, judges and stores a file that has arrived whole. */
  analyse: writeProcedure
    .input(uploadIdInput)
    .mutation(({ ctx, input }) => ctx.services.uploads.analyse(input.uploadId)),

  /** Where an upload stands. */
  progress: readProcedure
    .input(uploadIdInput)
    .query(({ ctx, input }) => ctx.services.uploads.progress(input.uploadId)),

  /** Stops an upload and drops its bytes. */
  cancel: writeProcedure.input(uploadIdInput).mutation(async ({ ctx, input }) => {
    await ctx.services.uploads.cancel(input.uploadId);
    return {};
  }),

  /** Text out of a terminal: meminfo, ss, slabinfo, several of them in a row. */
  paste: writeProcedure
    .input(
      z.object({
        name: uploadNameInput.optional(),
        text: z
          .string()
          .min(1)
          .refine((text) => Buffer.byteLength(text) <= MAX_PASTE, "a paste is at most 8 MiB"),
      }),
    )
    .mutation(({ ctx, input }) => ctx.services.storeText(input.text, input.name ?? "paste.txt")),

  /** The incident that ships with the project. */
  example: writeProcedure.mutation(({ ctx }) => ctx.services.storeExample()),

  limits: readProcedure.query(({ ctx }) => ctx.services.uploadLimits),
});
