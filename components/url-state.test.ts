import { describe, expect, it } from "vitest";
import { hrefWith, noticesOf, otherParams, readChoice, readPositive, readText } from "./url-state";

describe("view state in the URL", () => {
  it("takes the default silently when the parameter is absent", () => {
    expect(readChoice({}, "sort", ["bytes", "name"])).toEqual({ value: "bytes" });
    expect(readPositive({}, "page", 1)).toEqual({ value: 1 });
  });

  it("takes the default and says so when the value does not exist", () => {
    const sort = readChoice({ sort: "colour" }, "sort", ["bytes", "name"]);
    expect(sort.value).toBe("bytes");
    expect(noticesOf([sort])).toEqual(["“colour” is not a value of sort; showing bytes."]);
  });

  it.each(["0", "-1", "1.5", "1e3", "99999999999", "two"])("refuses %s as a page", (page) => {
    expect(readPositive({ page }, "page", 1)).toMatchObject({
      value: 1,
      notice: expect.any(String),
    });
  });

  it("reads the first of a repeated parameter and cuts an endless one", () => {
    expect(readText({ q: ["nginx", "sshd"] }, "q")).toBe("nginx");
    expect(readText({ q: "x".repeat(5000) }, "q")).toHaveLength(200);
    expect(readText({ q: "  " }, "q")).toBeUndefined();
  });

  it("keeps parameters it does not know and drops those set to undefined", () => {
    const params = { theme: "dark", sort: "name", tag: ["a", "b"] };
    expect(hrefWith("/x", params, { sort: undefined, page: "2" })).toBe(
      "/x?theme=dark&tag=a&tag=b&page=2",
    );
    expect(hrefWith("/x", { sort: "name" }, { sort: undefined })).toBe("/x");
  });

  it("hands a form everything but its own fields", () => {
    expect(otherParams({ q: "a", tz: "UTC", tag: ["a", "b"] }, ["q"])).toEqual([
      { name: "tz", value: "UTC" },
      { name: "tag", value: "a" },
      { name: "tag", value: "b" },
    ]);
  });
});
