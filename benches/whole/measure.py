#!/usr/bin/env python3
"""Whole-process ratios and ratios of bare matching, measured in one run and printed as a table. Builds gigsieve, builds
or installs what it is measured against (see peers.py), makes its inputs (see inputs.py) in a temporary folder.

    python3 benches/whole/measure.py                                   # all, on posts made of the fixtures
    python3 benches/whole/measure.py --posts FILE.jsonl vectorscan re  # some, on posts of your own
    python3 benches/whole/measure.py --megabytes 1000 scan

What is compared runs in turns; a time is the median of at least five, or of one run where it says so and where `scan`
has more than 50 MB. The second ratio is of processor time, which a busy machine distorts less; bare matching is timed
by nothing else. Peaks below 20 MB are this script's own. vectorscan takes ten minutes to compile the rules.
"""
import argparse, datetime, os, platform, sys, tempfile
from pathlib import Path

import inputs, peers
from run import Command, answers, medians

HERE = Path(__file__).resolve().parent
TIMES = 5


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def ratio(ours, theirs):
    return f"{ours / theirs:.1f} times" if ours >= theirs else f"{theirs / ours:.1f} times faster"


def shown(seconds):
    return f"{seconds:.2f} s" if seconds >= 0.5 else f"{seconds * 1e3:.1f} ms" if seconds >= 0.001 else f"{seconds * 1e6:.0f} µs"


def compared(work, our_name, ours, their_name, theirs):
    ratios = ratio(ours.wall, theirs.wall), ratio(ours.processor, theirs.processor)
    row(work, f"`{our_name}` {shown(ours.wall)}", f"{their_name} {shown(theirs.wall)}", *ratios, f"{ours.peak_mb:.0f} MB, {theirs.peak_mb:.0f} MB")


def check(at):
    gigsieve, _, _ = peers.ours()
    one, short = inputs.one(at.folder / "one.txt", at.posts), at.folder / "short.txt"
    short.write_text("Good day")
    if rg := peers.ripgrep():
        word = one.read_text().split()[0]
        check, count = medians(TIMES * 5, Command([gigsieve, "check", one]), Command([rg, "-cF", word, one]))
        compared(f"one pasted post of {one.stat().st_size} bytes", "check", check, "`rg -c`", count)
        start, count = medians(TIMES * 5, Command([gigsieve, "check", short]), Command([rg, "-cF", "day", short]))
        compared("start: a text of two words", "check", start, "`rg -c`", count)


def scan(at):
    gigsieve, passthrough, _ = peers.ours()
    lines = inputs.many(at.folder / "many.jsonl", at.posts, megabytes=at.megabytes)
    times = TIMES if at.megabytes <= 50 else 1
    digests = set()
    for threads in at.threads:
        judge, copy = medians(times, Command([gigsieve, "scan", "--format", "jsonl", lines], threads=threads), Command([passthrough], lines, threads))
        digests.add(judge.digest)
        name = f"{at.megabytes} MB of JSON lines, {threads} thread{'s' if threads > 1 else ''}"
        compared(name, "scan --format jsonl", judge, "reading and writing", copy)
    if len(at.threads) > 1:
        row("its output with " + " and ".join(map(str, at.threads)) + " threads", "identical" if len(digests) == 1 else "DIFFERS", "", "", "", "")
    lines.unlink()


def matching(at, count):
    """Commands that find and judge so many posts in memory, and the folder with what other engines need for the same."""
    _, _, program = peers.ours()
    folder = at.folder / f"dump-{count}"
    folder.mkdir(exist_ok=True)
    posts = inputs.many(folder / "posts.jsonl", at.posts, count=count)
    command = lambda *words: Command([program, *words], posts)
    command("dump", folder).answer()
    return command, folder


def bare(count, our_name, ours, their_name, theirs):
    each = lambda answer: shown(answer["seconds"] / count)
    refused = f", which refused {theirs['refused']} of {theirs['expressions']} expressions" if "refused" in theirs else ""
    cells = f"`{our_name}` {each(ours)}", f"{their_name} {each(theirs)}{refused}", "", ratio(ours["seconds"], theirs["seconds"])
    row(f"matching, per post of {count}", *cells, f"rules found {ours['found']}, {theirs['found']}")


def vectorscan(at):
    if program := peers.vectorscan():
        command, folder = matching(at, at.most)
        find, judge = answers(3, command("find"), command("judge"))
        scan = Command([program, folder]).answer()[0]
        name = f"vectorscan, {scan['databases']} databases,"
        bare(at.most, "Matcher::find", find, name, scan)
        bare(at.most, "Sieve::judge", judge, name, scan)


def re(at):
    command, folder = matching(at, at.sample)
    find, tried = answers(3, command("find"), Command([sys.executable, HERE / "each.py", folder]))
    bare(at.sample, "Matcher::find", find, "every rule with Python's `re`", tried)


def perl(at):
    command, folder = matching(at, at.sample)
    find, tried = answers(3, command("find"), Command(["perl", HERE / "each.pl", folder]))
    bare(at.sample, "Matcher::find", find, "every rule with Perl, as SpamAssassin runs its own,", tried)


def each(at):
    command, _ = matching(at, at.sample)
    find, tried = answers(3, command("find"), command("each"))
    bare(at.sample, "Matcher::find", find, "every rule with the `regex` crate", tried)


def feed(at):
    gigsieve, _, _ = peers.ours()
    feed = inputs.feed(at.folder / "feed.xml", at.posts, 100_000, 50)
    work = f"a feed of {feed.stat().st_size / 1e6:.0f} MB, one line, 100,000 entries"
    judged = Command([gigsieve, "scan", "--format", "jsonl", feed])
    alone, read = medians(TIMES, Command([peers.feed_rs(), feed]), Command([gigsieve, "scan", "--explain-source", feed]))
    compared(work + ", read", "scan --explain-source", read, "feed-rs", alone)
    compared(work + ", read and judged, once", "scan --format jsonl", judged.once(), "feed-rs", alone)
    feed.unlink()


def rules(at):
    command, _ = matching(at, 500)
    for grown in command("grow").answer():
        work = f"{grown['rules']:,} rules, {grown['expressions']:,} expressions, per post of 500"
        row(work, f"`Matcher::find` {shown(grown['seconds'] / 500)}", "", "", "", f"rules found {grown['found']}")


ROWS = [check, feed, re, perl, each, rules, vectorscan, scan]
NAMES = [of.__name__ for of in ROWS]


def load():
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", help="what to measure; all, if none is named: " + " ".join(NAMES))
    parser.add_argument("--posts", type=Path, help="JSON lines of posts; by default made of the fixtures")
    parser.add_argument("--megabytes", type=int, default=20, help="how much `scan` reads")
    parser.add_argument("--threads", type=int, nargs="+", default=sorted({1, 2, os.cpu_count()}), help="with how many threads `scan` runs")
    parser.add_argument("--most", type=int, default=5000, help="how many posts `vectorscan` scans")
    parser.add_argument("--sample", type=int, default=200, help="how many posts `re`, `perl` and `each` try")
    at = parser.parse_intermixed_args()
    if unknown := set(at.rows) - set(NAMES):
        parser.error(f"{', '.join(sorted(unknown))}: there is {', '.join(NAMES)}")
    peers.ours()
    print(f"{datetime.date.today()}, {platform.machine()}, {load()} at the start\n")
    row("work", "gigsieve", "beside it", "ratio", "of processor time", "peak memory, or found")
    row(*["---"] * 6)
    with tempfile.TemporaryDirectory() as folder:
        at.folder = Path(folder)
        for measure in ROWS:
            if not at.rows or measure.__name__ in at.rows:
                measure(at)
    print(f"\n{load()} at the end")


if __name__ == "__main__":
    main()
