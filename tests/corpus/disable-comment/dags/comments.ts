import { Dag } from "dagwright";

// dagwright-disable-next-line tags-missing -- the team has agreed on none yet
new Dag("excused", { defaultArgs: { retries: 2 } });

/* The expectations stand behind a second slash pair: a comment of its own line is read to its end. */
// dagwright-disable-next-line tags-missing // expect disable-comment
new Dag("without_a_reason", { defaultArgs: { retries: 2 } }); // expect tags-missing

// dagwright-disable-next-line -- for no rule // expect disable-comment
// dagwright-disable-next-line tag-missing -- mistyped // expect disable-comment
// dagwright-disable-next-line duplicate-id -- cannot be // expect disable-comment
// dagwright-disable-next-line retries-minimum -- there are two // expect disable-comment
new Dag("sound", { tags: ["t"], defaultArgs: { retries: 2 } });

const text = "// dagwright-disable-next-line tags-missing -- no comment";
new Dag("not_excused", { description: text, defaultArgs: { retries: 2 } }); // expect tags-missing
