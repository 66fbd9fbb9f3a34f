import type { FdLink } from "./fd-links";
import type { Parsed } from "./parsed";
/** `lsof` default columns: sockets, pipes, deleted files, memfds as fd links. Other rows are passed over. */
export declare function parseLsof(text: string): Parsed<readonly FdLink[]>;
