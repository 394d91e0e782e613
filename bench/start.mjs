// `npm run bench -- NAME`: brings a fresh clone to life, then measures.

import { prepare } from "../quickstart/prepare.mjs";

prepare();
await import(new URL("../dist/bench/main.js", import.meta.url).href);
