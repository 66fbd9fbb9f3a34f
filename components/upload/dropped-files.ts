/** What a drop or a paste carried. */
export interface Dropped {
  readonly files: readonly File[];
  /** Names of folders among it: a browser hands them over without their content. */
  readonly folders: readonly string[];
}

/** Files of a drop or a paste, with folders told apart from files. */
export function readDropped(data: DataTransfer): Dropped {
  const folders = Array.from(data.items).flatMap((item) => {
    const entry = item.kind === "file" ? item.webkitGetAsEntry() : null;
    return entry?.isDirectory ? [entry.name] : [];
  });
  const files = Array.from(data.files).filter(({ name }) => !folders.includes(name));
  return { files, folders };
}

/** True when something that carries files is dragged, not a selection or a link. */
export function carriesFiles(data: DataTransfer | null): boolean {
  return data?.types.includes("Files") ?? false;
}
