import { z } from "zod";
import { viewAllocpage } from "../core/accounting/allocpage";
import { viewSlab } from "../core/accounting/slab";
import { viewSockets } from "../core/accounting/sockets";
import { fileNameInput, snapshotIdInput, snapshotInput } from "./inputs";
import { readProcedure, router, writeProcedure } from "./trpc";

const lineNumber = z.int().min(1).optional();

export const snapshotsRouter = router({
  /** Composition, verdict, findings and evidence at one instant; sizes in bytes. */
  report: readProcedure
    .input(snapshotInput)
    .query(({ ctx, input }) => ctx.services.snapshot.report(input.id)),

  /** What is known about the pages that no counter shows; null without MemTotal. */
  allocpage: readProcedure
    .input(snapshotInput)
    .query(({ ctx, input }) => ctx.services.snapshot.view(input.id, viewAllocpage)),

  /** Who allocated what, per dump or trace; with `against` the same of another snapshot of the node. */
  sites: readProcedure
    .input(z.object({ id: snapshotIdInput, against: snapshotIdInput.optional() }))
    .query(({ ctx, input }) => ctx.services.snapshot.sites(input)),

  /** Slab caches, largest first; null where no slab table was captured. */
  slab: readProcedure
    .input(snapshotInput)
    .query(({ ctx, input }) => ctx.services.snapshot.view(input.id, viewSlab)),

  /** Sockets by what they may keep; null where no socket table was captured. */
  sockets: readProcedure
    .input(snapshotInput)
    .query(({ ctx, input }) => ctx.services.snapshot.view(input.id, viewSockets)),

  /** The files that were recognised in the upload. */
  files: readProcedure
    .input(snapshotInput)
    .query(({ ctx, input }) => ctx.services.snapshot.files(input.id)),

  /** Some lines of one file, as they stood. */
  rawFile: readProcedure
    .input(
      z.object({ id: snapshotIdInput, file: fileNameInput, line: lineNumber, from: lineNumber }),
    )
    .query(({ ctx, input }) => ctx.services.snapshot.rawFile(input)),

  /** What removing the upload of this snapshot would take away. */
  removalPreview: readProcedure
    .input(snapshotInput)
    .query(({ ctx, input }) => ctx.services.removal.preview(input.id)),

  /** Removes the upload of this snapshot, with all its looks, for good. */
  remove: writeProcedure
    .input(z.object({ id: snapshotIdInput, revokeLinks: z.boolean().default(true) }))
    .mutation(({ ctx, input }) => ctx.services.removal.remove(input.id, input)),
});
