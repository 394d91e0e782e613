// dagwright-disable-file tags-missing -- generated from a catalogue without tags
import { Dag } from "dagwright";

new Dag("one", { defaultArgs: { retries: 2 } });
new Dag("two", { defaultArgs: { retries: 2 } });
new Dag("three", { defaultArgs: { retries: 1 } }); // expect retries-minimum
