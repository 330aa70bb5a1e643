#!/usr/bin/env python3
"""Whole-process ratios, all in one run, medians of five: a pasted post against `rg -c`, a scan of JSON lines against a
program that only reads and writes the records. Builds what it measures.

    python3 benches/whole/measure.py            # rg, or grep where there is none
"""
import json, os, shutil, statistics, subprocess, sys, tempfile, time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GIGSIEVE = ROOT / "target/release/gigsieve"
PASSTHROUGH = ROOT / "target/release/examples/passthrough"
TIMES = 5
LINES = 5_000


def seconds(argv, stdin=None, env=None):
    taken = []
    for _ in range(TIMES):
        with open(stdin or os.devnull, "rb") as source:
            start = time.perf_counter()
            subprocess.run(argv, stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
            taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def peak_mb(argv, stdin):
    with open(stdin, "rb") as source:
        process = subprocess.Popen(argv, stdin=source, stdout=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_maxrss / 1024


def fixture_posts():
    return [json.loads(line) for line in (ROOT / "fixtures/records/posts.jsonl").read_text().splitlines() if line.strip()]


def many(path):
    """The fixtures over and over, three to a post (about 1.5 KB), each with an id of its own."""
    posts = fixture_posts()
    with open(path, "w") as file:
        for n in range(LINES):
            parts = [posts[(n * 3 + k) % len(posts)] for k in range(3)]
            post = dict(parts[0], id=f"post-{n}", body="\n\n".join(part["body"] for part in parts))
            file.write(json.dumps(post) + "\n")


def main():
    build = ["cargo", "build", "--release", "--quiet", "--bin", "gigsieve", "--example", "passthrough"]
    subprocess.run(build, cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as folder:
        one = Path(folder) / "one.txt"
        parts = fixture_posts()[:3]
        one.write_text(parts[0]["title"] + "\n\n" + "\n\n".join(part["body"] for part in parts))
        check = seconds([GIGSIEVE, "check", "-"], one)
        counter = "rg" if shutil.which("rg") else "grep"
        rg = seconds([counter, "-c", "urgent", one])
        print(f"| `check`, one post of {one.stat().st_size} bytes | {check * 1e3:.1f} ms | `{counter} -c` {rg * 1e3:.1f} ms | {check / rg:.1f} |")

        lines = Path(folder) / "many.jsonl"
        many(lines)
        megabytes = lines.stat().st_size / 1e6
        single = dict(os.environ, RAYON_NUM_THREADS="1")
        scan = seconds([GIGSIEVE, "scan", "--format", "jsonl", "-"], lines, single)
        scan_all = seconds([GIGSIEVE, "scan", "--format", "jsonl", "-"], lines)
        copy = seconds([PASSTHROUGH], lines)
        print(f"| `scan --format jsonl`, {LINES} posts, {megabytes:.0f} MB, one thread | {scan:.2f} s | read and write {copy:.2f} s | {scan / copy:.1f} |")
        print(f"| the same, all cores ({os.cpu_count()}) | {scan_all:.2f} s | | {scan_all / copy:.1f} |")
        print(f"| its peak memory | {peak_mb([GIGSIEVE, 'scan', '--format', 'jsonl', '-'], lines):.0f} MB | | |")


if __name__ == "__main__":
    sys.exit(main())
