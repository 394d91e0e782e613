import { describe, expect, it } from "vitest";
import { getConnection } from "../../../runtime/connections/find.ts";
import { hasUnescapedPassword } from "../../../runtime/connections/unescaped.ts";

/** Parts of a password: letters and digits, and what must be encoded. */
const words = ["hush", "90210", "12", "hush=90210", "a&b=hush"];
const passwords = [..."/?#"].flatMap((sign) =>
  words.flatMap((word) => [
    `${word}${sign}mum`,
    `${sign}${word}`,
    `${word}${sign}`,
    `${word}@mum${sign}hush`,
    `${word}${sign}mum@hush`,
  ]),
);
const places = ["host", "host:5432", "host:5432/database", "db.example.com/database?sslmode=require"];

describe("a password with a /, ? or # in it", () => {
  it.each(passwords)("%s is recognised, wherever the server is", (password) => {
    for (const place of places) {
      expect(hasUnescapedPassword(`postgres://user:${password}@${place}`), place).toBe(true);
      expect(hasUnescapedPassword(`postgres://user:${encodeURIComponent(password)}@${place}`), place).toBe(false);
    }
  });

  it.each(passwords)("%s is refused with the remedy, and no part of it is shown", (password) => {
    const read = () =>
      getConnection("db", { AIRFLOW_CONN_DB: `postgres://user:${password}@db.example.com:5432/warehouse` });
    expect(read).toThrow(/^the connection db cannot be read: its password holds .* Percent-encode .* \(\/ is %2F/);
    expect(read).not.toThrow(/hush|mum|90210|12|example|warehouse/);
  });
});

it.each([
  "postgres://user:p@ss@host/database",
  "postgres://user@host:5432/database",
  "postgres://host:5432/database",
  "postgres://user:word@host/database?application_name=me@example.com&sslmode=require",
  "https://api.example.com:8443/@scope/package",
  "https://api.example.com/@scope",
  "google-cloud-platform://?account=me@example.com",
  "postgres://user:word@[::1]:5432/database",
  "aws:",
  '{"conn_type": "postgres", "host": "h:1/@"}',
])("%s is what it seems", (text) => {
  expect(hasUnescapedPassword(text)).toBe(false);
});
