// Posts made up for the browser tests, and where the program is.
import { resolve } from "node:path";

const TARGET = process.env.CARGO_TARGET_DIR ?? resolve(import.meta.dirname, "../../target");
/** The program under test; `.ci/run` builds it before. */
export const PROGRAM = process.env.GIGSIEVE ?? resolve(TARGET, "debug/gigsieve");

/** A text that tries to come alive in a page. Each way would set `pwned`, open a dialog or send a request. */
export const HOSTILE = [
  "</script><script>globalThis.pwned=1</script> \u202edesrever",
  "<img src=x onerror=\"globalThis.pwned=2\"> <svg onload=alert(3)> <a href=\"javascript:alert(4)\">click</a>",
  "<iframe srcdoc=\"<script>parent.pwned=5</script>\"></iframe> {{ 7*7 }} {% raw %} <!-- ]]> --> &lt;b&gt; \u001b]8;;http://evil.example\u0007x",
  "<meta http-equiv=refresh content=\"0;url=http://evil.example/\"> <base href=http://evil.example/> by tomorrow, your advice.",
].join("\n");

const TRADES = ["Landing page copy", "Logo for a bakery", "Shop theme", "Sales figures", "Minutes of meetings", "Video of a workshop"];
const WISHES = [
  "We want more leads from our booking page and would like your advice on what to leave out.",
  "Needed by tomorrow, payment is net 180, send a free sample first.",
  "We would like to talk first, and start with a small paid piece of work.",
  "It is an easy job for an expert, 10 articles per day.",
  "Customers leave at the last step and we do not know why. You will work with Ana in marketing.",
];
const FILLING = "Our readers are people who travel with small children and little time, so every page must say at once what they get, what it costs and how to book it. ";

/** So many records, a line each. The same at every run. */
export function posts(count) {
  const lines = [];
  for (let index = 0; index < count; index += 1) {
    lines.push(JSON.stringify({
      id: `p${index}`,
      marketplace: ["north", "south", "east"][index % 3],
      url: `https://jobs.example/posts/${index}`,
      title: `${TRADES[index % TRADES.length]} ${index}`,
      body: `${WISHES[index % WISHES.length]}\n\n${FILLING.repeat(2 + (index % 8))}\n\n${WISHES[(index * 7 + 3) % WISHES.length]}`,
      published: new Date(Date.UTC(2026, 0, 1) + index * 600_000).toISOString(),
      skills: [TRADES[index % TRADES.length].split(" ")[0], `Skill ${index % 40}`],
      pay: index % 4 ? { kind: "hourly", min: 5 + (index % 60), max: 10 + (index % 60), currency: "USD" } : null,
    }));
  }
  return `${lines.join("\n")}\n`;
}
