import { describe, expect, it } from "vitest";
import { createLineRedactor, createRedactor, maxHeldBytes } from "../../../runtime/connections/redact.ts";
import { encodingsOf } from "../../../runtime/connections/secret-encodings.ts";

const secret = "S3cret/pä+ss'w\"rd";

describe("a redactor", () => {
  it.each([
    ["nothing to hide", ["correct horse"], "an ordinary line", "an ordinary line"],
    ["a secret in the middle", ["correct horse"], "<correct horse>", "<***>"],
    ["every time it stands there", ["abcde"], "abcde abcde", "*** ***"],
    ["one that overlaps itself", ["abcab"], "xabcabcaby", "x***y"],
    ["two that overlap", ["abcdef", "defghi"], "xabcdefghiy", "x***y"],
    ["two that touch", ["abcdef", "ghijkl"], "abcdefghijkl", "***"],
    ["one within another", ["abcde", "xxabcdexx"], "xxabcdexx abcde", "*** ***"],
    ["no regular expression", ["a.c*e(", "[^x]"], "abcce( a.c*e(", "abcce( ***"],
    ["no secret below the minimum", ["abcd"], "abcd", "abcd"],
    ["not the word airflow", ["airflow"], "airflow", "airflow"],
    ["emoji and umlauts around it", ["größe"], "🙂größe🙂", "🙂***🙂"],
    ["a URL of it", ["p@ss/word"], "postgres://u:p%40ss%2Fword@h/db", "postgres://u:***@h/db"],
    [
      "an HTTP header of it",
      ["password12"],
      `Basic ${btoa("user:password12")}`,
      expect.stringMatching(/^Basic dXNlc[\w*=]+$/),
    ],
  ])("replaces %s", (_, secrets, text, expected) => {
    expect(createRedactor(secrets)(text)).toEqual(expected);
  });

  it.each(encodingsOf(secret))("replaces the form %j", (form) => {
    expect(createRedactor([secret])(`before ${form} after`)).toBe("before *** after");
  });
});

describe("a line redactor", () => {
  it("shows a line when it is complete", () => {
    const lines = createLineRedactor([secret]);
    expect(`${lines.write(bytes("first line\nsecond"))}`).toBe("first line\n");
    expect(`${lines.write(bytes(" line"))}`).toBe("");
    expect(`${lines.write(bytes("\nthird"))}`).toBe("second line\n");
    expect(`${lines.flush()}`).toBe("third");
  });

  it("passes everything at once when there is nothing to hide", () => {
    expect(`${createLineRedactor([]).write(bytes("no line end"))}`).toBe("no line end");
  });

  it("never shows a secret, wherever the text is split", () => {
    const text = bytes(`one ${secret} two\n${encodeURIComponent(secret)}\nthree${secret}`);
    for (let first = 0; first <= text.length; first++) {
      for (let second = first; second <= text.length; second += 7) {
        const chunks = [text.subarray(0, first), text.subarray(first, second), text.subarray(second)];
        expect(redact([secret], chunks).toString()).toBe("one *** two\n***\nthree***");
      }
    }
  });

  it("never shows a secret, wherever a line without an end is cut", () => {
    for (let before = maxHeldBytes - 60; before < maxHeldBytes + 60; before++) {
      const text = `${"x".repeat(before)}${secret}${"y".repeat(maxHeldBytes)}`;
      const shown = redact([secret], [bytes(text.slice(0, before + 9)), bytes(text.slice(before + 9))]).toString();
      expect(shown.replaceAll(/x+/g, "x").replaceAll(/y+/g, "y")).toBe("x***y");
    }
  });

  it("holds a bounded part of a line without an end", () => {
    const lines = createLineRedactor([secret]);
    let shown = 0;
    for (let count = 0; count < 100; count++) {
      shown += lines.write(Buffer.alloc(10_000, "x")).length;
      expect((count + 1) * 10_000 - shown).toBeLessThan(maxHeldBytes + 10_000);
    }
  });

  it("shows one mask for a secret that is repeated without end", () => {
    const chunks = Array.from({ length: 50 }, () => bytes("abcde".repeat(1000)));
    expect(redact(["abcde"], chunks).toString()).toBe("***");
  });

  it.each([
    ["with short lines", "ab\ncd\nef\ngh"],
    ["of a key", "-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0\nab==\n-----END KEY-----"],
  ])("hides a secret %s, whole and at every split", (_, lines) => {
    const text = bytes(`before\n${lines}\nafter\n`);
    for (let at = 0; at <= text.length; at++) {
      const shown = redact([lines], [text.subarray(0, at), text.subarray(at)]).toString();
      expect(shown).toBe("before\n***\nafter\n");
    }
  });

  it("shows lines that only began like a secret", () => {
    const lines = createLineRedactor(["ab\ncd\nef"]);
    expect(`${lines.write(bytes("ab\n"))}`).toBe("");
    expect(`${lines.write(bytes("cd\nxy\n"))}`).toBe("ab\ncd\nxy\n");
  });

  it("masks a secret that is cut off at the end", () => {
    expect(redact([secret], [bytes(`end ${secret.slice(0, 9)}`)]).toString()).toBe("end ***");
    expect(redact([secret], [bytes("end S3c")]).toString()).toBe("end S3c");
  });

  it("leaves bytes that are not UTF-8 as they are", () => {
    const noise = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const text = Buffer.concat([noise, bytes(secret), noise]);
    expect(redact([secret], [text])).toEqual(Buffer.concat([noise, bytes("***"), noise]));
  });

  it("agrees with the plain redactor on random texts and splits", () => {
    const secrets = ["abab\nab", "babba", "aabbb"];
    const plain = createRedactor(secrets);
    let state = 1;
    const next = (below: number) => {
      state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647;
      return state % below;
    };
    for (let round = 0; round < 2000; round++) {
      const text = `${Array.from({ length: next(60) }, () => "aabb\n"[next(5)]).join("")}.`;
      const chunks: Buffer[] = [];
      for (let from = 0, to = 0; from < text.length; from = to) {
        to = from + 1 + next(9);
        chunks.push(bytes(text.slice(from, to)));
      }
      // Masks of two writes may stand side by side.
      const shown = redact(secrets, chunks)
        .toString()
        .replaceAll(/(\*\*\*)+/g, "***");
      expect(shown, JSON.stringify(text)).toBe(plain(text));
    }
  });
});

function bytes(text: string): Buffer {
  return Buffer.from(text);
}

function redact(secrets: readonly string[], chunks: readonly Buffer[]): Buffer {
  const lines = createLineRedactor(secrets);
  return Buffer.concat([...chunks.map((chunk) => lines.write(chunk)), lines.flush()]);
}
