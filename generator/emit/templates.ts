// The package's templates: where they lie (two levels up from the source, three from the compiled module), and their text with finished
// values in its holes. The one importer of handlebars: it lays them out, nothing else.

import { existsSync, readFileSync } from "node:fs";
import Handlebars from "handlebars";

const compiled = new Map<string, HandlebarsTemplateDelegate>();

export function renderTemplate(name: string, view: object): string {
  const render = compiled.get(name) ?? Handlebars.compile(readTemplate(name), { strict: true, noEscape: true });
  compiled.set(name, render);
  return render(view);
}

export function readTemplate(name: string): string {
  return readFileSync(findTemplate(name), "utf8");
}

function findTemplate(name: string): URL {
  const packed = new URL(`../../../templates/${name}`, import.meta.url);
  return existsSync(packed) ? packed : new URL(`../../templates/${name}`, import.meta.url);
}
