// `npm start`: brings a fresh clone to life, then hands over to quickstart/main.ts. Plain JavaScript with nothing but Node's own modules:
// it runs before anything is installed.

import { compile, prepare } from "./prepare.mjs";

prepare();
compile();
await import(new URL("../dist/quickstart/main.js", import.meta.url).href);
