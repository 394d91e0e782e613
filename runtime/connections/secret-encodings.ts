// Every way in which a secret may stand in a log: as it is, in a URL, in JSON, in a shell line, in base64 or hex of something
// larger, and line by line when it has several.

import { minSecretLength } from "./secrets.ts";

/** All forms, without repetition, none shorter than Airflow's minimum. */
export function encodingsOf(secret: string): string[] {
  // The line end after a key is no part of the secret: without it the log's lines stay apart.
  const text = secret.replaceAll(/^[\r\n]+|[\r\n]+$/g, "").replaceAll(/\p{Surrogate}/gu, "\ufffd");
  const forms = [text, ...urlForms(text), ...jsonForms(text), ...shellForms(text), ...byteForms(text)];
  return [...new Set([...forms, ...lineForms(text)])].filter((form) => form.length >= minSecretLength);
}

function urlForms(text: string): string[] {
  const component = encodeURIComponent(text);
  const strict = component.replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  // In a path Python's quote keeps the slash; in a login the WHATWG URL keeps most punctuation.
  const path = [component, strict].map((form) => form.replaceAll("%2F", "/"));
  const url = text.replaceAll(/[^!$&'()*+,\-.0-9A-Z_a-z~]/gu, encodeURIComponent);
  const query = strict.replaceAll("%20", "+");
  const forms = [component, strict, ...path, url, query];
  return [...forms, ...forms.map((form) => form.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()))];
}

function jsonForms(text: string): string[] {
  const json = inJson(text);
  const ascii = json.replaceAll(/[^\x20-\x7e]/g, unicodeEscape);
  // Jinja's tojson escapes what HTML would read, too.
  const html = ascii.replaceAll(/[<>&']/g, unicodeEscape);
  const singleQuoted = json.replaceAll('\\"', '"').replaceAll("'", "\\'");
  return [json, ascii, html, singleQuoted, inJson(json), inJson(ascii)];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function shellForms(text: string): string[] {
  return [
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", `'"'"'`),
    text.replaceAll(/[\\$`"]/g, "\\$&"),
    text.replaceAll(/[^\w@%+=:,./-]/g, "\\$&"),
  ];
}

function byteForms(text: string): string[] {
  const bytes = Buffer.from(text);
  const hex = bytes.toString("hex");
  const aligned = [0, 1, 2].map((before) => base64Within(bytes, before));
  const base64 = [bytes.toString("base64"), bytes.toString("base64").replace(/=+$/, ""), ...aligned];
  const forUrls = base64.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"));
  return [hex, hex.toUpperCase(), ...base64, ...forUrls];
}

/** The characters that are the secret's alone when so many bytes (modulo 3) stand before it and any after it. */
function base64Within(bytes: Buffer, before: number): string {
  const bits = 8 * (before + bytes.length);
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
  return text.slice(Math.ceil((8 * before) / 6), Math.floor(bits / 6));
}

/** A logger may print a key line by line, or change its line ends. The dashes around a PEM key are no secret. */
function lineForms(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  if (lines.length < 2) return lines;
  const unix = text.replaceAll("\r\n", "\n");
  const trimmed = lines.map((line) => line.trim()).filter((line) => !line.startsWith("-----"));
  return [unix, unix.replaceAll("\n", "\r\n"), ...trimmed];
}
