import { describe, expect, it } from "vitest";
import { decodeArguments, decodeText } from "./decode-text";
import { detectContent } from "./magic";
import { linkTargetPath, normalisePath } from "./member-path";

describe("names cannot leave the archive", () => {
  it.each([
    ["a/./b//c", "a/b/c"],
    ["/etc/passwd", "etc/passwd"],
    ["a/../b", "b"],
    ["../a", undefined],
    ["a/../../b", undefined],
    ["C:\\x\\meminfo", "x/meminfo"],
    ["meminfo\0.png", "meminfo"],
    ["./", undefined],
    ["", undefined],
    ["proc/net/", "proc/net"],
    ["..hidden/x", "..hidden/x"],
  ])("%j becomes %j", (raw, path) => expect(normalisePath(raw)).toBe(path));

  it.each([
    ["r/proc/net", "self/net", "r/proc/self/net"],
    ["r/free", "sos_commands/memory/free", "r/sos_commands/memory/free"],
    ["r/a", "../../etc/passwd", undefined],
    ["r/a", "/etc/passwd", "etc/passwd"],
  ])("the link %j to %j means %j", (path, target, resolved) =>
    expect(linkTargetPath(path, target)).toBe(resolved),
  );
});

describe("bytes of any encoding become text", () => {
  it("one Latin-1 byte leaves UTF-8 lines as they are", () => {
    const bytes = Buffer.concat([Buffer.from("größe\n"), Buffer.from([0x67, 0xfc, 0x0a])]);
    expect(decodeText(bytes)).toBe("größe\ngü\n");
  });

  it.each(["utf16le", "utf-16 without a mark"])("%s", (kind) => {
    const body = Buffer.from("MemTotal: 1 kB\n", "utf16le");
    const mark = kind === "utf16le" ? Buffer.from([0xff, 0xfe]) : Buffer.alloc(0);
    expect(decodeText(Buffer.concat([mark, body]))).toBe("MemTotal: 1 kB\n");
  });

  it("a byte order mark, CRLF and NULs go", () => {
    expect(decodeText(Buffer.from("\uFEFFa\r\nb\0\0\nc"))).toBe("a\nb\nc");
  });

  it("arguments separated by NUL become words", () => {
    expect(decodeArguments(Buffer.from("nginx\0-c\0/x\0"))).toBe("nginx -c /x");
  });
});

describe("what cannot be read is named by its first bytes", () => {
  it.each([
    [Buffer.from("\x7fELF\x02\x01"), "unsupported", "dump"],
    [Buffer.from("KDUMP   "), "unsupported", "dump"],
    [Buffer.from("-----BEGIN PGP MESSAGE-----"), "encrypted", "encrypted"],
    [Buffer.from([0x8c, 0x0d, 0x04, 0x09]), "encrypted", "encrypted"],
    [Buffer.from([0x96, 0xd5, 0x75, 0x21]), "unsupported", "sar"],
    [Buffer.from([0xef, 0xbe, 0xed, 0xfe]), "unsupported", "atop"],
    [Buffer.from(Array.from({ length: 200 }, (_, at) => (at * 7) % 32)), "unsupported", "text"],
  ])("%#", (bytes, code, word) => {
    const kind = detectContent(bytes);
    expect(kind).toMatchObject({ is: "refused", code });
    expect(kind.is === "refused" && kind.why).toContain(word);
  });
});
