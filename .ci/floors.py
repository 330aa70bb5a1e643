#!/usr/bin/env python3
"""Holds the figures of the scorers in ../shared against tests/floors.toml; ends with 1 where one is below its floor."""
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib

SHARED = "../shared"
GIGSIEVE = os.path.abspath("target/release/gigsieve")
SCAN = GIGSIEVE + " scan --format jsonl "


def run(*argv):
    done = subprocess.run([sys.executable, *argv], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout


def score(labels, posts):
    out = run(f"{SHARED}/corpus/score.py", "--labels", labels, "--posts", posts, "--cmd", SCAN + "{posts}", "--json")
    figures = json.loads(out)
    figures["clash_share_below"] = -figures["clashes"] / figures["posts"]
    return figures


def judgement():
    return score(f"{SHARED}/corpus/labels.jsonl", f"{SHARED}/corpus/labelled_posts.jsonl")


def readers():
    """Other posts of the corpus, labelled by us: the weights were not fitted to these labels."""
    with open("tests/readers.jsonl") as file:
        ids = {json.loads(line)["id"] for line in file}
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as posts, open(f"{SHARED}/corpus/posts.jsonl") as corpus:
        posts.writelines(line for line in corpus if json.loads(line)["id"] in ids)
        posts.flush()
        return score("tests/readers.jsonl", posts.name)


def samples():
    out = run(f"{SHARED}/samples/score_samples.py", "--cmd", SCAN + "{file}")
    found = re.search(r"entries found .* = ([\d.]+) %; fields .* = ([\d.]+) %", out)
    return {"entries": float(found[1]), "fields": float(found[2])}


def feeds():
    out = run(f"{SHARED}/feeds/run_expectations.py", "--cmd", SCAN + "{file}")
    found = re.search(r"TOTAL .* = ([\d.]+) %.*categories ([\d.]+) %", out)
    return {"assertions": float(found[1]), "categories": float(found[2])}


def main():
    with open("tests/floors.toml", "rb") as file:
        floors = tomllib.load(file)
    failed = 0
    for name, measure in (("judgement", judgement), ("readers", readers), ("samples", samples), ("feeds", feeds)):
        figures = measure()
        for figure, floor in floors.get(name, {}).items():
            got = figures[figure]
            below = got < floor
            failed += below
            print(f"{'BELOW' if below else 'ok':6}{name}.{figure} {got:.3f} (floor {floor})")
    print(f"{failed} figures below their floors")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
