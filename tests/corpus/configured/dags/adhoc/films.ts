import { Dag } from "dagwright";

new Dag("adhoc_films", {});
new Dag("films", {}); // expect tags-missing
